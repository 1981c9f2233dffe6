/** Bounded look-ups for the admin page. */
import { statfsSync, statSync } from "node:fs";
import path from "node:path";
import type { House } from "../house.ts";

export interface JobsOverview {
  counts: Array<{ state: string; n: number }>;
  dead: Array<{ kind: string; problem: string | null; finished_at: number }>;
}

/** Finished jobs are pruned after a week, so the counts stay small. */
export function readJobs(house: House): JobsOverview {
  const counts = house.db.all<{ state: string; n: number }>(
    `SELECT 'queued' AS state, COUNT(*) AS n FROM (SELECT 1 FROM jobs WHERE state = 'queued' LIMIT 10000)
     UNION ALL SELECT 'running', COUNT(*) FROM jobs WHERE state = 'running'`,
  );
  const dead = house.db.all<JobsOverview["dead"][number]>(
    "SELECT kind, problem, finished_at FROM jobs WHERE finished_at IS NOT NULL AND state = 'dead' ORDER BY finished_at DESC LIMIT 10",
  );
  return { counts, dead };
}

export function readHealth(house: House): {
  databaseBytes: number;
  freeBytes: number;
  publishing: boolean;
  mode: string;
} {
  const disk = statfsSync(house.config.dataDir);
  return {
    databaseBytes: statSync(path.join(house.config.dataDir, "postern.db")).size,
    freeBytes: disk.bavail * disk.bsize,
    publishing: house.runner.started,
    mode: house.config.platformMode,
  };
}

export function listAccounts(
  house: House,
): Array<{ name: string; email: string; is_owner: 0 | 1; created_at: number }> {
  return house.db.all("SELECT name, email, is_owner, created_at FROM accounts ORDER BY created_at LIMIT 200");
}
