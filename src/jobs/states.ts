/** Every legal arrow of a job, in one place; the table's CHECK constraints tell the same story. */
import type { JobState } from "../database/index.ts";

export const arrows: Readonly<Record<JobState, readonly JobState[]>> = {
  queued: ["running", "cancelled"],
  running: ["queued", "done", "dead", "cancelled"],
  done: [],
  dead: ["queued"],
  cancelled: [],
};

export function mayGo(from: JobState, to: JobState): boolean {
  return arrows[from].includes(to);
}
