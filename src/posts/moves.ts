/** Where posts go when several are moved at once: the distance is counted on the clock, so that 9:00 stays 9:00. */
import { Temporal } from "temporal-polyfill";

export const UNITS = ["minutes", "hours", "days", "weeks"] as const;
export type Unit = (typeof UNITS)[number];

/** To a time for the first of them, the others follow as far behind as they were; or all by so much, minus is earlier. */
export type Wish = { kind: "to"; at: number } | { kind: "by"; amount: number; unit: Unit };

export interface Placed {
  id: string;
  /** UTC ms, and the zone it is meant in. */
  at: number;
  timeZone: string;
}

export interface Move extends Placed {
  to: number;
}

/**
 * The new time of each, in the order they were given. Wall times count, each in its own zone: a day later is the same hour
 * also where the clocks change in between; an hour that a clock skips counts on from before it.
 */
export function movesOf(posts: readonly Placed[], wish: Wish): Move[] {
  const first = posts.toSorted((a, b) => a.at - b.at)[0];
  if (!first) return [];
  const distance = wish.kind === "to" ? between(first, wish.at) : Temporal.Duration.from({ [wish.unit]: wish.amount });
  return posts.map((post) => ({
    ...post,
    to: wish.kind === "to" && post === first ? wish.at : shifted(post, distance),
  }));
}

function wall(at: number, timeZone: string): Temporal.PlainDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDateTime();
}

function between(first: Placed, at: number): Temporal.Duration {
  return wall(first.at, first.timeZone).until(wall(at, first.timeZone), { largestUnit: "days" });
}

function shifted({ at, timeZone }: Placed, distance: Temporal.Duration): number {
  return wall(at, timeZone).add(distance).toZonedDateTime(timeZone, { disambiguation: "compatible" }).epochMilliseconds;
}
