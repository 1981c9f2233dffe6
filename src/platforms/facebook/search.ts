/** Looks for what a lost answer may have made: among the Page's own posts, and among its stories. Reads only. */
import { z } from "zod";
import { graphId, listAll, maybe, metaCode } from "../shared/meta/index.ts";
import type { Ready } from "./checkpoint.ts";
import type { FacebookDelivery } from "./delivery.ts";
import { messageOf, messageWithLink } from "./options.ts";

/** Our clock and Facebook's may differ by this much. */
const SLACK_MS = 60_000;

const target = maybe(z.object({ id: maybe(graphId), url: maybe(z.string()) }));
const attachment = z.object({
  target,
  unshimmed_url: maybe(z.string()),
  subattachments: maybe(z.object({ data: z.array(z.object({ target })) })),
});
const post = z.object({
  id: graphId,
  message: maybe(z.string()),
  created_time: maybe(z.string()),
  attachments: maybe(z.object({ data: z.array(attachment) })),
});

type Post = z.infer<typeof post>;

const BELOW = "attachments{media_type,target,unshimmed_url,subattachments{media_type,target}}";
/** The plainest way to ask, for when Meta does not know one of the names below an attachment any more. */
const PLAIN = "id,message,created_time,attachments{media_type,target}";

/** Ids of the Page's posts that are this one: the same photos, or else the same words since it was first sent. */
export async function findPosts(delivery: FacebookDelivery, at: Ready): Promise<string[]> {
  const since = (at.firstSentAt ?? delivery.startedAt) - SLACK_MS;
  const posts = await postsSince(delivery, since);
  const recent = posts.filter((one) => timeOf(one) >= since - 1000);
  return recent.filter((one) => isOurs(delivery, at, one)).map((one) => one.id);
}

async function postsSince(delivery: FacebookDelivery, since: number): Promise<Post[]> {
  const path = `/${delivery.session.remoteId}/published_posts`;
  const list = (fields: string) => {
    const query = { fields, since: Math.floor(since / 1000), limit: 100 };
    return listAll(delivery.session, { path, query, signal: delivery.signal }, post);
  };
  return list(`id,message,created_time,${BELOW}`).catch((error: unknown) => {
    if (/^(100|2500)$/.test(metaCode(error))) return list(PLAIN);
    throw error;
  });
}

/** A post that does not say when it was made may be this one. */
function timeOf({ created_time: text }: Post): number {
  const at = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? Infinity : at;
}

function isOurs(delivery: FacebookDelivery, at: Ready, found: Post): boolean {
  const { text, options } = delivery;
  const words = (at.plainLink ? messageWithLink(text, options.link) : messageOf(text)).trim();
  const sameWords = words === (found.message ?? "").trim();
  if (at.photoIds.length > 0) {
    const attached = attachedTo(found);
    // A photo can be in one post only, so its id proves more than any text.
    return attached.length > 0 ? at.photoIds.some((id) => attached.includes(id)) : sameWords && words !== "";
  }
  if (!sameWords) return false;
  return words !== "" || linkOf(found).includes(withoutSlash(options.link));
}

function attachedTo({ attachments }: Post): string[] {
  const all = attachments?.data.flatMap((one) => [one, ...(one.subattachments?.data ?? [])]) ?? [];
  return all.flatMap((one) => one.target?.id ?? []);
}

function linkOf({ attachments }: Post): string[] {
  const all = attachments?.data.flatMap((one) => [one.unshimmed_url, one.target?.url]) ?? [];
  return all.filter((url) => url !== undefined).map(withoutSlash);
}

const withoutSlash = (address: string) => address.replace(/\/$/, "");

const story = z.object({ post_id: maybe(graphId), media_id: maybe(graphId), url: maybe(z.string()) });

/** The story made of this photo or video; null when none is there. `since` is UTC ms. */
export async function findStory(
  delivery: FacebookDelivery,
  mediaId: string,
  since: number,
): Promise<{ postId: string | null; url: string | null } | null> {
  const query = { since: Math.floor((since - SLACK_MS) / 1000), limit: 100 };
  const path = `/${delivery.session.remoteId}/stories`;
  const stories = await listAll(delivery.session, { path, query, signal: delivery.signal }, story);
  const found = stories.find((one) => one.media_id === mediaId);
  return found ? { postId: found.post_id ?? null, url: found.url ?? null } : null;
}
