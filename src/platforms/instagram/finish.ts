/** After publishing: finds a lost id, writes the first comment, reads the link. None of it can undo that the post is there. */
import { z } from "zod";
import { graphId, maybe } from "../shared/meta/index.ts";
import type { Landed } from "./checkpoint.ts";
import { ask } from "./client.ts";
import { addComment } from "./comment.ts";
import { orNull, type InstagramDelivery, type InstagramOutcome } from "./delivery.ts";
import { HOUR, MINUTE } from "./limits.ts";
import { findPost } from "./search.ts";

/** Waits before the id or link is looked for again; after the last of them the search ends. */
const WAITS_MS = [10_000, 30_000, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR];

/** Published, always; with a later look for as long as the id or the link is missing. */
export async function finish(delivery: InstagramDelivery, from: Landed): Promise<InstagramOutcome> {
  let at = from.mediaId === null ? await withId(delivery, from) : from;
  const warnings: string[] = [];
  if (at.mediaId !== null && at.comment !== "none") {
    const done = await addComment(delivery, at, at.mediaId);
    at = done.at;
    if (done.warning) warnings.push(done.warning);
  }
  if (at.mediaId !== null && at.url === null) at = { ...at, url: await linkOf(delivery, at.mediaId) };
  const wait = at.mediaId === null || at.url === null ? WAITS_MS[at.looks] : undefined;
  if (wait === undefined) warnings.push(...missing(at));
  return {
    state: "published",
    remoteId: at.mediaId,
    url: at.url,
    ...(warnings.length ? { warnings } : {}),
    ...(wait === undefined ? {} : { checkpoint: { ...at, looks: at.looks + 1 }, lookAgainAt: delivery.now() + wait }),
  };
}

async function withId(delivery: InstagramDelivery, at: Landed): Promise<Landed> {
  const found = await orNull(findPost(delivery, at.sentAt));
  return found ? { ...at, mediaId: found.id, url: found.url } : at;
}

const linked = z.object({ permalink: maybe(z.string()) });
const recent = z.object({
  media: maybe(z.object({ data: z.array(z.object({ id: graphId, permalink: maybe(z.string()) })) })),
});

/** The link from the post itself, or, where that cannot be read, from the profile's list. */
async function linkOf(delivery: InstagramDelivery, mediaId: string): Promise<string | null> {
  const { session, signal } = delivery;
  const read = <T>(path: string, fields: string, shape: z.ZodType<T>) =>
    orNull(ask(session, { method: "GET", path, query: { fields }, signal }, shape));
  const own = await read(`/${mediaId}`, "permalink", linked);
  if (own?.permalink) return own.permalink;
  const list = await read(`/${session.remoteId}`, "media.limit(10){id,permalink}", recent);
  return list?.media?.data.find((post) => post.id === mediaId)?.permalink ?? null;
}

function missing(at: Landed): string[] {
  if (at.mediaId === null) {
    const comment = at.comment === "none" ? "" : " The first comment was not written.";
    return [`Instagram published the post but does not say which one it is, so there is no link.${comment}`];
  }
  return at.url === null ? ["Instagram published the post but does not tell its link."] : [];
}
