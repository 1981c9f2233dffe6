/** Where days begin and end in a time zone, summer time included. */
import { Temporal } from "temporal-polyfill";

/** UTC ms of the midnight that begins the day of `now`, moved by whole days. */
export function startOfDay(now: number, timeZone: string, days = 0): number {
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone).toPlainDate();
  return today.add({ days }).toZonedDateTime(timeZone).epochMilliseconds;
}
