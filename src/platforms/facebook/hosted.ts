/** Sends the video of a reel or a story to the upload host, and waits until Facebook has all of it. */
import { z } from "zod";
import { PlatformError } from "../contract.ts";
import { call, GRAPH_VERSION, graphId, maybe, RUPLOAD_HOST, upload } from "../shared/meta/index.ts";
import type { Hosted } from "./checkpoint.ts";
import { stopIfCalledOff, surfaceIn, videoOf, type FacebookDelivery } from "./delivery.ts";
import { arrivedOf, readVideo, uploadOf } from "./status.ts";

const MOST_RESTARTS = 3;
/** A file that was taken and is still not reported after so many looks is sent once more. */
const PATIENT_LOOKS = 12;
const opened = z.object({ video_id: graphId, upload_url: maybe(z.string().min(1)) });

/** The edge of the Page that takes this kind of video. */
export function edgeOf(delivery: FacebookDelivery): string {
  return surfaceIn(delivery) === "reel" ? "video_reels" : "video_stories";
}

/**
 * One step. `done` when Facebook has every byte, otherwise when to look again. Nothing is public by it.
 * Throws PlatformError as Facebook refuses the file.
 */
export async function sendHosted(
  delivery: FacebookDelivery,
  from: Hosted | null,
  begun = 0,
): Promise<{ done: boolean; at: Hosted }> {
  let at = from ?? (await open(delivery, begun));
  // After a restart Facebook is asked first: the bytes may all be there, or some of them.
  let has = from ? await arrived(delivery, at) : NOTHING;
  if (has.standing === "broken") {
    at = await openAgain(delivery, at);
    has = NOTHING;
  }
  if (has.standing !== "all" && (!at.sent || at.looks >= PATIENT_LOOKS)) {
    stopIfCalledOff(delivery);
    at = await sendRest(delivery, at, at.sent ? 0 : has.bytes);
    delivery.save(at);
    has = await arrived(delivery, at);
  }
  return { done: has.standing === "all", at: { ...at, looks: at.looks + 1 } };
}

/** Goes on where Facebook stands; where it will not have that, the whole file goes into a new upload. */
async function sendRest(delivery: FacebookDelivery, at: Hosted, from: number): Promise<Hosted> {
  const sent = { sent: true, looks: 0 };
  if (from <= 0 || from >= videoOf(delivery).bytes) {
    await send(delivery, at, 0);
    return { ...at, ...sent };
  }
  try {
    await send(delivery, at, from);
    return { ...at, ...sent };
  } catch (error) {
    if (!(error instanceof PlatformError) || error.kind !== "rejected") throw error;
    const anew = await openAgain(delivery, at);
    await send(delivery, anew, 0);
    return { ...anew, ...sent };
  }
}

async function open(delivery: FacebookDelivery, restarts: number): Promise<Hosted> {
  const { data } = await call(
    delivery.session,
    {
      method: "POST",
      path: `/${delivery.session.remoteId}/${edgeOf(delivery)}`,
      form: { upload_phase: "start" },
      signal: delivery.signal,
    },
    opened,
  );
  const at: Hosted = {
    phase: "hosted",
    videoId: data.video_id,
    address: data.upload_url ?? `https://${RUPLOAD_HOST}/video-upload/${GRAPH_VERSION}/${data.video_id}`,
    sent: false,
    looks: 0,
    restarts,
  };
  delivery.save(at);
  delivery.note("Facebook opened an upload");
  return at;
}

async function openAgain(delivery: FacebookDelivery, at: Hosted): Promise<Hosted> {
  if (at.restarts >= MOST_RESTARTS) {
    throw new PlatformError("rejected", {
      code: "upload_broken",
      message: "Facebook broke the upload off several times. Nothing was published.",
      remedy: "Export the video as MP4 with H.264 and AAC and send it again.",
    });
  }
  delivery.note("Facebook broke the upload off; starting it anew");
  return open(delivery, at.restarts + 1);
}

async function send(delivery: FacebookDelivery, at: Hosted, from: number): Promise<void> {
  const video = videoOf(delivery);
  await upload(delivery.session, {
    address: at.address,
    file: {
      open: (start) => video.read(start, video.bytes),
      bytes: video.bytes,
      onSent: (sent) => delivery.progress(sent, video.bytes),
    },
    from,
    signal: delivery.signal,
  });
}

interface Arrived {
  standing: ReturnType<typeof uploadOf>;
  bytes: number;
}

const NOTHING: Arrived = { standing: "nothing", bytes: 0 };

/** How far the bytes are. Finishing too early would spoil the upload, so Facebook's own word is waited for. */
async function arrived(delivery: FacebookDelivery, at: Hosted): Promise<Arrived> {
  const { video } = await readVideo(delivery.session, at.videoId, delivery.signal);
  return video ? { standing: uploadOf(video), bytes: arrivedOf(video) } : NOTHING;
}
