/** What this room forgets by itself: ended sessions, spent counters, old invites, audit rows after a year. */
import type { House } from "../house.ts";
import type { RecurringJob } from "../jobs/index.ts";
import { pruneDevices } from "./known-devices.ts";
import { pruneSessions } from "./sessions.ts";
import { pruneThrottles } from "./throttles.ts";

const DAY_MS = 24 * 3600_000;
const KEEP_INVITES_MS = 30 * DAY_MS;
const KEEP_AUDIT_MS = 365 * DAY_MS;

/** Once an hour, a bounded number of rows each: sessions and invites go 30 days after their end. */
export function accountClocks(house: House): RecurringJob[] {
  return [{ name: "accounts upkeep", every: "20 17 * * * *", run: () => tidy(house) }];
}

/** One round of it. */
export function tidy(house: House): void {
  const now = house.clock.now();
  pruneSessions(house.db, now);
  pruneThrottles(house);
  pruneDevices(house);
  house.db.run("DELETE FROM invites WHERE id IN (SELECT id FROM invites WHERE expires_at < ? LIMIT 1000)", [
    now - KEEP_INVITES_MS,
  ]);
  house.db.run("DELETE FROM audit_log WHERE id IN (SELECT id FROM audit_log WHERE at < ? LIMIT 5000)", [
    now - KEEP_AUDIT_MS,
  ]);
}
