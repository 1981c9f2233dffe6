/** Sends an ordinary video piece by piece; Facebook says which piece it wants. Nothing is public by it. */
import { z } from "zod";
import { PlatformError } from "../contract.ts";
import { call, dataOf, graphId, GRAPH_VIDEO, metaCode } from "../shared/meta/index.ts";
import type { Chunks } from "./checkpoint.ts";
import { stopIfCalledOff, videoOf, type FacebookDelivery } from "./delivery.ts";

const MOST_RESTARTS = 3;
const MOST_RESYNCS = 5;

const offset = z.union([z.number().int().nonnegative(), z.string().regex(/^\d+$/).transform(Number)]);
const range = z.object({ start_offset: offset, end_offset: offset });
const opened = range.extend({ upload_session_id: graphId, video_id: graphId });

// 2026-11: the newer way (a file handle from /<app>/uploads) wants the person's own token, which dies after sixty days,
// and names the video only in the reply to the deciding request. This one lives on the Page's token and names the video
// first, so that Facebook can be asked about it afterwards. Its parameters stand in Meta's SDK v25.
// https://developers.facebook.com/docs/graph-api/reference/page/videos/
/**
 * The upload when every byte has arrived. Saved after every piece; a piece that is sent twice does no harm.
 * Throws PlatformError; transient for whatever goes on from the checkpoint.
 */
export async function sendChunks(delivery: FacebookDelivery, from: Chunks): Promise<Chunks> {
  let at = from;
  let furthest = from.start;
  for (let resyncs = 0; at.start < at.end;) {
    stopIfCalledOff(delivery);
    try {
      at = await sendNext(delivery, at);
      // Only new ground counts as progress: whoever is sent back after every piece would send for ever.
      if (at.start > furthest) resyncs = 0;
      furthest = Math.max(furthest, at.start);
    } catch (error) {
      resyncs += 1;
      if (resyncs > MOST_RESYNCS) throw error;
      at = await realign(delivery, at, error);
    }
    delivery.save(at);
  }
  delivery.progress(videoOf(delivery).bytes, videoOf(delivery).bytes);
  return at;
}

/** Refusals of the request as such, not of the video or the sign-in: the guide no longer names uploads in pieces. */
export function knowsNoPieces(error: unknown): boolean {
  return error instanceof PlatformError && /^(3|12|100|2500|6000|6001|100\/33|100\/1363020)$/.test(error.code);
}

/** Opens an upload; `restarts` counts those before it. Throws PlatformError. */
export async function openChunks(delivery: FacebookDelivery, restarts: number): Promise<Chunks> {
  const { bytes } = videoOf(delivery);
  const request = { ...place(delivery), form: { upload_phase: "start", file_size: String(bytes) } };
  const { data } = await call(delivery.session, request, opened);
  const opening = { phase: "chunks", videoId: data.video_id, sessionId: data.upload_session_id, restarts } as const;
  const at = { ...opening, ...pieceIn(data, bytes) };
  delivery.save(at);
  delivery.note("Facebook opened an upload");
  return at;
}

async function sendNext(delivery: FacebookDelivery, at: Chunks): Promise<Chunks> {
  const video = videoOf(delivery);
  const length = at.end - at.start;
  const request = {
    ...place(delivery),
    form: { upload_phase: "transfer", upload_session_id: at.sessionId, start_offset: String(at.start) },
    file: {
      name: "video_file_chunk",
      fileName: "video.mp4",
      mime: "application/octet-stream",
      bytes: length,
      open: () => video.read(at.start, at.end),
      onSent: (sent: number) => delivery.progress(at.start + Math.min(sent, length), video.bytes),
    },
  };
  const { data } = await call(delivery.session, request, range);
  if (data.start_offset <= at.start && data.start_offset !== data.end_offset) throw stuck();
  return { ...at, ...pieceIn(data, video.bytes) };
}

/** Facebook's word decides where the upload stands; a closed one is opened anew. Throws on everything else. */
async function realign(delivery: FacebookDelivery, at: Chunks, error: unknown): Promise<Chunks> {
  const code = metaCode(error);
  if (code.endsWith("1363037") && error instanceof PlatformError) {
    const right = range.safeParse(dataOf(error));
    if (!right.success) throw error;
    return { ...at, ...pieceIn(right.data, videoOf(delivery).bytes) };
  }
  if (code.endsWith("1363041") && at.restarts < MOST_RESTARTS) {
    delivery.note("Facebook closed the upload before it was complete; starting it anew");
    return openChunks(delivery, at.restarts + 1);
  }
  throw error;
}

/** What Facebook wants next, within the file. Throws for an end before the start, which does not say that all is there. */
function pieceIn(said: z.infer<typeof range>, bytes: number): Pick<Chunks, "start" | "end"> {
  const [start, end] = [Math.min(said.start_offset, bytes), Math.min(said.end_offset, bytes)];
  if (start > end) throw stuck();
  return { start, end };
}

function place(delivery: FacebookDelivery) {
  const path = `/${delivery.session.remoteId}/videos`;
  return { method: "POST", base: GRAPH_VIDEO, path, signal: delivery.signal } as const;
}

function stuck(): PlatformError {
  return new PlatformError("transient", {
    code: "no_progress",
    message: "Facebook takes the upload but stores nothing of it at the moment.",
    remedy: "Nothing to do: the upload goes on later.",
  });
}
