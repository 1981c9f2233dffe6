/** After an unknown outcome: asks the video, the feed or the stories, and changes nothing. */
import { PlatformError, type Verdict } from "../contract.ts";
import { metaCode } from "../shared/meta/index.ts";
import type { FacebookCheckpoint, Ready } from "./checkpoint.ts";
import { landedAs } from "./deciding.ts";
import { surfaceIn, type FacebookDelivery } from "./delivery.ts";
import { findPosts, findStory } from "./search.ts";
import { isSilent, readVideo, standingOf } from "./status.ts";

type FacebookVerdict = Verdict<FacebookCheckpoint>;

interface Patience {
  /** "absent" needs this many looks that found nothing, over this time. */
  looks: number;
  forMs: number;
  betweenMs: number;
  /** How often it may turn out absent before a person is asked. */
  doubts: number;
}

/** A post shows up in lists with some delay, and a second try that is wrong would be a second post: once, and late. */
const LIST: Patience = { looks: 3, forMs: 3 * 60_000, betweenMs: 60_000, doubts: 1 };
/** A video is asked about by its own id, and finishing it again can make no second one. */
const BY_ID: Patience = { looks: 3, forMs: 20_000, betweenMs: 10_000, doubts: 4 };
/** How long a video that went whole is looked for. */
const WHOLE_MS = 30 * 60_000;
/** When Facebook refuses to say anything, a person is asked after this long. */
const GIVE_UP_MS = 6 * 3_600_000;

/** Throws PlatformError: rejected only when Facebook says that the video failed. */
export async function reconcile(delivery: FacebookDelivery, at: FacebookCheckpoint): Promise<FacebookVerdict> {
  if (at.phase === "landed") {
    return { verdict: "landed", outcome: { state: "waiting", checkpoint: at, lookAgainAt: delivery.now() } };
  }
  // Before "ready" nothing was ever decided.
  if (at.phase !== "ready") return { verdict: "absent", checkpoint: at };
  try {
    switch (surfaceIn(delivery)) {
      case "text":
      case "photos":
        return await askFeed(delivery, at);
      case "photo_story":
        return await askStories(delivery, at, at.photoIds[0] ?? "");
      case "video":
        if (at.whole) return await askWhole(delivery, at);
        return await askVideo(delivery, at, at.videoId ?? "");
      case "reel":
        return await askVideo(delivery, at, at.videoId ?? "");
      case "video_story":
        return await askStory(delivery, at, at.videoId ?? "");
    }
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
    return refused(delivery, at);
  }
}

/** Facebook refused to tell; that says nothing about the post. */
class Unanswered extends Error {}

async function told<T>(question: Promise<T>): Promise<T> {
  return question.catch((error: unknown) => {
    throw error instanceof PlatformError && error.kind === "rejected" ? new Unanswered(metaCode(error)) : error;
  });
}

async function askFeed(delivery: FacebookDelivery, at: Ready): Promise<FacebookVerdict> {
  const [first, ...more] = await told(findPosts(delivery, at));
  if (first === undefined) return notThere(delivery, at, LIST);
  return more.length > 0 ? { verdict: "unknown" } : landed(delivery, at, first);
}

/**
 * A video that went whole has no id to ask by, and shows up only when it is processed: it is looked for by its words, and
 * never called absent.
 */
async function askWhole(delivery: FacebookDelivery, at: Ready): Promise<FacebookVerdict> {
  const [first, ...more] = await told(findPosts(delivery, at));
  if (first !== undefined && more.length === 0) return landed(delivery, { ...at, videoId: null }, first);
  const now = delivery.now();
  const firstLookAt = at.firstLookAt ?? now;
  if (more.length > 0 || now - firstLookAt >= WHOLE_MS) return { verdict: "unknown" };
  return { verdict: "later", lookAgainAt: now + 60_000, checkpoint: { ...at, firstLookAt, refusedSince: null } };
}

async function askStories(delivery: FacebookDelivery, at: Ready, mediaId: string): Promise<FacebookVerdict> {
  const found = await told(findStory(delivery, mediaId, at.firstSentAt ?? delivery.startedAt));
  return found ? landed(delivery, at, found.postId ?? undefined) : notThere(delivery, at, LIST);
}

/** A story's video may say nothing of its publication; the Page's list of stories does. */
async function askStory(delivery: FacebookDelivery, at: Ready, videoId: string): Promise<FacebookVerdict> {
  const byId = await askVideo(delivery, at, videoId).catch((error: unknown) => {
    if (error instanceof Unanswered) return null;
    throw error;
  });
  if (byId?.verdict === "landed") return byId;
  const found = await told(findStory(delivery, videoId, at.firstSentAt ?? delivery.startedAt));
  return found ? landed(delivery, at, found.postId ?? undefined) : (byId ?? notThere(delivery, at, LIST));
}

async function askVideo(delivery: FacebookDelivery, at: Ready, videoId: string): Promise<FacebookVerdict> {
  const { video } = await told(readVideo(delivery.session, videoId, delivery.signal));
  if (!video || isSilent(video)) throw new Unanswered("100/33");
  return standingOf(video) === "open" ? notThere(delivery, at, BY_ID) : landed(delivery, at, video.post_id);
}

function landed(delivery: FacebookDelivery, at: Ready, postId: string | undefined): FacebookVerdict {
  const checkpoint = landedAs(delivery, at, postId);
  return { verdict: "landed", outcome: { state: "waiting", checkpoint, lookAgainAt: delivery.now() } };
}

function notThere(delivery: FacebookDelivery, at: Ready, patience: Patience): FacebookVerdict {
  const now = delivery.now();
  const firstLookAt = at.firstLookAt ?? now;
  const looks = at.looks + 1;
  if (looks < patience.looks || now - firstLookAt < patience.forMs) {
    const checkpoint: Ready = { ...at, looks, firstLookAt, refusedSince: null };
    return { verdict: "later", lookAgainAt: now + patience.betweenMs, checkpoint };
  }
  if (at.doubts >= patience.doubts) return { verdict: "unknown" };
  return {
    verdict: "absent",
    checkpoint: { ...at, doubts: at.doubts + 1, looks: 0, firstLookAt: null, refusedSince: null },
  };
}

function refused(delivery: FacebookDelivery, at: Ready): FacebookVerdict {
  const now = delivery.now();
  const refusedSince = at.refusedSince ?? now;
  if (now - refusedSince >= GIVE_UP_MS) return { verdict: "unknown" };
  const wait = Math.min(60_000 + (now - refusedSince), 15 * 60_000);
  return { verdict: "later", lookAgainAt: now + wait, checkpoint: { ...at, refusedSince } };
}
