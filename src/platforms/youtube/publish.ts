/** The steps of a YouTube post: open an upload, send the bytes, finish the video, look until it is processed. */
import { PlatformError, type Outcome } from "../contract.ts";
import type { Landed, Sending, YoutubeCheckpoint } from "./checkpoint.ts";
import { videoOf, type YoutubeDelivery } from "./delivery.ts";
import { withDifferences } from "./differences.ts";
import { addToPlaylist } from "./playlist.ts";
import type { Video } from "./resources.ts";
import { findUpload } from "./search.ts";
import { openUpload } from "./session.ts";
import { isShort } from "./shape.ts";
import { look } from "./status.ts";
import { addThumbnail } from "./thumbnail.ts";
import { lost, sendBytes } from "./upload.ts";

/** First step. Nothing is on the channel before the last byte was sent. */
export async function publish(delivery: YoutubeDelivery): Promise<Outcome<YoutubeCheckpoint>> {
  return send(delivery, await openUpload(delivery), false);
}

/** Next step, safe to repeat: the rest of the bytes, or another look at the video. */
export async function resume(delivery: YoutubeDelivery, at: YoutubeCheckpoint): Promise<Outcome<YoutubeCheckpoint>> {
  return at.phase === "sending" ? send(delivery, at, true) : finish(delivery, at);
}

async function send(delivery: YoutubeDelivery, from: Sending, ask: boolean): Promise<Outcome<YoutubeCheckpoint>> {
  const sent = await sendBytes(delivery, from, { ask });
  if (sent.is === "video") return finish(delivery, remembered(delivery, sent));
  if (from.deciding || sent.committed) {
    // One look at the channel is not enough once the video may have been made: `reconcile` takes its time.
    if (!sent.committed) delivery.commit(from);
    throw lost(true);
  }
  delivery.note("YouTube no longer knows the upload, looking on the channel");
  const id = await findUpload(delivery);
  if (id) return finish(delivery, remembered(delivery, { video: { id }, committed: false }));
  delivery.note("Nothing of it is on the channel, uploading again");
  const again = await sendBytes(delivery, await openUpload(delivery), { ask: false });
  if (again.is === "video") return finish(delivery, remembered(delivery, again));
  throw new PlatformError("transient", {
    code: "upload_gone",
    message: "YouTube lost the upload twice.",
    remedy: "Nothing to do: it is tried again.",
  });
}

/** What is remembered once the video exists. */
export function landedAs(delivery: YoutubeDelivery, video: Video): Landed {
  const { thumbnailMediaId, playlistId } = delivery.options;
  const landed: Landed = {
    phase: "landed",
    videoId: video.id,
    landedAt: delivery.now(),
    looks: 0,
    short: isShort(videoOf(delivery)),
    thumbnailDone: !thumbnailMediaId,
    playlistDone: !playlistId,
    warnings: [],
  };
  return withDifferences(delivery, landed, video);
}

/** Saves that the video exists; where it was found without being sent just now, the fence is set first. */
function remembered(delivery: YoutubeDelivery, sent: { video: Video; committed: boolean }): Landed {
  const landed = landedAs(delivery, sent.video);
  if (!sent.committed) delivery.commit(landed);
  delivery.save(landed);
  delivery.note("YouTube has the whole video and is processing it");
  return landed;
}

async function finish(delivery: YoutubeDelivery, landed: Landed): Promise<Outcome<YoutubeCheckpoint>> {
  let at = landed;
  // 2026-11: a Short takes a thumbnail only after processing. https://developers.google.com/youtube/data/revision_history
  if (!at.thumbnailDone && !at.short && !at.thumbnailLater) at = await addThumbnail(delivery, at, "early");
  if (!at.playlistDone) at = await addToPlaylist(delivery, at);
  return look(delivery, at);
}
