/** The resumable protocol's two requests and what each answer means: video, stored so far, gone, or no answer. */
import type { Readable } from "node:stream";
import { PlatformError, type PlatformRequest, type PlatformResponse, type Session } from "../contract.ts";
import { needsRenewal, refusal } from "./errors.ts";
import { retryAfter } from "../shared/google/index.ts";
import { video, type Video } from "./resources.ts";

export type Answer =
  /** All bytes are there and the video exists. */
  | { is: "video"; video: Video }
  /** YouTube holds the first `bytes` bytes; the only source of the next offset. */
  | { is: "stored"; bytes: number }
  /** The upload's address is not known any more. */
  | { is: "gone" }
  /** The token was refused; nothing was stored. */
  | { is: "unauthorised" }
  /** Nobody can say. `sent: false` = the request never left; `waitMs` = how long YouTube asks to wait. */
  | { is: "silent"; sent: boolean; waitMs: number | null; cause: PlatformError };

export interface Chunk {
  start: number;
  end: number;
  total: number;
  body: Readable;
  onSent(bytes: number): void;
}

/** Sends bytes [start, end) of `total`. Throws PlatformError for a definite refusal. */
export function sendChunk(session: Session, sessionUrl: string, mime: string, chunk: Chunk, signal: AbortSignal) {
  const { start, end, total } = chunk;
  return ask(session, {
    method: "PUT",
    url: sessionUrl,
    headers: { "content-type": mime, "content-range": `bytes ${start}-${end - 1}/${total}` },
    stream: { body: chunk.body, length: end - start, onSent: chunk.onSent },
    signal,
  });
}

/** Asks how much is stored; changes nothing. After completion it brings the video once more. */
export function probe(session: Session, sessionUrl: string, total: number, signal: AbortSignal): Promise<Answer> {
  return ask(session, { method: "PUT", url: sessionUrl, headers: { "content-range": `bytes */${total}` }, signal });
}

async function ask(session: Session, request: PlatformRequest): Promise<Answer> {
  let reply: PlatformResponse;
  try {
    reply = await session.request(request);
  } catch (error) {
    if (!(error instanceof PlatformError) || error.kind !== "transient") throw error;
    return { is: "silent", sent: error.sent, waitMs: null, cause: error };
  }
  return read(reply, session.now());
}

function read(reply: PlatformResponse, now: number): Answer {
  const { status } = reply;
  if (status === 308) return { is: "stored", bytes: storedBytes(reply.headers["range"]) };
  if (status === 404 || status === 410) return { is: "gone" };
  if (status === 401 && needsRenewal(reply)) return { is: "unauthorised" };
  const found = status === 200 || status === 201 ? video.safeParse(reply.json) : undefined;
  if (found?.success) return { is: "video", video: found.data };
  const cause = refusal(reply, now);
  if (status < 400 || cause.kind === "transient") {
    return { is: "silent", sent: true, waitMs: retryAfter(reply, now), cause };
  }
  throw cause;
}

/** 2026-11: no Range means that nothing is stored. https://developers.google.com/youtube/v3/guides/using_resumable_upload_protocol */
function storedBytes(range: string | undefined): number {
  const last = /^(?:bytes[= ])?0-(\d+)$/.exec(range?.trim() ?? "")?.[1];
  return last === undefined ? 0 : Number(last) + 1;
}
