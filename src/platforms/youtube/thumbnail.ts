/** Sets the chosen thumbnail; a refusal is a warning, for the video itself is there. */
import { setTimeout as sleep } from "node:timers/promises";
import { PlatformError, type DeliveryMedia, type PlatformResponse } from "../contract.ts";
import { googleError } from "../shared/google/index.ts";
import type { Landed } from "./checkpoint.ts";
import { UPLOAD } from "./client.ts";
import type { YoutubeDelivery } from "./delivery.ts";
import { withWarnings } from "./differences.ts";
import { asPlatformError, needsRenewal, refusal } from "./errors.ts";

const TRIES = 3;

/** Refusals that processing may mend: a video that was not recognised as a Short, or is not known everywhere yet. */
const TOO_EARLY = ["failedPrecondition", "videoNotFound"];

/**
 * Setting it twice does no harm, so doubt is answered by trying again. Never throws; saves that it is done, or, while the
 * video is not processed, that it is to be tried once more then.
 */
export async function addThumbnail(
  delivery: YoutubeDelivery,
  at: Landed,
  when: "early" | "processed",
): Promise<Landed> {
  const id = delivery.options.thumbnailMediaId;
  const image = id ? delivery.asset(id) : null;
  const error = image ? await attempt(delivery, at.videoId, image) : null;
  const later = when === "early" && error !== null && (error.kind !== "rejected" || TOO_EARLY.includes(error.code));
  const warning = id && !image ? "it is no longer among your media." : error && !later ? wordsOf(error) : null;
  const done: Landed = {
    ...withWarnings(at, warning ? [`The thumbnail was not set: ${warning}`] : []),
    thumbnailDone: !later,
    ...(later ? { thumbnailLater: true } : {}),
  };
  delivery.save(done);
  if (image && !error) delivery.note("Thumbnail set");
  return done;
}

function wordsOf(error: PlatformError): string {
  return `${error.message} ${error.kind === "rejected" ? error.remedy : "Set it in YouTube Studio."}`;
}

async function attempt(
  delivery: YoutubeDelivery,
  videoId: string,
  image: DeliveryMedia,
): Promise<PlatformError | null> {
  for (let tries = 1; ; tries += 1) {
    const error = await send(delivery, videoId, image).then(() => null, asPlatformError);
    if (error?.kind !== "transient" || tries === TRIES || delivery.signal.aborted) return error;
    await sleep(tries * 500, undefined, { signal: delivery.signal }).catch(() => undefined);
  }
}

async function send(delivery: YoutubeDelivery, videoId: string, image: DeliveryMedia): Promise<void> {
  let reply = await put(delivery, videoId, image);
  if (needsRenewal(reply)) {
    await delivery.session.renew();
    reply = await put(delivery, videoId, image);
  }
  if (reply.status >= 200 && reply.status < 300) return;
  // 2026-11: custom thumbnails need a channel verified by phone. https://support.google.com/youtube/answer/72431
  if (reply.status === 403 && googleError(reply).domain === "youtube.thumbnail") {
    throw new PlatformError("rejected", {
      code: "forbidden",
      message: "YouTube does not let this channel use thumbnails of its own.",
      remedy: "Verify the channel by phone at youtube.com/verify, then set it in YouTube Studio.",
    });
  }
  throw refusal(reply, delivery.now());
}

async function put(delivery: YoutubeDelivery, videoId: string, image: DeliveryMedia): Promise<PlatformResponse> {
  const body = image.read(0, image.bytes);
  try {
    return await delivery.session.request({
      method: "POST",
      url: `${UPLOAD}/thumbnails/set`,
      query: { videoId, uploadType: "media" },
      headers: { "content-type": image.mime },
      stream: { body, length: image.bytes },
      signal: delivery.signal,
    });
  } finally {
    body.destroy();
  }
}
