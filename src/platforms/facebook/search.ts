/** Looks for what a lost answer may have made: among the Page's own posts, and among its stories. Reads only. */
import { z } from "zod";
import { graphId, listAll } from "../shared/meta/index.ts";
import type { Ready } from "./checkpoint.ts";
import type { FacebookDelivery } from "./delivery.ts";
import { messageOf } from "./options.ts";

/** Our clock and Facebook's may differ by this much. */
const SLACK_MS = 60_000;

const target = z.object({ id: graphId.optional(), url: z.string().optional() }).optional();
const post = z.object({
  id: graphId,
  message: z.string().optional(),
  created_time: z.string(),
  attachments: z
    .object({
      data: z.array(
        z.object({
          target,
          unshimmed_url: z.string().optional(),
          subattachments: z.object({ data: z.array(z.object({ target })) }).optional(),
        }),
      ),
    })
    .optional(),
});

type Post = z.infer<typeof post>;

const FIELDS = "id,message,created_time,attachments{media_type,target,unshimmed_url,subattachments{media_type,target}}";

/** Ids of the Page's posts that are this one: the same photos, or else the same words since it was first sent. */
export async function findPosts(delivery: FacebookDelivery, at: Ready): Promise<string[]> {
  const since = (at.firstSentAt ?? delivery.startedAt) - SLACK_MS;
  const query = { fields: FIELDS, since: Math.floor(since / 1000), limit: 100 };
  const path = `/${delivery.session.remoteId}/published_posts`;
  const posts = await listAll(delivery.session, { path, query, signal: delivery.signal }, post);
  const recent = posts.filter((one) => Date.parse(one.created_time) >= since - 1000);
  return recent.filter((one) => isOurs(delivery, at, one)).map((one) => one.id);
}

function isOurs(delivery: FacebookDelivery, at: Ready, found: Post): boolean {
  // A photo can be in one post only, so its id proves more than any text.
  if (at.photoIds.length > 0) return at.photoIds.some((id) => attachedTo(found).includes(id));
  const words = messageOf(delivery.text).trim();
  if (words !== (found.message ?? "").trim()) return false;
  return words !== "" || linkOf(found).includes(withoutSlash(delivery.options.link));
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

const story = z.object({
  post_id: graphId.optional(),
  media_id: graphId.optional(),
  url: z.string().optional(),
});

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
