/** Claiming from a queue of a million jobs, against the bare statement on the same rows. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { systemClock } from "../../src/clock.ts";
import { migrate, openDatabase, type Db } from "../../src/database/index.ts";
import { Queue } from "../../src/jobs/index.ts";
import { fixed, median, percentile, type Row } from "./measure.ts";

const BARE = `UPDATE jobs SET state = 'running', started_at = ?, attempt = attempt + 1
  WHERE id IN (SELECT id FROM jobs WHERE state = 'queued' AND lane = 'publish' AND run_at <= ? ORDER BY run_at LIMIT ?)
  RETURNING *`;

export function claim(options: { jobs: number; claims: number }): Row[] {
  const folder = mkdtempSync(path.join(tmpdir(), "postern-bench-claim-"));
  const db = openDatabase({ file: path.join(folder, "postern.db") });
  try {
    migrate(db, { now: systemClock.now() });
    fill(db, options.jobs);
    const queue = new Queue(db, systemClock);
    const none = { slots: [], pools: [] };
    const full = { slots: Array.from({ length: 30 }, (_, n) => `channel-${n}`), pools: ["tiktok"] };
    return [
      compare(db, "one at a time", options, 1, (limit) => queue.claim("publish", limit, none)),
      compare(db, "fifty at a time", options, 50, (limit) => queue.claim("publish", limit, none)),
      compare(db, "one, with 30 channels and a platform full", options, 1, (limit) =>
        queue.claim("publish", limit, full),
      ),
    ];
  } finally {
    db.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function compare(
  db: Db,
  what: string,
  { jobs, claims }: { jobs: number; claims: number },
  limit: number,
  ours: (limit: number) => unknown[],
): Row {
  const now = systemClock.now();
  const bare = db.sqlite.prepare(BARE);
  const times: Record<"ours" | "bare", number[]> = { ours: [], bare: [] };
  for (let n = 0; n < claims; n += 1) {
    // Turn about, so that both meet the same checkpoints and the same busy machine.
    times.ours.push(timed(() => ours(limit)));
    times.bare.push(timed(() => db.lightly(() => bare.all(now, now, limit))));
  }
  const [a, b] = [median(times.ours), median(times.bare)];
  const words = (values: number[]): string =>
    `${fixed(median(values), 3)} ms, p99 ${fixed(percentile(values, 0.99), 2)}`;
  return {
    group: "Claim",
    what: `${what}, of ${jobs.toLocaleString("en")}`,
    ours: words(times.ours),
    bare: words(times.bare),
    ratio: a / b,
    goal: "≤ 2",
    met: a / b <= 2,
  };
}

function timed(work: () => unknown[]): number {
  const begun = performance.now();
  if (work().length === 0) throw new Error("Nothing was claimed.");
  return performance.now() - begun;
}

function fill(db: Db, jobs: number): void {
  const insert = db.sqlite.prepare(
    `INSERT INTO jobs (id, kind, args, lane, state, run_at, unique_key, slot, pool, created_at)
     VALUES (?, 'publish', '{"publicationId":"x"}', 'publish', 'queued', ?, ?, ?, ?, 0)`,
  );
  const base = systemClock.now() - jobs - 1000;
  db.transaction(() => {
    for (let n = 0; n < jobs; n += 1) {
      const platform = ["tiktok", "youtube", "facebook", "instagram"][n % 4]!;
      insert.run(`job-${String(n).padStart(9, "0")}`, base + n, `publication:${n}`, `channel-${n % 1000}`, platform);
    }
  });
}
