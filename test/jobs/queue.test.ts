/** The durable queue: what is claimed, in which order, and who may change a state. */
import assert from "node:assert/strict";
import test from "node:test";
import { Queue } from "../../src/jobs/index.ts";
import { arrows, mayGo } from "../../src/jobs/states.ts";
import { memoryDatabase } from "../support/database.ts";

function open() {
  const clock = { at: 1_000_000, now: () => clock.at };
  const db = memoryDatabase();
  return { clock, db, queue: new Queue(db, clock) };
}
const none = { slots: [], pools: [] };

test("a job is claimed when due, oldest first, once", () => {
  const { clock, queue, db } = open();
  queue.enqueue({ kind: "b", lane: "l", runAt: 1_000_020 });
  queue.enqueue({ kind: "a", lane: "l", runAt: 1_000_010 });
  queue.enqueue({ kind: "c", lane: "other", runAt: 1_000_000 });
  assert.deepEqual(queue.claim("l", 5, none), []);
  assert.equal(queue.nextDue("l"), 1_000_010);
  clock.at = 1_000_020;
  assert.deepEqual(
    queue
      .claim("l", 5, none)
      .map((job) => [job.kind, job.attempt, job.state])
      .sort(),
    [
      ["a", 1, "running"],
      ["b", 1, "running"],
    ],
  );
  assert.deepEqual(queue.claim("l", 5, none), []);
  db.close();
});

test("one queued or running job per unique key; a queued one moves to the new time", () => {
  const { clock, queue, db } = open();
  queue.enqueue({ kind: "a", lane: "l", uniqueKey: "k", runAt: 2_000_000 });
  queue.enqueue({ kind: "a", lane: "l", uniqueKey: "k", runAt: 1_000_000 });
  const [job] = queue.claim("l", 5, none);
  queue.enqueue({ kind: "a", lane: "l", uniqueKey: "k", runAt: 1_000_000 });
  assert.deepEqual(queue.claim("l", 5, none), [], "while it runs no second one is queued");
  assert.equal(queue.move(job!.id, "running", "done"), true);
  queue.enqueue({ kind: "a", lane: "l", uniqueKey: "k" });
  clock.at += 1;
  assert.equal(queue.claim("l", 5, none).length, 1);
  db.close();
});

test("full slots and pools are passed over", () => {
  const { queue, db } = open();
  queue.enqueue({ kind: "a", lane: "l", slot: "s1", pool: "p1" });
  queue.enqueue({ kind: "b", lane: "l", slot: "s2", pool: "p1" });
  queue.enqueue({ kind: "c", lane: "l", slot: "s3", pool: "p2" });
  assert.deepEqual(
    queue.claim("l", 9, { slots: ["s1"], pools: ["p2"] }).map((job) => job.kind),
    ["b"],
  );
  db.close();
});

test("a late worker cannot overwrite a newer truth", () => {
  const { queue, db } = open();
  queue.enqueue({ kind: "a", lane: "l" });
  const [job] = queue.claim("l", 1, none);
  assert.equal(queue.move(job!.id, "running", "cancelled"), true);
  assert.equal(queue.move(job!.id, "running", "done"), false);
  assert.equal(db.get<{ state: string }>("SELECT state FROM jobs")!.state, "cancelled");
  db.close();
});

test("illegal arrows throw, and the table refuses them as well", () => {
  const { queue, db } = open();
  queue.enqueue({ kind: "a", lane: "l" });
  const [job] = queue.claim("l", 1, none);
  assert.throws(() => queue.move(job!.id, "done", "queued"), /cannot go/);
  assert.throws(() => db.run("UPDATE jobs SET state = 'done'"), /CHECK/);
  assert.throws(() => db.run("UPDATE jobs SET state = 'lost'"), /CHECK/);
  for (const [from, targets] of Object.entries(arrows)) for (const to of targets) assert.ok(mayGo(from as never, to));
  db.close();
});

test("recover brings orphans back without counting the attempt", () => {
  const { queue, db } = open();
  queue.enqueue({ kind: "a", lane: "l" });
  queue.claim("l", 1, none);
  assert.equal(queue.recover().length, 1);
  assert.equal(queue.claim("l", 1, none)[0]!.attempt, 1);
  db.close();
});

test("a job and its row appear together or not at all", () => {
  const { queue, db } = open();
  assert.throws(() =>
    db.transaction(() => {
      queue.enqueue({ kind: "a", lane: "l" });
      throw new Error("no");
    }),
  );
  assert.equal(db.get<{ n: number }>("SELECT COUNT(*) AS n FROM jobs")!.n, 0);
  db.close();
});

test("finished jobs are forgotten after their time, others never", () => {
  const { clock, queue, db } = open();
  queue.enqueue({ kind: "a", lane: "l" });
  queue.enqueue({ kind: "b", lane: "l", runAt: 9_000_000 });
  queue.move(queue.claim("l", 1, none)[0]!.id, "running", "done");
  clock.at += 5_000;
  assert.equal(queue.prune(10_000), 0);
  clock.at += 10_000;
  assert.equal(queue.prune(10_000), 1);
  assert.equal(db.get<{ kind: string }>("SELECT kind FROM jobs")!.kind, "b");
  db.close();
});
