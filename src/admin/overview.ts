/** Bounded look-ups for the admin page. */
import { spawnSync } from "node:child_process";
import { statfsSync, statSync } from "node:fs";
import path from "node:path";
import type { JobState } from "../database/index.ts";
import type { House } from "../house.ts";
import { canBeFetchedFrom } from "../outbound/index.ts";
import { platforms } from "../platforms/index.ts";
import { readiness } from "../web/index.ts";

export interface JobsOverview {
  counts: Array<{ state: JobState; n: number }>;
  dead: Array<{ kind: string; problem: string | null; finished_at: number }>;
}

const MOST_COUNTED = 10_000;

/** Looks at 10,000 rows a group at most: what waits, what runs, and the latest that finished. */
export function readJobs(house: House): JobsOverview {
  const counts = house.db.all<JobsOverview["counts"][number]>(
    `SELECT 'queued' AS state, COUNT(*) AS n FROM (SELECT 1 FROM jobs WHERE state = 'queued' LIMIT @most)
     UNION ALL SELECT 'running', COUNT(*) FROM (SELECT 1 FROM jobs WHERE state = 'running' LIMIT @most)
     UNION ALL SELECT state, COUNT(*) FROM
       (SELECT state FROM jobs WHERE finished_at IS NOT NULL ORDER BY finished_at DESC LIMIT @most) GROUP BY state`,
    { most: MOST_COUNTED },
  );
  const dead = house.db.all<JobsOverview["dead"][number]>(
    `SELECT kind, problem, finished_at FROM
       (SELECT * FROM jobs WHERE finished_at IS NOT NULL ORDER BY finished_at DESC LIMIT ?)
     WHERE state = 'dead' LIMIT 10`,
    [MOST_COUNTED],
  );
  return { counts, dead };
}

export interface Health {
  databaseBytes: number;
  freeBytes: number;
  /** The parts that /readyz asks for. */
  parts: Array<{ name: string; works: boolean }>;
  works: boolean;
  ffmpeg: boolean;
  mode: string;
}

export function readHealth(house: House): Health {
  const disk = statfsSync(house.config.dataDir);
  const ready = readiness(house);
  const parts = [
    { name: "Publishing", works: ready.scheduler },
    { name: "Database", works: ready.database },
    { name: "Master key", works: ready.key },
  ];
  return {
    databaseBytes: databaseBytes(house.config.dataDir),
    freeBytes: disk.bavail * disk.bsize,
    parts,
    works: parts.every((part) => part.works),
    ffmpeg: hasFfmpeg(),
    mode: house.config.platformMode,
  };
}

/** With the write-ahead log, which holds what was not folded in yet. */
function databaseBytes(dataDir: string): number {
  const files = ["postern.db", "postern.db-wal"].map((name) => path.join(dataDir, name));
  return files.reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0);
}

let ffmpegFound: boolean | undefined;

/** Asked once a process: starting a program on every visit would hold everybody up. */
function hasFfmpeg(): boolean {
  return (ffmpegFound ??= spawnSync("ffmpeg", ["-version"], { stdio: "ignore", timeout: 5000 }).status === 0);
}

export function listAccounts(
  house: House,
): Array<{ name: string; email: string; is_owner: 0 | 1; created_at: number }> {
  return house.db.all("SELECT name, email, is_owner, created_at FROM accounts ORDER BY created_at LIMIT 200");
}

/** What cannot go out where platforms cannot reach this install, a sentence a platform; null when they can. */
export function unreachable(house: House): { address: string; cannot: string[] } | null {
  if (canBeFetchedFrom(house.publicUrl, house.config.platformMode)) return null;
  return { address: house.publicUrl, cannot: platforms.flatMap((one) => one.guide.withoutAddress ?? []) };
}
