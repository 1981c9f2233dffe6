/** The jobs table: enqueue in the caller's transaction, claim, and one guarded function that changes state. */
import type { Clock } from "../clock.ts";
import type { Db, JobRow, JobState } from "../database/index.ts";
import { newId } from "../ids.ts";
import { mayGo } from "./states.ts";

export interface NewJob {
  kind: string;
  args?: Record<string, unknown>;
  lane: string;
  /** UTC ms; default now. */
  runAt?: number;
  /** At most one queued or running job with this key: a queued one is moved to the new time, a running one is left. */
  uniqueKey?: string;
  slot?: string;
  pool?: string;
}

export class Queue {
  readonly #db: Db;
  readonly #clock: Clock;
  #onNews: () => void = () => undefined;
  #told = false;

  constructor(db: Db, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  /** The runner asks to be told when something may have become due. */
  listen(onNews: () => void): void {
    this.#onNews = onNews;
  }

  /** Takes part in the caller's transaction, so that a row and its job appear together or not at all. */
  enqueue(job: NewJob): void {
    const now = this.#clock.now();
    const runAt = job.runAt ?? now;
    const moved = job.uniqueKey
      ? this.#db.run("UPDATE jobs SET run_at = ? WHERE unique_key = ? AND state = 'queued'", [runAt, job.uniqueKey])
      : 0;
    if (moved === 0) {
      this.#db.run(
        `INSERT INTO jobs (id, kind, args, lane, state, run_at, unique_key, slot, pool, created_at)
         VALUES (@id, @kind, @args, @lane, 'queued', @runAt, @uniqueKey, @slot, @pool, @now)
         ON CONFLICT (unique_key) WHERE unique_key IS NOT NULL AND state IN ('queued', 'running') DO NOTHING`,
        {
          id: newId(),
          kind: job.kind,
          args: JSON.stringify(job.args ?? {}),
          lane: job.lane,
          runAt,
          uniqueKey: job.uniqueKey ?? null,
          slot: job.slot ?? null,
          pool: job.pool ?? null,
          now,
        },
      );
    }
    this.#tell();
  }

  /** Once per turn of the loop, however many jobs were added in it. */
  #tell(): void {
    if (this.#told) return;
    this.#told = true;
    setImmediate(() => {
      this.#told = false;
      this.#onNews();
    });
  }

  /** Calls off what is queued under this key; a running job is not touched. */
  cancel(uniqueKey: string): void {
    this.#db.run("UPDATE jobs SET state = 'cancelled', finished_at = ? WHERE unique_key = ? AND state = 'queued'", [
      this.#clock.now(),
      uniqueKey,
    ]);
  }

  /**
   * Takes up to `limit` due jobs of a lane, oldest first, leaving out slots and pools that are full. A claim that
   * a power cut takes back is made again, as after any crash.
   */
  claim(lane: string, limit: number, full: { slots: readonly string[]; pools: readonly string[] }): JobRow[] {
    const now = this.#clock.now();
    return this.#db.lightly(() =>
      this.#db.all<JobRow>(
        `UPDATE jobs SET state = 'running', started_at = @now, attempt = attempt + 1
       WHERE id IN (
         SELECT id FROM jobs WHERE state = 'queued' AND lane = @lane AND run_at <= @now
           AND (slot IS NULL OR slot NOT IN (SELECT value FROM json_each(@slots)))
           AND (pool IS NULL OR pool NOT IN (SELECT value FROM json_each(@pools)))
         ORDER BY run_at LIMIT @limit)
       RETURNING *`,
        { now, lane, limit, slots: JSON.stringify(full.slots), pools: JSON.stringify(full.pools) },
      ),
    );
  }

  /** When the next queued job of a lane is due, or null. */
  nextDue(lane: string): number | null {
    return (
      this.#db.get<{ at: number | null }>("SELECT MIN(run_at) AS at FROM jobs WHERE state = 'queued' AND lane = ?", [
        lane,
      ])?.at ?? null
    );
  }

  /**
   * The one function that changes a job's state after it was claimed. Returns false, with nothing changed, when somebody
   * else moved it first. `countAttempt: false` gives the attempt back (snoozed, or parked by a stopping process).
   */
  move(
    id: string,
    from: JobState,
    to: JobState,
    facts: { runAt?: number; problem?: string; pool?: string; countAttempt?: boolean } = {},
  ): boolean {
    if (!mayGo(from, to)) throw new Error(`A job cannot go from ${from} to ${to}.`);
    const now = this.#clock.now();
    const final = to === "done" || to === "dead" || to === "cancelled";
    const changed = this.#db.lightly(() =>
      this.#db.run(
        `UPDATE jobs SET state = @to, finished_at = @finishedAt, run_at = COALESCE(@runAt, run_at), problem = @problem, pool = COALESCE(@pool, pool),
         attempt = attempt - @giveBack, started_at = CASE WHEN @to = 'queued' THEN NULL ELSE started_at END
       WHERE id = @id AND state = @from`,
        {
          id,
          from,
          to,
          finishedAt: final ? now : null,
          runAt: facts.runAt ?? null,
          pool: facts.pool ?? null,
          problem: facts.problem ?? null,
          giveBack: facts.countAttempt === false ? 1 : 0,
        },
      ),
    );
    return changed === 1;
  }

  /**
   * At boot every running row is an orphan, because one process holds the database: it goes back to the queue at once.
   * Returns what was recovered.
   */
  recover(): JobRow[] {
    return this.#db.transaction(() => {
      const orphans = this.#db.all<JobRow>("SELECT * FROM jobs WHERE state = 'running'");
      for (const job of orphans)
        this.move(job.id, "running", "queued", { runAt: this.#clock.now(), countAttempt: false });
      return orphans;
    });
  }

  /** Takes out every job, in whatever state, whose arguments name one of these ids. A running one ends without a trace. */
  forget(ids: readonly string[]): void {
    this.#db.run(
      `DELETE FROM jobs WHERE EXISTS (SELECT 1 FROM json_each(jobs.args) AS arg WHERE arg.value IN (SELECT value FROM json_each(?)))`,
      [JSON.stringify(ids)],
    );
  }

  /** Forgets finished jobs older than `ms`, a bounded number at a time. */
  prune(ms: number): number {
    return this.#db.run("DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE finished_at < ? LIMIT 5000)", [
      this.#clock.now() - ms,
    ]);
  }
}
