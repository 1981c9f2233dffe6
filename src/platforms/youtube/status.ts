/** Asks what became of a video that YouTube received, and says so. */
import { PlatformError, type Outcome } from "../contract.ts";
import type { Landed, YoutubeCheckpoint } from "./checkpoint.ts";
import { list } from "./client.ts";
import type { YoutubeDelivery } from "./delivery.ts";
import { addThumbnail } from "./thumbnail.ts";
import { videoList, type Video } from "./resources.ts";
import { videoAddress } from "./shape.ts";
import { deleted, failures, missing, rejections, wordsFor } from "./words.ts";
import { withDifferences } from "./differences.ts";

/** Waits before the next look, in seconds: quick at first, then quarter minutes, minutes, five minutes. */
const WAITS: ReadonlyArray<{ looks: number; seconds: number }> = [
  { looks: 3, seconds: 2 },
  { looks: 6, seconds: 5 },
  { looks: 14, seconds: 15 },
  { looks: 40, seconds: 60 },
  { looks: 100, seconds: 300 },
];
const SLOWEST_SECONDS = 1800;
/** A new video can take this long to show up in lists. */
const MAY_BE_MISSING_MS = 15 * 60_000;
/** 2026-11: processing can stall for good. https://github.com/googleapis/google-api-nodejs-client/issues/2687 */
const STILL_PROCESSING_MS = 48 * 3_600_000;

export function waitBefore(looks: number): number {
  return 1000 * (WAITS.find((step) => looks < step.looks)?.seconds ?? SLOWEST_SECONDS);
}

/**
 * One look. Published once YouTube has processed the video, waiting for as long as it has not (hours are possible).
 * Throws rejected, in plain words, when YouTube failed or rejected it.
 */
export async function look(delivery: YoutubeDelivery, at: Landed): Promise<Outcome<YoutubeCheckpoint>> {
  const found = await readVideo(delivery, at.videoId);
  if (!found) return unseen(delivery, at);
  refuseFailed(found);
  const current = withDifferences(delivery, at, found);
  if (!isProcessed(found)) {
    if (delivery.now() - at.landedAt > STILL_PROCESSING_MS) throw stillProcessing();
    return waiting(delivery, current);
  }
  const done = current.thumbnailDone ? current : await addThumbnail(delivery, current, "processed");
  return {
    state: "published",
    remoteId: done.videoId,
    url: videoAddress(done.videoId, done.short),
    ...(done.warnings.length ? { warnings: done.warnings } : {}),
  };
}

/** The video as its owner sees it, or undefined when YouTube does not list it. */
async function readVideo({ session, options, signal }: YoutubeDelivery, id: string): Promise<Video | undefined> {
  const more = options.hasPaidPromotion ? ",paidProductPlacementDetails" : "";
  const query = { part: `snippet,status,processingDetails${more}`, id };
  try {
    return (await list(session, "videos", query, videoList, signal)).items[0];
  } catch (error) {
    throw notItsFailure(error);
  }
}

/** Only the video's own status says that it failed; that we may not look (a proxy's page, a permission) says nothing of it. */
function notItsFailure(error: unknown): unknown {
  if (!(error instanceof PlatformError) || error.kind !== "rejected") return error;
  const { code, message, remedy } = error;
  return new PlatformError("transient", { code, message, remedy, cause: error });
}

function isProcessed(video: Video): boolean {
  return video.status?.uploadStatus === "processed" || video.processingDetails?.processingStatus === "succeeded";
}

function refuseFailed(video: Video): void {
  const { uploadStatus = "", failureReason = "", rejectionReason = "" } = video.status ?? {};
  const { processingStatus = "", processingFailureReason = "" } = video.processingDetails ?? {};
  if (uploadStatus === "rejected") {
    throw final(rejectionReason || "rejected", wordsFor(rejections, rejectionReason, "rejected"));
  }
  const gaveUp = uploadStatus !== "processed" && ["failed", "terminated"].includes(processingStatus);
  if (uploadStatus === "failed" || gaveUp) {
    const reason = failureReason || processingFailureReason;
    throw final(reason || "failed", wordsFor(failures, reason, "could not process"));
  }
  if (uploadStatus === "deleted") throw final("deleted", deleted);
}

function final(code: string, words: { message: string; remedy: string }): PlatformError {
  return new PlatformError("rejected", { code, ...words });
}

/** The video is there and nobody knows whether it will ever play: a person looks, and nothing is uploaded again. */
function stillProcessing(): PlatformError {
  return new PlatformError("unknown_outcome", {
    code: "still_processing",
    message: "YouTube has the video, but has been processing it for more than two days.",
    remedy: "Look at it in YouTube Studio, then say here whether it is there.",
  });
}

function unseen(delivery: YoutubeDelivery, at: Landed): Outcome<YoutubeCheckpoint> {
  if (delivery.now() - at.landedAt > MAY_BE_MISSING_MS) throw final("videoNotFound", missing);
  return waiting(delivery, at);
}

function waiting(delivery: YoutubeDelivery, at: Landed): Outcome<YoutubeCheckpoint> {
  const checkpoint: Landed = { ...at, looks: at.looks + 1 };
  return { state: "waiting", checkpoint, lookAgainAt: delivery.now() + waitBefore(at.looks) };
}
