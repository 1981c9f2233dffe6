/** After a restart, and every few minutes: whatever is active must have a job that carries it on. */
import type { PublicationRow } from "../database/index.ts";
import type { House } from "../house.ts";
import { findPlatform } from "../platforms/index.ts";
import { jobFor } from "./plan.ts";
import type { PublicationRows } from "./rows.ts";

/** Says in log and timeline what a former process left unfinished. Call before the runner starts. */
export function reportUnfinished(house: House, rows: PublicationRows): number {
  const left = house.db.all<PublicationRow>(
    `SELECT p.* FROM publications p JOIN jobs j ON j.unique_key = 'publication:' || p.id
     WHERE j.state = 'running' AND p.state IN ('publishing', 'confirming')`,
  );
  for (const row of left) {
    const name = findPlatform(row.platform)?.name ?? row.platform;
    const event =
      row.fence === "committed"
        ? `Postern restarted; asking ${name} what became of it`
        : "Postern restarted; going on where it stood";
    rows.say(row.id, event);
    house.log.warn(
      { publication: row.id, state: row.state, fence: row.fence },
      "recovering a publication that a former process left unfinished",
    );
  }
  return left.length;
}

/** Gives a job to active publications that have none; there should never be one. Bounded. */
export function giveMissingJobs(house: House): number {
  const orphans = house.db.all<PublicationRow>(
    `SELECT p.* FROM publications p
     WHERE p.state IN ('scheduled', 'publishing', 'confirming')
       AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.unique_key = 'publication:' || p.id AND j.state IN ('queued', 'running'))
     LIMIT 500`,
  );
  house.db.transaction(() => {
    for (const row of orphans) {
      house.log.error({ publication: row.id, state: row.state }, "a publication had no job; it has one now");
      house.queue.enqueue(jobFor(row, Math.max(row.due_at, house.clock.now())));
    }
  });
  return orphans.length;
}
