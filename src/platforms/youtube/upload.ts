/** Sends the bytes, piece by piece, and goes on from where YouTube says it stands. */
import { setTimeout as sleep } from "node:timers/promises";
import { PlatformError } from "../contract.ts";
import type { Sending } from "./checkpoint.ts";
import { videoOf, type YoutubeDelivery } from "./delivery.ts";
import { asPlatformError } from "./errors.ts";
import { CHUNK_BYTES } from "./limits.ts";
import type { Video } from "./resources.ts";
import { probe, sendChunk, type Answer } from "./wire.ts";

/** Waits between two probes of one silence; a longer one is left to the engine's own retry. */
const PROBE_WAITS = [0, 1000, 2000, 4000, 8000];
const MOST_STALLS = 4;
/** A longer pause that YouTube asks for is left to the engine, so that no delivery sits idle on a place. */
const LONGEST_PAUSE_MS = 30_000;

/**
 * What sending came to; `gone` means that the upload's address is not known any more. `committed` = the fence was set in
 * this very run; "gone" then leaves open whether the video was made, and only the channel can tell.
 */
export type Sent = { is: "video"; video: Video; committed: boolean } | { is: "gone"; committed: boolean };

/** One go at sending: which upload, and whether the request that makes the video was begun in it. */
interface Run {
  delivery: YoutubeDelivery;
  sessionUrl: string;
  total: number;
  committed: boolean;
}

/**
 * Sends what is missing. `ask: true` first asks where the upload stands (after a restart or a pause).
 * The request with the last byte makes the video: `commit` precedes it, and whatever leaves its outcome open is thrown as
 * unknown_outcome. All else is thrown as PlatformError and may be tried again from the saved checkpoint.
 */
export async function sendBytes(delivery: YoutubeDelivery, from: Sending, options: { ask: boolean }): Promise<Sent> {
  const total = videoOf(delivery).bytes;
  const run: Run = { delivery, sessionUrl: from.sessionUrl, total, committed: false };
  let answer: Answer = options.ask ? await settle(run, false) : { is: "stored", bytes: 0 };
  let furthest = -1;
  let stalls = 0;
  for (;;) {
    if (answer.is === "video" || answer.is === "gone") return { ...answer, committed: run.committed };
    if (answer.is !== "stored") throw lost(false);
    stalls = answer.bytes > furthest ? 0 : stalls + 1;
    if (stalls > MOST_STALLS) throw stuck();
    furthest = Math.max(furthest, answer.bytes);
    delivery.progress(answer.bytes, total);
    answer = await sendNext(run, answer.bytes);
  }
}

/** Sends one piece and returns where the upload then stands; never "silent", never "unauthorised". */
async function sendNext(run: Run, offset: number): Promise<Answer> {
  const { delivery, total } = run;
  const last = offset + CHUNK_BYTES >= total;
  if (delivery.signal.aborted) throw stopped();
  if (last) commit(run, offset);
  const answer = await sendPiece(run, offset, Math.min(offset + CHUNK_BYTES, total));
  switch (answer.is) {
    case "video":
    case "gone":
      return answer;
    case "stored":
      if (answer.bytes >= total) return resolve(run, true, null);
      remember(run, answer.bytes);
      // Not complete although all was sent: ask before sending anything again.
      return last ? settle(run, false) : answer;
    case "unauthorised":
      await delivery.session.renew();
      return settle(run, false);
    case "silent":
      if (delivery.signal.aborted) throw last && answer.sent ? lost(true) : stopped();
      return resolve(run, last && answer.sent, answer.waitMs);
  }
}

/** After a silence: asks where the upload stands. `doubt` = the request that makes the video may have been carried out. */
async function resolve(run: Run, doubt: boolean, waitMs: number | null): Promise<Answer> {
  run.delivery.note("Connection lost, asking YouTube what arrived");
  if (waitMs !== null && waitMs > LONGEST_PAUSE_MS && !doubt) throw lost(false, undefined, run.delivery.now() + waitMs);
  if (waitMs) await pause(run, Math.min(waitMs, LONGEST_PAUSE_MS), doubt);
  const answer = await settle(run, doubt);
  if (answer.is === "stored") remember(run, answer.bytes);
  return answer;
}

function commit(run: Run, offset: number): void {
  run.delivery.commit({ phase: "sending", sessionUrl: run.sessionUrl, offset, deciding: true });
  run.committed = true;
}

/** A save after a commit would say that YouTube has the video, so from then on only YouTube knows the offset. */
function remember({ delivery, sessionUrl, committed }: Run, offset: number): void {
  if (!committed) delivery.save({ phase: "sending", sessionUrl, offset });
}

async function sendPiece({ delivery, sessionUrl, total }: Run, start: number, end: number): Promise<Answer> {
  const video = videoOf(delivery);
  const body = video.read(start, end);
  const onSent = (bytes: number) => delivery.progress(start + bytes, total);
  try {
    const chunk = { start, end, total, body, onSent };
    return await sendChunk(delivery.session, sessionUrl, video.mime, chunk, delivery.signal);
  } finally {
    body.destroy();
  }
}

/** Probes until YouTube says something definite. While in doubt, nothing but the doubt may be thrown. */
async function settle(run: Run, inDoubt: boolean): Promise<Answer> {
  const { delivery, sessionUrl, total } = run;
  const ask = () => probe(delivery.session, sessionUrl, total, delivery.signal);
  let doubt = inDoubt;
  let renewed = false;
  let asked = 0;
  for (const wait of PROBE_WAITS) {
    await pause(run, Math.max(wait, Math.min(asked, LONGEST_PAUSE_MS)), doubt);
    try {
      let answer = await ask();
      if (answer.is === "unauthorised" && !renewed) {
        renewed = true;
        await delivery.session.renew();
        answer = await ask();
      }
      // Every byte is there but no video yet: it may appear at any moment, with nothing more sent.
      const complete = answer.is === "stored" && answer.bytes >= total;
      if (complete && !run.committed) commit(run, total);
      doubt ||= complete;
      asked = answer.is === "silent" ? (answer.waitMs ?? 0) : 0;
      if (!complete && answer.is !== "silent" && answer.is !== "unauthorised") return answer;
    } catch (error) {
      throw doubt ? lost(true, asPlatformError(error)) : error;
    }
  }
  throw lost(doubt);
}

async function pause({ delivery }: Run, ms: number, doubt: boolean): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal: delivery.signal }).catch(() => undefined);
  if (delivery.signal.aborted) throw doubt ? lost(true) : stopped();
}

/** The error of a silence: unknown_outcome when the video may have been made, else transient. */
export function lost(doubt: boolean, cause?: unknown, until?: number): PlatformError {
  return doubt
    ? new PlatformError("unknown_outcome", {
        code: "no_answer",
        message: "The last part was sent, but YouTube's answer did not arrive.",
        remedy: "Nothing to do: YouTube is asked what became of it.",
        cause,
      })
    : new PlatformError("transient", {
        code: "no_answer",
        message: "YouTube stopped answering during the upload. What it has stored is kept.",
        remedy: "Nothing to do: the upload goes on from there.",
        until,
        cause,
      });
}

function stuck(): PlatformError {
  return new PlatformError("transient", {
    code: "no_progress",
    message: "YouTube takes the upload but stores nothing of it at the moment.",
    remedy: "Nothing to do: the upload goes on later.",
  });
}

function stopped(): PlatformError {
  return new PlatformError("transient", {
    code: "stopped",
    message: "The upload was stopped. What YouTube has stored is kept.",
    remedy: "Nothing to do: the upload goes on from there.",
  });
}
