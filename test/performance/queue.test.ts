/** What keeps the queue quick however long it grows: claims walk one index, and only the fence waits for the disk. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import test, { type TestContext } from "node:test";
import { systemClock } from "../../src/clock.ts";
import { migrate, openDatabase, type Db } from "../../src/database/index.ts";
import { Queue } from "../../src/jobs/index.ts";

function database(t: TestContext): Db {
  const folder = mkdtempSync(path.join(tmpdir(), "postern-queue-"));
  const db = openDatabase({ file: path.join(folder, "postern.db") });
  migrate(db, { now: systemClock.now() });
  t.after(() => {
    db.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return db;
}

/** The text of every statement that `work` prepares, and its plan. */
function plansOf(db: Db, work: () => void): string[] {
  const seen: string[] = [];
  const prepare = db.sqlite.prepare.bind(db.sqlite);
  db.sqlite.prepare = ((sql: string) => {
    seen.push(sql);
    return prepare(sql);
  }) as typeof db.sqlite.prepare;
  try {
    work();
  } finally {
    db.sqlite.prepare = prepare as typeof db.sqlite.prepare;
  }
  return seen.map((sql) => {
    const names = Object.fromEntries([...sql.matchAll(/@(\w+)/g)].map((match) => [match[1]!, "[]"]));
    const values = sql.includes("?") ? Array.from(sql.matchAll(/\?/g), () => "") : [names];
    const steps = db.sqlite.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values) as Array<{ detail: string }>;
    return steps.map((step) => step.detail).join("\n");
  });
}

test("a claim and the look for the next due job walk the index of what is due, and sort nothing", (t) => {
  const db = database(t);
  const queue = new Queue(db, systemClock);
  const [claim = "", next = ""] = plansOf(db, () => {
    queue.claim("publish", 1, { slots: ["a"], pools: ["b"] });
    queue.nextDue("publish");
  });
  for (const plan of [claim, next]) {
    assert.match(plan, /USING (COVERING )?INDEX jobs_due \(lane=\?/);
    assert.doesNotMatch(plan, /SCAN jobs|TEMP B-TREE/);
  }
});

test("ten thousand waiting jobs make a claim no slower than ten do", (t) => {
  const db = database(t);
  const queue = new Queue(db, systemClock);
  const add = (count: number, runAt: number): void =>
    db.transaction(() => {
      for (let n = 0; n < count; n += 1) queue.enqueue({ kind: "x", lane: "publish", runAt });
    });
  const claims = (): number => {
    const begun = performance.now();
    for (let n = 0; n < 10; n += 1) assert.equal(queue.claim("publish", 1, { slots: [], pools: [] }).length, 1);
    return performance.now() - begun;
  };
  const best = (): number => Math.min(claims(), claims(), claims());
  add(40, 1);
  const few = best();
  add(10_000, 2);
  const many = best();
  // A scan would take a hundred times as long; twenty leaves room for a busy machine.
  assert.ok(many < few * 20 + 20, `${few.toFixed(1)} ms before, ${many.toFixed(1)} ms after`);
});

test("what is written lightly does not wait for the disk, and everything after it does again", (t) => {
  const db = database(t);
  const mode = (): unknown => db.sqlite.pragma("synchronous", { simple: true });
  const FULL = 2;
  const NORMAL = 1;
  assert.equal(mode(), FULL);
  assert.equal(db.lightly(mode), NORMAL);
  assert.equal(mode(), FULL);
  assert.throws(() =>
    db.lightly(() => {
      throw new Error("rolled back");
    }),
  );
  assert.equal(mode(), FULL);
  // Inside a transaction that waits, nothing becomes lighter.
  assert.equal(
    db.transaction(() => db.lightly(mode)),
    FULL,
  );
});
