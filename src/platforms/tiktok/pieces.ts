/** One chunk on its way to TikTok: what is sent, and what each answer means. */
import { setTimeout as sleep } from "node:timers/promises";
import { PlatformError, type DeliveryMedia, type PlatformResponse } from "../contract.ts";
import type { UploadCheckpoint } from "./checkpoint.ts";
import { chunkRange } from "./chunks.ts";
import { unreadable, waitAsked } from "./client.ts";
import { vendorError } from "./errors.ts";
import type { TikTokDelivery } from "./follow.ts";

/** Waits before the same chunk is sent again, in ms. */
const BACKOFF = [500, 1000, 2000, 4000];

/** Sending a chunk before the last twice harms nothing, so faults of the line are waited out here. */
export async function sendEarlyChunk(
  delivery: TikTokDelivery,
  at: UploadCheckpoint,
): Promise<"stored" | "ask" | "gone"> {
  for (let attempt = 0; ; attempt += 1) {
    stopIfCalledOff(delivery);
    try {
      const answer = judge(await put(delivery, at), delivery.now());
      return answer === 206 ? "stored" : answer === "gone" ? "gone" : "ask";
    } catch (error) {
      const wait = BACKOFF[attempt];
      if (!(error instanceof PlatformError) || error.kind !== "transient" || wait === undefined) throw error;
      await sleep(wait, undefined, { signal: delivery.signal }).catch(() => undefined);
    }
  }
}

/** In doubt here means: TikTok may have everything and publish it. */
export async function sendFinalChunk(
  delivery: TikTokDelivery,
  at: UploadCheckpoint,
): Promise<"complete" | "ask" | "gone"> {
  try {
    const answer = judge(await put(delivery, at), delivery.now());
    return answer === 201 ? "complete" : answer === "gone" ? "gone" : "ask";
  } catch (error) {
    if (!(error instanceof PlatformError) || error.kind !== "transient" || !error.sent) throw error;
    throw asDoubt(error);
  }
}

export function asDoubt(cause: PlatformError): PlatformError {
  return new PlatformError("unknown_outcome", {
    code: cause.code,
    message: "The line broke while the last part of the video was sent, so TikTok may have all of it.",
    remedy: "Nothing to do; Postern asks TikTok.",
    cause,
  });
}

function put(delivery: TikTokDelivery, at: UploadCheckpoint): Promise<PlatformResponse> {
  const video = videoOf(delivery);
  const { first, last, length } = chunkRange(at, at.sent);
  return delivery.session.request({
    method: "PUT",
    url: at.uploadUrl,
    // The address is the permission; the channel's token has no business there.
    auth: "none",
    headers: { "content-type": video.mime, "content-range": `bytes ${first}-${last}/${at.size}` },
    stream: {
      body: video.read(first, last + 1),
      length,
      onSent: (bytes) => delivery.progress(first + bytes, at.size),
    },
    signal: delivery.signal,
  });
}

/** 206 and 201 as they are; "ask" = out of step, "gone" = the address is dead. Throws for everything else. */
function judge(reply: PlatformResponse, now: number): 206 | 201 | "ask" | "gone" {
  const { status } = reply;
  if (status === 206 || status === 201) return status;
  if (status === 416 || (status >= 200 && status < 300)) return "ask";
  if (status === 403 || status === 404 || status === 410) return "gone";
  if (status === 429) throw vendorError({ code: "rate_limit_exceeded", status, now, waitMs: waitAsked(reply, now) });
  if (status === 400 || status === 413 || status === 415)
    throw vendorError({ code: "invalid_file_upload", status, now });
  throw unreadable(status);
}

export function stopIfCalledOff(delivery: TikTokDelivery): void {
  if (!delivery.signal.aborted) return;
  throw new PlatformError("transient", { code: "called_off", message: "The upload was stopped.", sent: false });
}

export function videoOf(delivery: TikTokDelivery): DeliveryMedia {
  const video = delivery.media.find((file) => file.kind === "video");
  if (video) return video;
  throw new PlatformError("rejected", { code: "no_video", message: "There is no video to send.", remedy: "Add one." });
}
