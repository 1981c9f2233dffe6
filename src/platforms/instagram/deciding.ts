/** The one request that makes a post public, and how its answers are told apart. */
import { z } from "zod";
import { PlatformError } from "../contract.ts";
import { graphId } from "../shared/meta/index.ts";
import type { Container, Deciding, Landed } from "./checkpoint.ts";
import { askDeciding } from "./client.ts";
import { surfaceIn, type InstagramDelivery } from "./delivery.ts";
import { HOUR } from "./limits.ts";
import { takesText } from "./surface.ts";

/** Refusals of a repeated request are doubted this often: the first may have worked. */
export const DOUBTED_TRIES = 5;
/** How long nothing is sent after a block against spam, which asking on prolongs. */
const BLOCKED_MS = 4 * HOUR;
const GONE_MS = 30_000;
/** How often a container that Instagram says it does not have is asked for before it is made anew. */
export const MOST_GONE = 2;

const answer = z.object({ id: graphId });

export function decidingFor(target: Container, restarts: number, now: number): Deciding {
  return {
    phase: "deciding",
    containerId: target.id,
    createdAt: target.createdAt,
    firstSentAt: now,
    sentAt: now,
    tries: 0,
    unreadableSince: null,
    notBefore: 0,
    restarts,
    doubted: false,
    gone: 0,
  };
}

/**
 * Commits, publishes and saves the new post's id.
 * Throws PlatformError: a definite refusal as it is, unknown_outcome for everything that leaves a doubt.
 */
export async function askToPublish(delivery: InstagramDelivery, from: Deciding): Promise<Landed> {
  const { session, signal } = delivery;
  // A sign-in that is gone shows here, before the fence.
  await session.accessToken();
  const now = delivery.now();
  const at: Deciding = {
    ...from,
    sentAt: now,
    firstSentAt: from.tries ? from.firstSentAt : now,
    tries: from.tries + 1,
  };
  delivery.commit(at);
  const path = `/${session.remoteId}/media_publish`;
  const form = { creation_id: at.containerId };
  let mediaId: string;
  try {
    mediaId = (await askDeciding(session, { method: "POST", path, form, signal }, answer)).id;
  } catch (error) {
    throw judged(delivery, at, error);
  }
  const landed = landedFrom(delivery, at, mediaId);
  // The id first, the link later: reading the link fails at times.
  delivery.save(landed);
  delivery.note("Instagram has published it");
  return landed;
}

export function landedFrom(delivery: InstagramDelivery, at: Deciding, mediaId: string | null): Landed {
  const comments = delivery.options.firstComment.trim() !== "" && takesText(surfaceIn(delivery));
  return {
    phase: "landed",
    mediaId,
    url: null,
    sentAt: at.firstSentAt,
    landedAt: delivery.now(),
    looks: 0,
    comment: comments ? "open" : "none",
  };
}

/** The refusal as it is when Instagram surely did nothing, else as a doubt. What is learned by it is written down first. */
function judged(delivery: InstagramDelivery, at: Deciding, error: unknown): unknown {
  if (!(error instanceof PlatformError) || !error.sent) return error;
  if (!at.doubted && /(^|\/)22070(08|20)$/.test(error.code)) return notThere(delivery, at, error);
  if (error.kind === "signed_out" || error.kind === "unknown_outcome") return error;
  // 2026-11: "action is blocked" and "request limit reached" have come for posts that were live.
  // https://github.com/gitroomhq/postiz-app/pull/1681
  const blocked = /^4(\/|$)/.test(error.code);
  // Read as ready just before, and refused often enough: then the refusal is believed.
  const sure = at.unreadableSince === null && at.tries >= DOUBTED_TRIES;
  const repeated = error.kind === "rejected" && at.doubted && !sure;
  if (!blocked && !repeated) return error;
  if (blocked) delivery.commit({ ...at, notBefore: Math.max(at.notBefore, delivery.now() + BLOCKED_MS) });
  return new PlatformError("unknown_outcome", {
    code: error.code,
    message: "Instagram refused, but it has said so of posts that were there all the same.",
    remedy: "Nothing to do: Instagram is asked what became of it.",
    cause: error,
  });
}

// 2026-11: the container may only be slow to show; asked for again within two minutes, it is made anew only then.
// https://developers.facebook.com/documentation/instagram-platform/instagram-graph-api/reference/error-codes
function notThere(delivery: InstagramDelivery, at: Deciding, error: PlatformError): PlatformError {
  delivery.commit({ ...at, gone: at.gone + 1 });
  return new PlatformError("rate_limited", {
    code: error.code,
    message: "Instagram says that it does not have what was prepared for this post. Nothing is published yet.",
    remedy: "Nothing to do: it is asked once more, and then the post is prepared anew.",
    until: delivery.now() + GONE_MS,
    cause: error,
  });
}
