/** The steps of a Facebook post: upload what nobody sees yet, make it public with one request, follow it to its end. */
import { readyWith, type Chunks, type FacebookCheckpoint, type Hosted, type Photos, type Ready } from "./checkpoint.ts";
import { knowsNoPieces, openChunks, sendChunks } from "./chunks.ts";
import { sendDeciding } from "./deciding.ts";
import { surfaceIn, type FacebookDelivery, type FacebookOutcome } from "./delivery.ts";
import { sendHosted } from "./hosted.ts";
import { look } from "./landed.ts";
import { uploadPhotos } from "./photos.ts";
import { mustHaveRoom } from "./reels.ts";

/** Waits for the upload host to have everything, in seconds. */
const HOSTED_WAITS = [2, 3, 5, 10, 15, 30];

export async function publish(delivery: FacebookDelivery): Promise<FacebookOutcome> {
  switch (surfaceIn(delivery)) {
    case "text":
      return make(delivery, readyWith({}));
    case "photos":
    case "photo_story":
      return withPhotos(delivery, null);
    case "video":
      return withChunks(delivery, null);
    case "reel":
    case "video_story":
      return withHosted(delivery, null);
  }
}

/** Next step, safe to repeat: goes on with the same photos, the same video, the same post. */
export async function resume(delivery: FacebookDelivery, at: FacebookCheckpoint): Promise<FacebookOutcome> {
  switch (at.phase) {
    case "photos":
      return withPhotos(delivery, at);
    case "chunks":
      return withChunks(delivery, at);
    case "hosted":
      return withHosted(delivery, at);
    case "ready":
      return at.uploadLost ? anew(delivery, at) : make(delivery, at);
    case "landed":
      return look(delivery, at);
  }
}

/** Facebook lost the upload, so it is sent once more; what was decided for it is void. */
async function anew(delivery: FacebookDelivery, at: Ready): Promise<FacebookOutcome> {
  delivery.note("Facebook does not have the whole video; sending it anew");
  const restarts = at.restarts + 1;
  return surfaceIn(delivery) === "video" ? withChunks(delivery, null, restarts) : withHosted(delivery, null, restarts);
}

async function withPhotos(delivery: FacebookDelivery, from: Photos | null): Promise<FacebookOutcome> {
  return make(delivery, readyWith({ photoIds: await uploadPhotos(delivery, from) }));
}

async function withChunks(delivery: FacebookDelivery, from: Chunks | null, begun = 0): Promise<FacebookOutcome> {
  const opened = from ?? (await openUnlessWhole(delivery, begun));
  if (opened === "whole") return make(delivery, readyWith({ whole: true, restarts: begun }));
  const { videoId, sessionId, restarts } = await sendChunks(delivery, opened);
  return make(delivery, readyWith({ videoId, sessionId, restarts }));
}

async function openUnlessWhole(delivery: FacebookDelivery, begun: number): Promise<Chunks | "whole"> {
  return openChunks(delivery, begun).catch((error: unknown) => {
    if (!knowsNoPieces(error)) throw error;
    delivery.note("Facebook takes no pieces here; sending the video whole");
    return "whole" as const;
  });
}

async function withHosted(delivery: FacebookDelivery, from: Hosted | null, begun = 0): Promise<FacebookOutcome> {
  if (from === null && surfaceIn(delivery) === "reel") await mustHaveRoom(delivery);
  const { done, at } = await sendHosted(delivery, from, begun);
  if (done) return make(delivery, readyWith({ videoId: at.videoId, restarts: at.restarts }));
  const seconds = HOSTED_WAITS[at.looks] ?? 60;
  return { state: "waiting", checkpoint: at, lookAgainAt: delivery.now() + seconds * 1000 };
}

async function make(delivery: FacebookDelivery, at: Ready): Promise<FacebookOutcome> {
  return look(delivery, await sendDeciding(delivery, at));
}
