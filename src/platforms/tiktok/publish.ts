/** The steps of a delivery: check once more, send, follow to the true end. */
import { PlatformError } from "../contract.ts";
import type { Checkpoint, FollowedCheckpoint } from "./checkpoint.ts";
import {
  inInbox,
  processing,
  published,
  readStatus,
  tooOld,
  type Journey,
  type TikTokDelivery,
  type TikTokOutcome,
} from "./follow.ts";
import { postPhotos } from "./photos.ts";
import { fetchStatus } from "./status.ts";
import { continueUpload, uploadVideo } from "./upload.ts";

export async function publish(delivery: TikTokDelivery): Promise<TikTokOutcome> {
  return begin(delivery, 0);
}

async function begin(delivery: TikTokDelivery, restarts: number): Promise<TikTokOutcome> {
  const photos = delivery.media.some((file) => file.kind === "image");
  return photos ? postPhotos(delivery, restarts) : uploadVideo(delivery, restarts);
}

/** Goes on with the same publish_id, always; a new one only where TikTok said that the old came to nothing. */
export async function resume(delivery: TikTokDelivery, from: Checkpoint): Promise<TikTokOutcome> {
  switch (from.phase) {
    case "fresh":
      return begin(delivery, from.restarts);
    case "upload":
      return continueUpload(delivery, from);
    case "photos":
      // Only an open fence leads here: the request was refused or never left. In doubt, reconcile is asked instead.
      return begin(delivery, from.restarts);
    case "processing":
      return followProcessing(delivery, from);
    case "inbox":
    case "link":
      return followSlowly(delivery, from);
  }
}

async function followProcessing(delivery: TikTokDelivery, from: Journey): Promise<TikTokOutcome> {
  const status = await fetchStatus(delivery.session, from.publishId);
  const reading = await readStatus(delivery, from, status);
  switch (reading.kind) {
    case "outcome":
      return reading.outcome;
    case "again":
      delivery.save({ phase: "fresh", restarts: from.restarts + 1 });
      delivery.note("TikTok could not finish it for a reason of its own; sending it once more");
      return begin(delivery, from.restarts + 1);
    case "underway":
      if (tooOld(delivery, from.since)) throw stillProcessing();
      return processing(delivery, { ...from, polls: from.polls + 1 });
  }
}

function stillProcessing(): PlatformError {
  return new PlatformError("unknown_outcome", {
    code: "still_processing",
    message: "TikTok has been processing this for more than a day.",
    remedy: "Look at the profile in TikTok and say here whether the post is there.",
  });
}

/** A draft in the inbox, or a live post without its link: neither can be undone by a status TikTok has forgotten. */
async function followSlowly(
  delivery: TikTokDelivery,
  from: Extract<FollowedCheckpoint, { phase: "inbox" | "link" }>,
): Promise<TikTokOutcome> {
  const status = await fetchStatus(delivery.session, from.publishId).catch((error: unknown) => {
    if (error instanceof PlatformError && error.kind === "unknown_outcome") return null;
    throw error;
  });
  if (from.phase === "link") {
    if (status === null) return { state: "published", remoteId: null, url: null };
    return published(delivery, from.publishId, status.postIds, from.since);
  }
  if (status?.name === "PUBLISH_COMPLETE") return published(delivery, from.publishId, status.postIds, delivery.now());
  if (status?.name === "FAILED") await readStatus(delivery, { ...from, polls: 0, restarts: Infinity }, status);
  return inInbox(delivery, from.publishId, from.since);
}
