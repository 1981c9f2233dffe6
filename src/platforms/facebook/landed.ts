/** Follows a post that Facebook has to its true end: processed, visible, linked, with its first comment. */
import { z } from "zod";
import { PlatformError } from "../contract.ts";
import { call, maybe, postIdOf } from "../shared/meta/index.ts";
import type { Landed } from "./checkpoint.ts";
import { addComment } from "./comment.ts";
import { surfaceIn, type FacebookDelivery, type FacebookOutcome } from "./delivery.ts";
import { findStory } from "./search.ts";
import { isSilent, readVideo, standingOf, wholeAddress, type Video } from "./status.ts";

/** Waits before the next look, in seconds: quick at first, then minutes; processing may take hours. */
const WAITS = [2, 2, 3, 5, 5, 10, 15, 15, 30, 30, 60];
const SLOWEST_SECONDS = 300;
/** After so many looks, about half an hour, the timeline says that it takes long. */
const SLOW_LOOKS = 16;
/** Waits before a missing link is looked for again, in seconds. */
const LINK_WAITS = [10, 60, 300, 1800, 4 * 3600];
/** Where Meta's meters are nearly full, looking can wait. */
const SLOW_ABOVE_PERCENT = 80;
/** A new video can be invisible to its own Page for a while. */
const MAY_BE_MISSING_MS = 15 * 60_000;

/** Published, or waiting for as long as Facebook processes it. Throws rejected when Facebook could not process it. */
export async function look(delivery: FacebookDelivery, at: Landed): Promise<FacebookOutcome> {
  if (at.videoId === null) return published(delivery, at, null);
  const { video, percent } = await ask(delivery, at.videoId);
  if (!video || isSilent(video)) {
    if (delivery.now() - at.landedAt > MAY_BE_MISSING_MS) throw unseen();
    return waiting(delivery, at, percent);
  }
  const known = video.post_id ? { ...at, postId: postIdOf(delivery.session.remoteId, video.post_id) } : at;
  if (standingOf(video) !== "live") return waiting(delivery, known, percent);
  return published(delivery, known, video);
}

/** A refusal to tell is no failure of the post. */
async function ask(delivery: FacebookDelivery, videoId: string): Promise<Awaited<ReturnType<typeof readVideo>>> {
  return readVideo(delivery.session, videoId, delivery.signal).catch((error: unknown) => {
    if (!(error instanceof PlatformError) || error.kind !== "rejected") throw error;
    const { code, message } = error;
    throw new PlatformError("transient", {
      code,
      message,
      remedy: "Nothing to do: Facebook is asked again.",
      cause: error,
    });
  });
}

async function published(delivery: FacebookDelivery, at: Landed, video: Video | null): Promise<FacebookOutcome> {
  const story = surfaceIn(delivery).endsWith("_story");
  const url = story ? await storyLink(delivery, at) : await postLink(delivery, at, video);
  const done = story ? at : await addComment(delivery, at, at.postId ?? at.videoId ?? "");
  return {
    state: "published",
    // A video whose post is not named is known by the Page and its own id: numbers can be asked for under that.
    remoteId: at.postId ?? (at.videoId ? postIdOf(delivery.session.remoteId, at.videoId) : null),
    url,
    ...(done.warnings.length ? { warnings: done.warnings } : {}),
    ...(url === null ? later(delivery, done) : {}),
  };
}

/** It is live; only its link is still missing, and looked for a few times more. */
function later(delivery: FacebookDelivery, at: Landed): { checkpoint?: Landed; lookAgainAt?: number } {
  const wait = LINK_WAITS[at.linkLooks];
  if (wait === undefined) return {};
  const checkpoint = { ...at, linkLooks: at.linkLooks + 1, warnings: [] };
  return { checkpoint, lookAgainAt: delivery.now() + wait * 1000 };
}

const linked = z.object({ permalink_url: maybe(z.string()) });

/** Best effort: a link that cannot be read does not make a post less published. */
async function postLink(delivery: FacebookDelivery, at: Landed, video: Video | null): Promise<string | null> {
  if (video?.permalink_url) return wholeAddress(video.permalink_url);
  if (at.postId === null) return null;
  const request = { method: "GET", path: `/${at.postId}`, query: { fields: "permalink_url" } } as const;
  const reply = await call(delivery.session, request, linked).catch(ignoreProblem);
  return reply?.data.permalink_url ? wholeAddress(reply.data.permalink_url) : `https://www.facebook.com/${at.postId}`;
}

async function storyLink(delivery: FacebookDelivery, at: Landed): Promise<string | null> {
  const mediaId = at.videoId ?? at.photoIds[0] ?? "";
  return (await findStory(delivery, mediaId, at.landedAt).catch(ignoreProblem))?.url ?? null;
}

function ignoreProblem(error: unknown): null {
  if (error instanceof PlatformError) return null;
  throw error;
}

function waiting(delivery: FacebookDelivery, at: Landed, percent: number): FacebookOutcome {
  const seconds = WAITS[at.looks] ?? SLOWEST_SECONDS;
  if (at.looks === SLOW_LOOKS)
    delivery.note("Facebook is still processing the video", "It is asked every few minutes.");
  const wait = 1000 * (percent >= SLOW_ABOVE_PERCENT ? Math.max(seconds, SLOWEST_SECONDS) : seconds);
  return { state: "waiting", checkpoint: { ...at, looks: at.looks + 1 }, lookAgainAt: delivery.now() + wait };
}

/** Facebook took it, and does not show it: a person looks, for neither "failed" nor "published" would be the truth. */
function unseen(): PlatformError {
  return new PlatformError("unknown_outcome", {
    code: "video_unseen",
    message: "Facebook took the video, but does not show it to Postern.",
    remedy: "Look at the Page before you send it again.",
  });
}
