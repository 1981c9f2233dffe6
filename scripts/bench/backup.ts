/** A steady stream of publications, with and without a backup of a large database at the same time. */
import { spawn } from "node:child_process";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "../../src/clock.ts";
import type { Wired } from "../../src/wiring.ts";
import { watch, withPlatforms, type Lateness } from "./due.ts";
import { fixed, median, root, type Row } from "./measure.ts";
import { schedule } from "./publications.ts";

const PER_SECOND = 10;

export async function backup(options: { megabytes: number; seconds: number; rounds: number }): Promise<Row[]> {
  const { megabytes, seconds, rounds } = options;
  const alone: Lateness[] = [];
  const beside: Lateness[] = [];
  let copies = 0;
  await withPlatforms(0, async (install, platforms, channels) => {
    install.furnish((wired) => fatten(wired, megabytes));
    for (let round = 0; round < rounds * 2; round += 1) {
      const withBackup = round % 2 === 1;
      const from = systemClock.now() + 4000;
      const dues = Array.from({ length: seconds * PER_SECOND }, (_, n) => from + n * (1000 / PER_SECOND));
      install.furnish((wired) => schedule(wired, channels, "bench", dues));
      await install.start();
      const end = dues.at(-1)!;
      const copying = withBackup ? copy(install.env(), from, end) : Promise.resolve(0);
      const seen = await watch(install, platforms, dues);
      copies += await copying;
      (withBackup ? beside : alone).push(seen);
      await install.stop();
    }
  });
  const of = (all: readonly Lateness[], pick: keyof Lateness): number => median(all.map((one) => one[pick]));
  const ratio = of(beside, "p99") / of(alone, "p99");
  const words = (all: readonly Lateness[]): string =>
    `p50 ${fixed(of(all, "p50"), 0)} ms, p99 ${fixed(of(all, "p99"), 0)} ms`;
  const lost = [...alone, ...beside].reduce((sum, one) => sum + one.early + one.missing, 0);
  return [
    {
      group: "Backup",
      what: `${PER_SECOND} publications a second while ${megabytes} MB are backed up (${copies} copies; bare: without)`,
      ours: words(beside),
      bare: words(alone),
      ratio,
      goal: "≤ 1.2, none early or missing",
      met: ratio <= 1.2 && lost === 0,
    },
  ];
}

/** One backup after the other while publications are due; returns how many. */
async function copy(env: Record<string, string>, from: number, until: number): Promise<number> {
  await sleep(Math.max(0, from - systemClock.now()));
  let made = 0;
  while (systemClock.now() < until) {
    const to = path.join(env["DATA_DIR"]!, "copies");
    const child = spawn(process.execPath, ["src/cli/main.ts", "backup", "--to", to], {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ["ignore", "ignore", "inherit"],
    });
    const code = await new Promise((resolve) => child.once("close", resolve));
    if (code !== 0) throw new Error(`backup ended with ${String(code)}`);
    made += 1;
  }
  return made;
}

/** Grows the database to about so many megabytes. */
function fatten({ house }: Wired, megabytes: number): void {
  const insert = house.db.sqlite.prepare("INSERT INTO audit_log (at, action, facts) VALUES (?, 'bench', ?)");
  const facts = JSON.stringify({ padding: "x".repeat(10_000) });
  house.db.transaction(() => {
    for (let n = 0; n < megabytes * 100; n += 1) insert.run(n, facts);
  });
  house.db.sqlite.pragma("wal_checkpoint(TRUNCATE)");
}
