/** The door of the durable queue: an engine that knows no post. */
export { Queue, type NewJob } from "./queue.ts";
export { backoff, Runner, type JobKind, type JobRun, type Lane } from "./runner.ts";
export { snooze, JobFailed, type Snooze } from "./outcomes.ts";
export { startClocks, type RecurringJob } from "./clocks.ts";
