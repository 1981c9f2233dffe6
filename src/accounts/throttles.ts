/** Counters that slow guessing down and that a restart does not forget. */
import ipaddr from "ipaddr.js";
import type { House } from "../house.ts";
import { Refusal } from "../web/index.ts";

interface ThrottleRow {
  count: number;
  window_ends_at: number;
  wait_until_at: number;
}

/** Counts one use of `name`; throws a 429 Refusal, saying how long, once more than `max` fall into a window of `ms`. */
export function countUse(house: House, name: string, max: number, ms: number, what: string): void {
  const now = house.clock.now();
  const row = read(house, name);
  const open = row && row.window_ends_at > now ? row : { count: 0, window_ends_at: now + ms, wait_until_at: 0 };
  if (open.count >= max) throw tooMany(what, open.window_ends_at - now);
  write(house, name, { ...open, count: open.count + 1 });
}

/** Throws a 429 Refusal while the waits after failures of `name` last. */
export function refuseWhileWaiting(house: House, name: string, what: string): void {
  const wait = (read(house, name)?.wait_until_at ?? 0) - house.clock.now();
  if (wait > 0) throw tooMany(what, wait);
}

const FREE_FAILURES = 5;
const LONGEST_WAIT_MS = 15 * 60_000;
const FORGET_AFTER_MS = 24 * 3600_000;

/** Five failures are free, then each doubles the wait, at most 15 minutes: never a lock that somebody else could cause. */
export function noteFailure(house: House, name: string): void {
  const now = house.clock.now();
  const row = read(house, name);
  const count = (row && row.window_ends_at > now ? row.count : 0) + 1;
  const wait = count <= FREE_FAILURES ? 0 : Math.min(LONGEST_WAIT_MS, 1000 * 2 ** (count - FREE_FAILURES));
  write(house, name, { count, window_ends_at: now + FORGET_AFTER_MS, wait_until_at: now + wait });
}

export function clearFailures(house: House, name: string): void {
  house.db.run("DELETE FROM throttles WHERE name = ?", [name]);
}

/** The part of an address that is counted: IPv4 whole, IPv6 by /64, however it was written. */
export function addressKey(ip: string): string {
  // A trusted proxy may hand on whatever it was given.
  if (!ipaddr.isValid(ip)) return "unknown";
  const address = ipaddr.process(ip);
  if (address instanceof ipaddr.IPv4) return address.toString();
  return `${address.parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(":")}/64`;
}

/** Forgets counters that count nothing any more, a bounded number at a time. */
export function pruneThrottles(house: House): number {
  return house.db.run(
    "DELETE FROM throttles WHERE name IN (SELECT name FROM throttles WHERE window_ends_at < @now AND wait_until_at < @now LIMIT 5000)",
    { now: house.clock.now() },
  );
}

function read(house: House, name: string): ThrottleRow | undefined {
  return house.db.get<ThrottleRow>("SELECT count, window_ends_at, wait_until_at FROM throttles WHERE name = ?", [name]);
}

function write(house: House, name: string, row: ThrottleRow): void {
  house.db.run(
    `INSERT INTO throttles (name, count, window_ends_at, wait_until_at) VALUES (@name, @count, @window_ends_at, @wait_until_at)
     ON CONFLICT (name) DO UPDATE SET count = @count, window_ends_at = @window_ends_at, wait_until_at = @wait_until_at`,
    { name, ...row },
  );
}

function tooMany(what: string, ms: number): Refusal {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  const text = seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
  return new Refusal(
    429,
    { title: "Please wait a little", message: `${what} Nothing was changed.`, next: `Try again in ${text}.` },
    seconds,
  );
}
