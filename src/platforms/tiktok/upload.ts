/** FILE_UPLOAD: opens an upload and sends the chunks in order; the last one is the fence. */
import { PlatformError } from "../contract.ts";
import type { UploadCheckpoint } from "./checkpoint.ts";
import { chunkAfter, planChunks, trustedUploadAddress } from "./chunks.ts";
import { checkAgain } from "./check-again.ts";
import { call, text, unreadable } from "./client.ts";
import { processing, readStatus, type TikTokDelivery, type TikTokOutcome } from "./follow.ts";
import { HOUR } from "./limits.ts";
import { asDoubt, sendEarlyChunk, sendFinalChunk, stopIfCalledOff, videoOf } from "./pieces.ts";
import { directVideoInfo } from "./post-info.ts";
import { fetchStatus, type Status } from "./status.ts";

const MOST_RESYNCS = 5;
const MOST_UPLOADS = 3;

/** Opens a new upload and sends the whole file. Nothing can be public before its last chunk. */
export async function uploadVideo(delivery: TikTokDelivery, restarts: number): Promise<TikTokOutcome> {
  return sendChunks(delivery, await openUpload(delivery, restarts));
}

/** Goes on with an upload that was begun. After its hour TikTok is asked before a new one is opened. */
export async function continueUpload(delivery: TikTokDelivery, from: UploadCheckpoint): Promise<TikTokOutcome> {
  const expired = delivery.now() - from.openedAt >= HOUR;
  const run = { committed: false, resyncs: 0, doubtful: from.finalSent };
  return expired ? realign(delivery, from, "gone", run) : sendChunks(delivery, from, run);
}

async function openUpload(delivery: TikTokDelivery, restarts: number): Promise<UploadCheckpoint> {
  const creator = await checkAgain(delivery);
  const plan = planChunks(videoOf(delivery).bytes);
  const source = {
    source: "FILE_UPLOAD",
    video_size: plan.size,
    chunk_size: plan.chunk,
    total_chunk_count: plan.count,
  };
  const direct = delivery.options.mode === "direct";
  const data = await call(delivery.session, {
    method: "POST",
    path: direct ? "/v2/post/publish/video/init/" : "/v2/post/publish/inbox/video/init/",
    json: { ...(direct ? { post_info: directVideoInfo(delivery, creator) } : {}), source_info: source },
    signal: delivery.signal,
  });
  const publishId = text(data["publish_id"]);
  const uploadUrl = text(data["upload_url"]);
  if (publishId === "" || uploadUrl === "") throw unreadable(200);
  if (!trustedUploadAddress(uploadUrl)) {
    throw new PlatformError("rejected", {
      code: "foreign_upload_address",
      message: "TikTok named an upload address that is not TikTok's. Nothing was sent there.",
      remedy: "Send the post again; if it happens again, check this machine's DNS and proxy.",
    });
  }
  const opened = {
    phase: "upload",
    publishId,
    uploadUrl,
    openedAt: delivery.now(),
    ...plan,
    sent: 0,
    restarts,
  } as const;
  delivery.save({ ...opened, finalSent: false });
  delivery.note("TikTok opened an upload");
  return { ...opened, finalSent: false };
}

interface Run {
  /** The fence was set in this run. */
  committed: boolean;
  /** How often TikTok was asked where the upload stands. */
  resyncs: number;
  /** The last chunk was on its way before this run, and nobody heard what became of it. */
  doubtful: boolean;
}

async function sendChunks(
  delivery: TikTokDelivery,
  from: UploadCheckpoint,
  run: Run = { committed: false, resyncs: 0, doubtful: false },
): Promise<TikTokOutcome> {
  let at = from;
  while (at.sent < at.count - 1) {
    const answer = await sendEarlyChunk(delivery, at);
    if (answer !== "stored") return realign(delivery, at, answer, run);
    at = { ...at, sent: at.sent + 1 };
    delivery.save(at);
  }
  if (at.sent >= at.count) return handedOver(delivery, at, run);
  stopIfCalledOff(delivery);
  at = { ...at, finalSent: true };
  delivery.commit(at);
  const answer = await sendFinalChunk(delivery, at);
  const after = { ...run, committed: true };
  return answer === "complete" ? handedOver(delivery, at, after) : realign(delivery, at, answer, after);
}

/** TikTok and we disagree about where the upload stands: TikTok's word decides, and only then may a new upload begin. */
async function realign(
  delivery: TikTokDelivery,
  at: UploadCheckpoint,
  why: "ask" | "gone",
  run: Run,
): Promise<TikTokOutcome> {
  const status = await askAbout(delivery, at, run, why);
  if (status === null) return startOver(delivery, at);
  const reading = await readStatus(delivery, { ...at, since: delivery.now(), polls: 0 }, status);
  if (reading.kind === "outcome") return reading.outcome;
  if (reading.kind === "again") return startOver(delivery, at);
  const uploaded = reading.uploaded;
  if (uploaded !== null && uploaded >= at.size) return handedOver(delivery, at, run);
  if (why === "gone") {
    // An address may also be gone because the upload is complete and TikTok's count lags behind: the hour tells.
    const over = delivery.now() - at.openedAt >= HOUR;
    if (run.doubtful && !(over && uploaded !== null)) throw doubt(delivery, at, run, unreadable(404));
    return startOver(delivery, at);
  }
  if (run.resyncs >= MOST_RESYNCS) {
    throw new PlatformError(at.finalSent ? "unknown_outcome" : "transient", {
      code: "out_of_step",
      message: "TikTok and Postern could not agree how much of the video has arrived.",
      remedy: "Nothing to do; Postern tries again.",
    });
  }
  // 416 without a count means a reply was lost: the chunk is stored.
  const sent = uploaded === null ? Math.min(at.sent + 1, at.count) : chunkAfter(at, uploaded);
  const agreed = { ...at, sent };
  delivery.save(agreed);
  // Answered: whatever follows is sent behind a fence of its own.
  return sendChunks(delivery, agreed, { ...run, committed: false, resyncs: run.resyncs + 1 });
}

/** Null: TikTok has dropped an upload whose last chunk was never sent. After the last chunk every fault here is doubt. */
async function askAbout(
  delivery: TikTokDelivery,
  at: UploadCheckpoint,
  run: Run,
  why: "ask" | "gone",
): Promise<Status | null> {
  try {
    return await fetchStatus(delivery.session, at.publishId);
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    if (at.finalSent) throw doubt(delivery, at, run, error);
    if (error.kind === "unknown_outcome" && why === "gone") return null;
    throw error;
  }
}

/** Doubt stands behind the fence, also where nothing was sent in this run. */
function doubt(delivery: TikTokDelivery, at: UploadCheckpoint, run: Run, cause: PlatformError): PlatformError {
  if (!run.committed) delivery.commit({ ...at, finalSent: true });
  return asDoubt(cause);
}

async function startOver(delivery: TikTokDelivery, at: UploadCheckpoint): Promise<TikTokOutcome> {
  const restarts = at.restarts + 1;
  if (restarts >= MOST_UPLOADS) {
    throw new PlatformError("rejected", {
      code: "upload_expired",
      message:
        "TikTok closed the upload three times before the file was through; it allows one hour. Nothing was published.",
      remedy: "Use a faster line or a smaller file, and send the post again.",
    });
  }
  delivery.save({ phase: "fresh", restarts });
  delivery.note("TikTok closed the upload before it was complete; starting it anew");
  return uploadVideo(delivery, restarts);
}

function handedOver(delivery: TikTokDelivery, at: UploadCheckpoint, run: Run): TikTokOutcome {
  // Found whole without having been sent just now: the fence must stand all the same.
  if (!run.committed) delivery.commit({ ...at, finalSent: true });
  const { publishId, restarts } = at;
  const outcome = processing(delivery, { publishId, restarts, since: delivery.now(), polls: 0 });
  if (outcome.checkpoint) delivery.save(outcome.checkpoint);
  delivery.progress(at.size, at.size);
  delivery.note("TikTok has the whole file and is processing it");
  return outcome;
}
