/** What a soak comes to: percentiles, slopes and what the database and the world say in the end. */
import path from "node:path";
import Database from "better-sqlite3";
import type { Reading } from "./server.ts";

export interface Outcome {
  publications: number;
  states: Record<string, number>;
  twice: number;
  /** Says published, and the world has none. */
  untrue: number;
  lateness: Lateness;
  /** Of those due while the machine had a core for us: the rest was late for want of the machine. */
  withACore: Lateness;
}

/** ms from due to begun. */
export interface Lateness {
  publications: number;
  p50: number;
  p99: number;
  max: number;
  overASecond: number;
}

const READING_MS = 5000;
/** Share of a reading that the server may have stood in the queue for a core. */
const HAD_A_CORE = 0.1;

export function percentile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

/** Least squares, per hour, over the readings after the first third (the start fills caches). */
export function slopePerHour(readings: readonly Reading[], pick: (one: Reading) => number): number {
  const kept = readings.slice(Math.floor(readings.length / 3));
  const meanAt = kept.reduce((sum, one) => sum + one.at, 0) / kept.length;
  const mean = kept.reduce((sum, one) => sum + pick(one), 0) / kept.length;
  const over = kept.reduce((sum, one) => sum + (one.at - meanAt) * (pick(one) - mean), 0);
  const under = kept.reduce((sum, one) => sum + (one.at - meanAt) ** 2, 0);
  return Math.round((over / Math.max(1, under)) * 3_600_000 * 10) / 10;
}

export function outcomeOf(dataDir: string, landed: ReadonlyMap<string, number>, readings: readonly Reading[]): Outcome {
  const db = new Database(path.join(dataDir, "postern.db"), { readonly: true });
  const rows = db
    .prepare(
      "SELECT posts.text, publications.state, due_at, started_at FROM publications JOIN posts ON posts.id = post_id",
    )
    .all() as Array<{ text: string; state: string; due_at: number; started_at: number | null }>;
  db.close();
  const states: Record<string, number> = {};
  for (const { state } of rows) states[state] = (states[state] ?? 0) + 1;
  const begun = rows.filter((row) => row.started_at !== null);
  const starved = readings.filter((one) => one.waited > HAD_A_CORE);
  // What is due just after such a reading still waits behind what it left.
  const hadACore = begun.filter(
    ({ due_at: at }) => !starved.some(({ until }) => at > until - READING_MS - 1000 && at < until + READING_MS),
  );
  return {
    publications: rows.length,
    states,
    twice: [...landed.values()].filter((n) => n > 1).length,
    untrue: rows.filter((row) => row.state === "published" && landed.get(row.text) !== 1).length,
    lateness: latenessOf(begun),
    withACore: latenessOf(hadACore),
  };
}

function latenessOf(rows: ReadonlyArray<{ due_at: number; started_at: number | null }>): Lateness {
  const late = rows.map((row) => row.started_at! - row.due_at).sort((a, b) => a - b);
  return {
    publications: rows.length,
    p50: percentile(late, 0.5),
    p99: percentile(late, 0.99),
    max: late.at(-1) ?? 0,
    overASecond: late.filter((ms) => ms > 1000).length,
  };
}
