/** Sends the video of a reel or a story to the upload host, and waits until Facebook has all of it. */
import { z } from "zod";
import { PlatformError } from "../contract.ts";
import { call, graphId, upload } from "../shared/meta/index.ts";
import type { Hosted } from "./checkpoint.ts";
import { stopIfCalledOff, surfaceIn, videoOf, type FacebookDelivery } from "./delivery.ts";
import { readVideo, uploadOf } from "./status.ts";

const MOST_RESTARTS = 3;
/** A file that was taken and is still not reported after so many looks is sent once more. */
const PATIENT_LOOKS = 12;
const opened = z.object({ video_id: graphId, upload_url: z.string().min(1) });

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
): Promise<{ done: boolean; at: Hosted }> {
  let at = from ?? (await open(delivery, 0));
  // After a restart Facebook is asked first: the bytes may all be there.
  let standing = from ? await arrived(delivery, at) : "nothing";
  if (standing === "broken") {
    at = await openAgain(delivery, at);
    standing = "nothing";
  }
  if (standing !== "all" && (!at.sent || at.looks >= PATIENT_LOOKS)) {
    stopIfCalledOff(delivery);
    await send(delivery, at);
    at = { ...at, sent: true, looks: 0 };
    delivery.save(at);
    standing = await arrived(delivery, at);
  }
  return { done: standing === "all", at: { ...at, looks: at.looks + 1 } };
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
    address: data.upload_url,
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

async function send(delivery: FacebookDelivery, at: Hosted): Promise<void> {
  const video = videoOf(delivery);
  await upload(delivery.session, {
    address: at.address,
    file: {
      open: () => video.read(0, video.bytes),
      bytes: video.bytes,
      onSent: (sent) => delivery.progress(sent, video.bytes),
    },
    signal: delivery.signal,
  });
}

/** How far the bytes are. Finishing too early would spoil the upload, so Facebook's own word is waited for. */
async function arrived(delivery: FacebookDelivery, at: Hosted): Promise<"all" | "some" | "nothing" | "broken"> {
  const { video } = await readVideo(delivery.session, at.videoId, delivery.signal);
  return video ? uploadOf(video) : "nothing";
}
