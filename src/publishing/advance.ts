/** One step of one publication: what its state and fence say must happen next. Safe to run again after any crash. */
import { Temporal } from "temporal-polyfill";
import type { Channels } from "../channels/index.ts";
import type { PublicationRow } from "../database/index.ts";
import type { House } from "../house.ts";
import { snooze, type JobRun, type Snooze } from "../jobs/index.ts";
import type { MediaLibrary } from "../media/index.ts";
import { findPlatform, type Platform, type PlatformError } from "../platforms/index.ts";
import { buildDraft } from "../posts/index.ts";
import { contentOf } from "./content.ts";
import { makeDelivery, type Content, type Hold } from "./delivery.ts";
import * as problems from "./problems.ts";
import { poolOf } from "./places.ts";
import { MovedOn, type PublicationRows } from "./rows.ts";
import { settleError } from "./settle-error.ts";
import { settleOutcome, settleVerdict } from "./settle.ts";
import type { Settling } from "./settling.ts";

export interface Advancing {
  house: House;
  rows: PublicationRows;
  channels: Channels;
  media: MediaLibrary;
  /** Aborted when a person calls this publication off. */
  callOffSignal(id: string): AbortSignal;
  onProgress(row: PublicationRow, sent: number, total: number): void;
}

/** The handler of the job kind "publish". Returns when to come back, or nothing when the publication needs no more of us. */
export async function advance(engine: Advancing, id: string, job: Pick<JobRun, "signal">): Promise<Snooze | void> {
  const row = engine.rows.row(id);
  const later = row && (await turn(engine, row, job));
  if (!later) return;
  const pool = poolOf(engine.rows.row(id) ?? row);
  return { ...later, pool };
}

async function turn(engine: Advancing, row: PublicationRow, job: Pick<JobRun, "signal">): Promise<Snooze | void> {
  try {
    switch (row.state) {
      case "scheduled":
        return await begin(engine, row, job);
      case "publishing":
      case "confirming":
      case "in_inbox":
      case "published":
        return await step(engine, row, job);
      case "held":
      case "unconfirmed":
      case "failed":
      case "cancelled":
        return;
    }
  } catch (error) {
    if (error instanceof MovedOn) return;
    throw error;
  }
}

/** Due: too late is asked about, what the platform would refuse fails here, before anything is sent. */
async function begin(engine: Advancing, row: PublicationRow, job: Pick<JobRun, "signal">): Promise<Snooze | void> {
  const { house, rows } = engine;
  const now = house.clock.now();
  if (now < row.due_at) return snooze(row.due_at);
  const workspace = house.db.get<{ missed_grace_ms: number; time_zone: string }>(
    "SELECT missed_grace_ms, time_zone FROM workspaces WHERE id = ?",
    [row.workspace_id],
  )!;
  if (now - row.due_at > workspace.missed_grace_ms) {
    rows.move(
      row,
      "held",
      { problem: problems.missed(wallTime(row.due_at, workspace.time_zone)) },
      { event: "Missed its time" },
    );
    return;
  }
  const platform = findPlatform(row.platform);
  const content = contentOf(house.db, row);
  const refusal =
    platform && content
      ? refuse(engine, row, platform, content)
      : problems.invalidDraft(row.platform, "its post or platform is gone.", "");
  if (refusal) {
    rows.move(row, "failed", { problem: refusal }, { event: "Not sent", detail: refusal.message });
    return;
  }
  const started = rows.move(
    row,
    "publishing",
    { started_at: row.started_at ?? now, attempt: row.attempt + 1, problem: null },
    { event: row.attempt === 0 ? "Started" : "Started again" },
  );
  return step(engine, started, job);
}

function refuse(engine: Advancing, row: PublicationRow, platform: Platform, content: Content): problems.Problem | null {
  const { channels, media } = engine;
  const options = platform.options.safeParse(content.options);
  if (!options.success) {
    const issue = options.error.issues[0];
    return problems.invalidDraft(
      platform.name,
      `the choice ${issue?.path.join(".") ?? ""} is not valid (${issue?.message ?? ""}).`,
      "Open the post, choose again and try again.",
    );
  }
  const draft = buildDraft(
    { text: content.text, media: content.mediaIds, options: content.options },
    (ids) => media.facts(row.workspace_id, ids),
    row.due_at,
    media.canBeFetched,
  );
  if (draft.media.length < content.mediaIds.length) {
    return problems.invalidDraft(
      platform.name,
      "a file of this post is not in the library any more.",
      "Choose another file and try again.",
    );
  }
  const first = platform.validate(draft, channels.preparationNow(row.workspace_id, row.channel_id))[0];
  return first ? problems.invalidDraft(platform.name, first.message, first.remedy) : null;
}

async function step(engine: Advancing, row: PublicationRow, job: Pick<JobRun, "signal">): Promise<Snooze | void> {
  const { house, rows, channels } = engine;
  const platform = findPlatform(row.platform);
  const content = contentOf(house.db, row);
  if (!platform || !content) return;
  const hold: Hold = { row, memory: rows.memory(row) };
  if (row.state === "published" && hold.memory.checkpoint === undefined) return;
  const asking = row.fence === "committed";
  const signal = AbortSignal.any([job.signal, engine.callOffSignal(row.id)]);
  const settling = (): Settling => ({
    rows,
    platform,
    hold,
    now: house.clock.now(),
    restoredAt: restoredAt(house),
    signOut: (reason) => channels.signOut(row.channel_id, reason),
  });
  try {
    const session = await channels.session(row.channel_id, signal);
    const options = platform.options.parse(content.options);
    const delivery = makeDelivery({
      ...engine,
      platform,
      session,
      content,
      options,
      hold,
      signal,
      onProgress: (sent, total) => engine.onProgress(hold.row, sent, total),
    });
    if (row.total_bytes === 0 && delivery.media.length > 0)
      rememberSize(
        hold,
        rows,
        delivery.media.reduce((sum, file) => sum + file.bytes, 0),
      );
    const checkpoint =
      hold.memory.checkpoint === undefined ? undefined : platform.checkpoint.parse(hold.memory.checkpoint);
    if (asking) return settleVerdict(settling(), await platform.reconcile(delivery, checkpoint));
    const outcome =
      checkpoint === undefined ? await platform.publish(delivery) : await platform.resume(delivery, checkpoint);
    return settleOutcome(settling(), outcome);
  } catch (error) {
    if (error instanceof MovedOn) throw error;
    // Stopping: the row stands at its last checkpoint, the job goes back to the queue.
    if (job.signal.aborted) throw error;
    if (signal.aborted) return;
    if (!(error instanceof Error && error.name === "PlatformError"))
      house.log.error({ publication: row.id, err: error }, "a delivery failed unexpectedly");
    else noteRefusal(house, row, error as PlatformError);
    return settleError(settling(), error, asking);
  }
}

/** With the number by which the platform's support finds the request, where it gave one. */
function noteRefusal(house: House, row: PublicationRow, { kind, code, cause }: PlatformError): void {
  const logId = (cause as { logId?: unknown } | undefined)?.logId;
  const facts = { publication: row.id, platform: row.platform, kind, code, ...(logId ? { logId } : {}) };
  house.log.info(facts, "a step did not go through");
}

function rememberSize(hold: Hold, rows: PublicationRows, total: number): void {
  hold.row = rows.move(hold.row, hold.row.state, { total_bytes: total });
}

function wallTime(at: number, timeZone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
  return `${local.toPlainDate().toString()} ${local.toPlainTime().toString({ smallestUnit: "minute" })} (${timeZone})`;
}

/** See backups: what a restored database knows of a try may be older than the truth. */
function restoredAt(house: House): number {
  return Number(house.db.get<{ value: string }>("SELECT value FROM settings WHERE name = 'restored_at'")?.value ?? 0);
}
