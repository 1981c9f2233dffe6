/** Fetches a file from an address that a person typed, in the background, through the guard against private addresses. */
import { countUse } from "../accounts/index.ts";
import type { MediaRow } from "../database/index.ts";
import { JobFailed, type JobRun } from "../jobs/index.ts";
import { OutboundError } from "../outbound/index.ts";
import { Refusal, refuseForm } from "../web/index.ts";
import { admitFile, type Gate } from "./admit-file.ts";
import { failMedia, findMedia, insertProcessing } from "./media.ts";
import { importKey } from "./remove-media.ts";
import { oneLine, plainName } from "./words.ts";

export const IMPORT_JOB = "import-media";
const ATTEMPTS = 4;
const SILENT_MS = 60_000;
const WHOLE_MS = 60 * 60_000;
const PER_HOUR = 30;

/** A row in state processing and the job that fills it. Throws a Refusal: 422 for what is no address, 429 for too many. */
export function beginImport({ house }: Gate, workspaceId: string, accountId: string | null, typed: string): MediaRow {
  const url = readAddress(typed);
  const many = `This workspace has imported ${PER_HOUR} files within an hour.`;
  countUse(house, `import/${workspaceId}`, PER_HOUR, 3600_000, many);
  const name = plainName(decoded(url.pathname.split("/").pop() ?? "") || url.hostname);
  return house.db.transaction(() => {
    const row = insertProcessing(house, { workspaceId, accountId, name, sourceUrl: url.href });
    house.queue.enqueue({
      kind: IMPORT_JOB,
      lane: "media",
      args: { workspaceId, mediaId: row.id },
      uniqueKey: importKey(row.id),
    });
    house.news.emit(`workspace:${workspaceId}`, { mediaId: row.id });
    return row;
  });
}

export function defineImportJob(gate: Gate): void {
  gate.house.runner.define(IMPORT_JOB, { lane: "media", attempts: ATTEMPTS, run: (job) => runImport(gate, job) });
}

async function runImport(gate: Gate, job: JobRun): Promise<void> {
  const { workspaceId, mediaId } = job.args as { workspaceId: string; mediaId: string };
  const row = findMedia(gate.house.db, workspaceId, mediaId);
  if (row?.state !== "processing" || row.source_url === null) return;
  try {
    await fetchInto(gate, row, row.source_url, job.signal);
  } catch (error) {
    if (job.signal.aborted) throw error;
    const problem = problemOf(error, job.attempt);
    if (problem === null) throw error;
    failMedia(gate.house.db, workspaceId, mediaId, problem);
    gate.house.news.emit(`workspace:${workspaceId}`, { mediaId });
  }
}

async function fetchInto(gate: Gate, row: MediaRow, url: string, signal: AbortSignal): Promise<void> {
  const maxBytes = gate.house.config.maxUploadBytes;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(WHOLE_MS)]);
  const reply = await gate.house.outbound.download(url, { maxBytes, signal: limit, timeout: SILENT_MS });
  if (reply.status !== 200) {
    reply.body.destroy();
    throw refuseAnswer(reply.status);
  }
  const arrived = await gate.store.take(reply.body, maxBytes);
  const { workspace_id: workspaceId, created_by: accountId, name, source_url: sourceUrl } = row;
  await admitFile(gate, { workspaceId, accountId, name, sourceUrl, arrived, rowId: row.id });
}

/** The sentence for the row when trying again is no use, else null. */
function problemOf(error: unknown, attempt: number): string | null {
  if (error instanceof JobFailed) return error.message;
  if (error instanceof Refusal) return oneLine(error);
  if (!(error instanceof OutboundError))
    return attempt < ATTEMPTS
      ? null
      : "Something broke while this file was fetched. Nothing of it was kept. Import it again.";
  switch (error.reason) {
    case "blocked":
    case "bad_address":
      return "That address is not on the public internet, so nothing was fetched. Use a public http or https address on its usual port.";
    case "too_large":
      return "The file there is larger than this install takes. Nothing of it was kept. Import a smaller one.";
    default:
      return attempt < ATTEMPTS
        ? null
        : error.message.includes("answered")
          ? error.message
          : "The file could not be fetched: the connection failed. Nothing of it was kept. Check the address and import it again.";
  }
}

function refuseAnswer(status: number): Error {
  const sentence = `The server there answered ${status} instead of a file. Nothing was kept. Check that the address opens without signing in.`;
  return status >= 500 || status === 429
    ? new OutboundError("reset", sentence, { sent: true })
    : new JobFailed(sentence);
}

function readAddress(typed: string): URL {
  const url = URL.canParse(typed.trim()) ? new URL(typed.trim()) : null;
  if (url && /^https?:$/.test(url.protocol) && !url.username && !url.password && url.href.length <= 2048) return url;
  throw refuseForm(
    "That is not an address that can be fetched. Nothing was added.",
    "Give a public address that begins with https://.",
  );
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
