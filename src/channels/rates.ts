/** Requests counted against a platform's limits, before they are sent; kept in the database, so a restart forgets none. */
import { Temporal } from "temporal-polyfill";
import type { House } from "../house.ts";
import { PlatformError, type Platform, type PlatformRequest, type Rate } from "../platforms/contract.ts";

/** A sliding window is kept as this many slices, each counted until its last request has left the window. */
const SLICES = 12;

export class RateWindows {
  readonly #house: House;

  constructor(house: House) {
    this.#house = house;
  }

  /**
   * Counts one request against every rate it falls under, all or none. Returns a function that takes the count back, for a
   * request that never left. Throws PlatformError rate_limited (`sent: false`, `until`) when a window is full.
   */
  take(platform: Platform, channelId: string, request: PlatformRequest): () => void {
    const called = nameOf(request);
    const rates = platform.limits.rates.filter((rate) => called.startsWith(rate.request));
    if (rates.length === 0) return () => undefined;
    const now = this.#house.clock.now();
    // Lightly: a count that a power cut takes back costs at most one refusal.
    const taken = this.#house.db.lightly(() =>
      rates.map((rate) => {
        const key = `${platform.id}|${rate.per === "channel" ? channelId : "*"}|${rate.request}`;
        const freeAt = this.#freeAt(key, rate, now);
        if (freeAt > now) throw full(platform, rate, freeAt);
        return this.#count(key, rate, now);
      }),
    );
    return () => {
      for (const name of taken) {
        this.#house.db.run("UPDATE rate_windows SET used = used - 1 WHERE name = ? AND used > 0", [name]);
      }
    };
  }

  forgetChannel(platformId: string, channelId: string): void {
    const start = `${platformId}|${channelId}|`;
    this.#house.db.run("DELETE FROM rate_windows WHERE name >= ? AND name < ?", [start, `${start}\u{10ffff}`]);
  }

  /** Forgets windows that are over. */
  sweep(): void {
    const now = this.#house.clock.now();
    this.#house.db.run("DELETE FROM rate_windows WHERE window_ends_at <= ? AND blocked_until_at <= ?", [now, now]);
  }

  /** When the next request fits: now, or the end of the slice whose requests make room. */
  #freeAt(key: string, rate: Rate, now: number): number {
    const slices = this.#house.db.all<{ used: number; ends: number }>(
      `SELECT used, window_ends_at AS ends FROM rate_windows
       WHERE name >= @start AND name < @end AND window_ends_at > @now ORDER BY window_ends_at`,
      { start: `${key}|`, end: `${key}|~`, now },
    );
    let used = slices.reduce((sum, slice) => sum + slice.used, 0);
    if (used < rate.max) return now;
    for (const slice of slices) {
      used -= slice.used;
      if (used < rate.max) return slice.ends;
    }
    return now;
  }

  #count(key: string, rate: Rate, now: number): string {
    const { slice, ends } = sliceOf(rate, now);
    const name = `${key}|${slice}`;
    this.#house.db.run(
      `INSERT INTO rate_windows (name, used, window_ends_at) VALUES (?, 1, ?)
       ON CONFLICT (name) DO UPDATE SET used = used + 1`,
      [name, ends],
    );
    return name;
  }
}

function sliceOf(rate: Rate, now: number): { slice: string; ends: number } {
  if (typeof rate.window !== "number") {
    const ends = nextMidnight(now, rate.window.dayIn);
    return { slice: String(ends), ends };
  }
  const length = rate.window / SLICES;
  const index = Math.floor(now / length);
  return { slice: String(index), ends: (index + 1) * length + rate.window };
}

/** UTC ms of the next midnight in a time zone, summer time included. */
export function nextMidnight(now: number, timeZone: string): number {
  const local = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone);
  return local.add({ days: 1 }).startOfDay().epochMilliseconds;
}

function nameOf(request: PlatformRequest): string {
  const url = new URL(request.url);
  return `${request.method} ${url.host}${url.pathname}`;
}

function full(platform: Platform, rate: Rate, until: number): PlatformError {
  const whose = rate.per === "channel" ? "this channel" : "this install";
  const span = typeof rate.window === "number" ? "at the moment" : "today";
  return new PlatformError("rate_limited", {
    code: "own_limit",
    message: `${platform.name} takes no more requests of this kind from ${whose} ${span}.`,
    remedy: "Nothing to do; Postern goes on by itself when there is room.",
    until,
    sent: false,
  });
}
