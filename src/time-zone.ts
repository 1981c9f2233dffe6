/** What counts as a time zone, for everybody who stores one, and what its clocks show. */
import { Temporal } from "temporal-polyfill";

const LONGEST = 60;
const QUARTER_MS = 900_000;
/** Quarters of an hour remembered; a page asks for a few dozen of them, many times over. */
const MOST_KNOWN = 10_000;
const offsets = new Map<string, number>();

/** Only names from the IANA list: an offset like "+02:00" would forget the summer time. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name) || name.length > LONGEST) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** What a clock there shows at that moment (UTC ms): to be read from the UTC parts of the date. Throws RangeError for no zone. */
export function wallClock(at: number, timeZone: string): Date {
  // 2026-11: zones change their clocks at whole quarters of an hour, since 1972 all of them. https://www.iana.org/time-zones
  const quarter = `${timeZone} ${Math.floor(at / QUARTER_MS)}`;
  let offset = offsets.get(quarter);
  if (offset === undefined) {
    if (offsets.size >= MOST_KNOWN) offsets.clear();
    offsets.set(quarter, (offset = offsetAt(at, timeZone)));
  }
  return new Date(at + offset);
}

function offsetAt(at: number, timeZone: string): number {
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(at)).toZonedDateTimeISO(timeZone).offsetNanoseconds / 1e6;
}
