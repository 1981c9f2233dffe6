/** Rows of the durable queue. */

export type JobState = "queued" | "running" | "done" | "dead" | "cancelled";

export interface JobRow {
  id: string;
  kind: string;
  args: string;
  lane: string;
  state: JobState;
  run_at: number;
  attempt: number;
  unique_key: string | null;
  slot: string | null;
  pool: string | null;
  problem: string | null;
  created_at: number;
  started_at: number | null;
  finished_at: number | null;
}
