/** The one request that makes a post public, and how its answers are told apart. */
import { z } from "zod";
import { PlatformError } from "../contract.ts";
import { graphId } from "../shared/meta/index.ts";
import type { Container, Deciding, Landed } from "./checkpoint.ts";
import { askDeciding } from "./client.ts";
import { surfaceIn, type InstagramDelivery } from "./delivery.ts";
import { takesText } from "./surface.ts";

/** Refusals of a repeated request are doubted this often: the first may have worked. */
const DOUBTED_TRIES = 5;

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
    throw inDoubt(error, at) ?? error;
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

/** The error as a doubt, or undefined when Instagram surely did nothing. */
function inDoubt(error: unknown, at: Deciding): PlatformError | undefined {
  if (!(error instanceof PlatformError) || error.kind === "signed_out" || error.kind === "unknown_outcome") return;
  // 2026-11: "action is blocked" and "request limit reached" have come for posts that were live.
  // https://github.com/gitroomhq/postiz-app/pull/1681
  const blocked = /^4(\/|$)/.test(error.code);
  const repeated = error.kind === "rejected" && at.tries > 1 && at.tries < DOUBTED_TRIES;
  if (!blocked && !repeated) return;
  return new PlatformError("unknown_outcome", {
    code: error.code,
    message: "Instagram refused, but it has said so of posts that were there all the same.",
    remedy: "Nothing to do: Instagram is asked what became of it.",
    cause: error,
  });
}
