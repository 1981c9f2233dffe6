/** The runner: outcomes, backoff, lanes that do not wait for each other, and stopping without blame. */
import assert from "node:assert/strict";
import { once, EventEmitter } from "node:events";
import test from "node:test";
import { JobFailed, Queue, Runner, snooze, type JobKind, type Lane } from "../../src/jobs/index.ts";
import { memoryDatabase } from "../support/database.ts";

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

function open(lanes: Record<string, Lane> = { l: { concurrency: 4 } }) {
  const clock = { ahead: 0, now: () => Date.now() + clock.ahead };
  const db = memoryDatabase();
  const queue = new Queue(db, clock);
  const runner = new Runner(queue, clock, silent, lanes);
  const signals = new EventEmitter();
  const state = (kind: string) =>
    db.get<{ state: string; attempt: number; problem: string | null; run_at: number }>(
      "SELECT * FROM jobs WHERE kind = ?",
      [kind],
    )!;
  return {
    clock,
    db,
    queue,
    runner,
    signals,
    state,
    define: (kind: string, run: JobKind["run"], lane = "l") => runner.define(kind, { lane, attempts: 3, run }),
    async close() {
      await runner.stop(500);
      db.close();
    },
  };
}

async function settled(check: () => boolean): Promise<void> {
  for (let i = 0; i < 400 && !check(); i += 1) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.ok(check());
}

test("returning ends a job, snoozing brings it back uncounted, JobFailed buries it, errors count", async () => {
  const house = open();
  house.define("fine", async () => undefined);
  house.define("later", async () => snooze(Date.now() + 60_000));
  house.define("never", async () => {
    throw new JobFailed("no use");
  });
  house.define("flaky", async () => {
    throw new Error("not now");
  });
  for (const kind of ["fine", "later", "never", "flaky"]) house.queue.enqueue({ kind, lane: "l" });
  house.runner.start();
  await settled(() => house.runner.busy === 0 && house.state("flaky").problem !== null);
  assert.equal(house.state("fine").state, "done");
  assert.deepEqual([house.state("later").state, house.state("later").attempt], ["queued", 0]);
  assert.deepEqual([house.state("never").state, house.state("never").problem], ["dead", "no use"]);
  assert.deepEqual([house.state("flaky").state, house.state("flaky").attempt], ["queued", 1]);
  assert.ok(house.state("flaky").run_at > Date.now() + 1000, "it waits before the next try");
  await house.close();
});

test("a job that fails too often is dead", async () => {
  const house = open();
  house.define("flaky", async () => {
    throw new Error("not now");
  });
  house.queue.enqueue({ kind: "flaky", lane: "l" });
  house.runner.start();
  for (let i = 0; i < 3; i += 1) {
    await settled(() => house.runner.busy === 0);
    house.clock.ahead += 3_600_000;
    house.runner.wake();
  }
  await settled(() => house.state("flaky").state === "dead");
  await house.close();
});

test("a long job of one lane or slot does not delay another", async () => {
  const house = open({ l: { concurrency: 4, perSlot: () => 1 } });
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  house.define("long", () => gate);
  house.define("short", async () => void house.signals.emit("ran"));
  house.queue.enqueue({ kind: "long", lane: "l", slot: "a" });
  house.runner.start();
  const ran = once(house.signals, "ran");
  house.queue.enqueue({ kind: "short", lane: "l", slot: "a" });
  house.queue.enqueue({ kind: "short", lane: "l", slot: "b" });
  await ran;
  assert.equal(
    house.db.get<{ n: number }>("SELECT COUNT(*) AS n FROM jobs WHERE slot = 'a' AND state = 'queued'")!.n,
    1,
    "its own slot is full",
  );
  const second = once(house.signals, "ran");
  release();
  await second;
  await house.close();
});

test("a due job starts within a second, and not early", async () => {
  const house = open();
  const due = Date.now() + 300;
  house.define("timed", async () => void house.signals.emit("ran", Date.now()));
  house.queue.enqueue({ kind: "timed", lane: "l", runAt: due });
  house.runner.start();
  const [at] = (await once(house.signals, "ran")) as [number];
  assert.ok(at >= due && at < due + 1000, `${at - due} ms late`);
  await house.close();
});

test("stopping asks jobs to park and gives the attempt back", async () => {
  const house = open();
  house.define(
    "parks",
    (job) =>
      new Promise((_resolve, reject) => {
        house.signals.emit("running");
        job.signal.addEventListener("abort", () => reject(new Error("parked")));
      }),
  );
  const running = once(house.signals, "running");
  house.queue.enqueue({ kind: "parks", lane: "l" });
  house.runner.start();
  await running;
  await house.runner.stop(1000);
  assert.deepEqual([house.state("parks").state, house.state("parks").attempt], ["queued", 0]);
  house.db.close();
});
