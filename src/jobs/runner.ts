/** Runs due jobs, lane by lane, side by side; sleeps until the next one is due; stops gracefully. */
import type { Clock } from "../clock.ts";
import type { JobRow } from "../database/index.ts";
import { JobFailed, type Snooze } from "./outcomes.ts";
import type { Queue } from "./queue.ts";

export interface JobRun {
  args: Record<string, unknown>;
  /** 1 for the first try. */
  attempt: number;
  /** Aborted when the process stops: park the work at its checkpoint and return. */
  signal: AbortSignal;
}

export interface JobKind {
  lane: string;
  /** After so many failed attempts the job is dead. */
  attempts: number;
  run(job: JobRun): Promise<Snooze | void>;
}

export interface Lane {
  /** Jobs of the lane that run side by side. */
  concurrency: number;
  perSlot?(pool: string | null): number;
  perPool?(pool: string): number;
}

export interface RunnerLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** Wakes at least this often, so that a clock that jumps is noticed within a second. */
const LONGEST_SLEEP_MS = 1000;

export class Runner {
  readonly #queue: Queue;
  readonly #clock: Clock;
  readonly #log: RunnerLog;
  readonly #kinds = new Map<string, JobKind>();
  readonly #lanes: Record<string, Lane>;
  readonly #running = new Map<string, { job: JobRow; done: Promise<void> }>();
  /** Ended jobs whose end could not be written: a full disk must not leave them running for ever. */
  readonly #unwritten = new Set<string>();
  #troubled = false;
  readonly #stop = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #started = false;

  constructor(queue: Queue, clock: Clock, log: RunnerLog, lanes: Record<string, Lane>) {
    this.#queue = queue;
    this.#clock = clock;
    this.#log = log;
    this.#lanes = lanes;
  }

  define(kind: string, definition: JobKind): void {
    if (!this.#lanes[definition.lane]) throw new Error(`Job ${kind} names the unknown lane ${definition.lane}.`);
    this.#kinds.set(kind, definition);
  }

  get started(): boolean {
    return this.#started && !this.#stop.signal.aborted;
  }

  /** How many jobs run now. */
  get busy(): number {
    return this.#running.size;
  }

  /** Recovers orphans and begins to claim. */
  start(): void {
    const orphans = this.#queue.recover();
    for (const job of orphans)
      this.#log.warn({ job: job.id, kind: job.kind }, "recovered a job that a former process left running");
    this.#started = true;
    this.#queue.listen(() => this.wake());
    this.wake();
  }

  /** Claims nothing more, asks running jobs to park, and waits for them at most `ms`. */
  async stop(ms: number): Promise<void> {
    this.#stop.abort(new Error("Postern is stopping"));
    clearTimeout(this.#timer);
    const all = Promise.allSettled([...this.#running.values()].map((run) => run.done));
    await Promise.race([all, new Promise((resolve) => setTimeout(resolve, ms).unref())]);
  }

  /** Looks for due jobs now and sets the next alarm. */
  wake(): void {
    if (!this.started) return;
    clearTimeout(this.#timer);
    let next = LONGEST_SLEEP_MS;
    try {
      this.#handBack();
      for (const [name, lane] of Object.entries(this.#lanes)) {
        this.#fill(name, lane);
        const due = this.#busyIn(name) < lane.concurrency ? this.#queue.nextDue(name) : null;
        if (due !== null && due > this.#clock.now()) next = Math.min(next, due - this.#clock.now());
      }
      this.#troubled = false;
    } catch (error) {
      // Thrown from a timer it would end the process; a full disk is waited out.
      if (!this.#troubled) this.#log.error({ err: error }, "the queue cannot be written; what is due waits");
      this.#troubled = true;
    }
    this.#timer = setTimeout(() => this.wake(), Math.max(1, next));
  }

  #handBack(): void {
    for (const id of this.#unwritten) {
      this.#queue.move(id, "running", "queued", { runAt: this.#clock.now(), countAttempt: false });
      this.#unwritten.delete(id);
    }
  }

  #fill(name: string, lane: Lane): void {
    for (;;) {
      const room = lane.concurrency - this.#busyIn(name);
      if (room <= 0) return;
      // Read before written: most looks find nothing.
      const due = this.#queue.nextDue(name);
      if (due === null || due > this.#clock.now()) return;
      // One at a time where slots count: each claim may fill the slot that the next one would have used.
      const jobs = this.#queue.claim(name, lane.perSlot ? 1 : room, this.#full(name, lane));
      if (jobs.length === 0) return;
      for (const job of jobs) this.#begin(job);
    }
  }

  #full(name: string, lane: Lane): { slots: string[]; pools: string[] } {
    const slots = new Map<string, { count: number; pool: string | null }>();
    const pools = new Map<string, number>();
    for (const { job } of this.#running.values()) {
      if (job.lane !== name) continue;
      if (job.slot) slots.set(job.slot, { count: (slots.get(job.slot)?.count ?? 0) + 1, pool: job.pool });
      if (job.pool) pools.set(job.pool, (pools.get(job.pool) ?? 0) + 1);
    }
    const most = lane.perSlot ?? (() => Infinity);
    return {
      slots: [...slots].filter(([, slot]) => slot.count >= most(slot.pool)).map(([slot]) => slot),
      pools: [...pools].filter(([pool, count]) => count >= (lane.perPool?.(pool) ?? Infinity)).map(([pool]) => pool),
    };
  }

  #busyIn(lane: string): number {
    let count = 0;
    for (const { job } of this.#running.values()) if (job.lane === lane) count += 1;
    return count;
  }

  #begin(job: JobRow): void {
    const done = this.#run(job)
      .catch((error: unknown) => {
        this.#log.error({ job: job.id, kind: job.kind, err: error }, "a job could not be finished");
        this.#unwritten.add(job.id);
      })
      .finally(() => {
        this.#running.delete(job.id);
        setImmediate(() => this.wake());
      });
    this.#running.set(job.id, { job, done });
  }

  async #run(job: JobRow): Promise<void> {
    const kind = this.#kinds.get(job.kind);
    if (!kind)
      return void this.#queue.move(job.id, "running", "dead", { problem: `There is no job kind ${job.kind}.` });
    try {
      const args = JSON.parse(job.args) as Record<string, unknown>;
      const outcome = await kind.run({ args, attempt: job.attempt, signal: this.#stop.signal });
      if (outcome) {
        const { snoozeUntil: runAt, pool } = outcome;
        this.#queue.move(job.id, "running", "queued", { runAt, pool, countAttempt: false });
      } else this.#queue.move(job.id, "running", "done");
    } catch (error) {
      this.#failed(job, kind, error);
    }
  }

  #failed(job: JobRow, kind: JobKind, error: unknown): void {
    const problem = error instanceof Error ? error.message : String(error);
    if (this.#stop.signal.aborted) {
      this.#queue.move(job.id, "running", "queued", { runAt: this.#clock.now(), countAttempt: false });
      return;
    }
    if (error instanceof JobFailed || job.attempt >= kind.attempts) {
      this.#log.error({ job: job.id, kind: job.kind, err: error }, "a job failed for good");
      this.#queue.move(job.id, "running", "dead", { problem });
      return;
    }
    const runAt = this.#clock.now() + backoff(job.attempt);
    this.#log.warn(
      { job: job.id, kind: job.kind, attempt: job.attempt, err: error },
      "a job failed and will be tried again",
    );
    this.#queue.move(job.id, "running", "queued", { runAt, problem });
  }
}

/** 2, 4, 8 … s, at most 15 minutes, each up to a quarter longer at random. */
export function backoff(attempt: number): number {
  const base = Math.min(15 * 60_000, 1000 * 2 ** Math.min(attempt, 10));
  return Math.round(base * (1 + Math.random() / 4));
}
