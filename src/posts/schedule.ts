/** When a post is meant: wall time and zone to an instant and back, right through the changes of summer time. */
import { Temporal } from "temporal-polyfill";

const WALL = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:00)?$/;

/**
 * "2026-12-01T17:30" in a zone as UTC ms; null when it is no such date. A time that the clock skips counts on from before
 * the gap (02:30 becomes 03:30), one that it shows twice means the first.
 */
export function instantOf(wallTime: string, timeZone: string): number | null {
  if (!WALL.test(wallTime)) return null;
  try {
    const wall = Temporal.PlainDateTime.from(wallTime, { overflow: "reject" });
    return wall.toZonedDateTime(timeZone, { disambiguation: "compatible" }).epochMilliseconds;
  } catch {
    return null;
  }
}

/**
 * The wall time of an instant. Null where it would not lead back to it: odd seconds, the second pass of a fold; and for
 * an instant or a zone that there is not.
 */
export function wallTimeOf(at: number, timeZone: string): string | null {
  try {
    const wall = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDateTime();
    const text = wall.toString({ smallestUnit: "minute" });
    return instantOf(text, timeZone) === at ? text : null;
  } catch {
    return null;
  }
}

export interface Timing {
  scheduledAt: number | null;
  wallTime: string | null;
}

/** What is stored of a time: the wall time as it was meant, and its instant. Null when the wall time is no date. */
export function timingOf(input: {
  scheduledAt: number | null;
  wallTime?: string | null;
  timeZone: string;
}): Timing | null {
  if (input.wallTime) {
    const at = instantOf(input.wallTime, input.timeZone);
    return at === null ? null : { scheduledAt: at, wallTime: input.wallTime.slice(0, 16) };
  }
  if (input.scheduledAt === null) return { scheduledAt: null, wallTime: null };
  return { scheduledAt: input.scheduledAt, wallTime: wallTimeOf(input.scheduledAt, input.timeZone) };
}
