/** Which days a view shows: months, weeks and days as they lie in a time zone, and the way to the ones beside them. */
import { Temporal } from "temporal-polyfill";

export type ViewName = "month" | "week" | "day" | "list";

export interface Asked {
  view: ViewName;
  /** A day within what is shown: "2026-11-22". */
  at: string;
  /** Only what goes to this channel; "" for all. */
  channel: string;
}

/** One day: "2026-11-22", from its first instant up to, without, the first of the next (UTC ms). */
export interface DaySpan {
  readonly iso: string;
  readonly from: number;
  readonly to: number;
}

export interface Range {
  /** Every day that is shown, in order; a month is filled up to whole weeks, Monday first. */
  days: readonly DaySpan[];
  /** The month, week or day itself: its first and last day. */
  first: string;
  last: string;
  /** A day in the period before and in the one after. */
  previous: string;
  next: string;
}

const VIEWS: readonly ViewName[] = ["month", "week", "day", "list"];

/** Anything that is no view or no day means the month, and today. */
export function readAsked(fields: Readonly<Record<string, unknown>>, today: string): Asked {
  const view = VIEWS.find((name) => name === fields["view"]) ?? "month";
  const channel = typeof fields["channel"] === "string" ? fields["channel"].slice(0, 60) : "";
  return { view, at: readDay(fields["at"]) ?? today, channel };
}

/** "2026-11-22" when it is a day of the years 1970 to 9998; else null. */
export function readDay(text: unknown): string | null {
  if (typeof text !== "string" || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  try {
    const { year } = Temporal.PlainDate.from(text, { overflow: "reject" });
    return year >= 1970 && year <= 9998 ? text : null;
  } catch {
    return null;
  }
}

const KEPT_RANGES = 200;
const ranges = new Map<string, Range>();

/** The same question has the same answer for ever, and most people look at the same month. */
export function rangeOf({ view, at }: Pick<Asked, "view" | "at">, timeZone: string): Range {
  const key = `${view} ${at} ${timeZone}`;
  let range = ranges.get(key);
  if (range) return range;
  if (ranges.size >= KEPT_RANGES) ranges.clear();
  ranges.set(key, (range = findRange(view, at, timeZone)));
  return range;
}

function findRange(view: ViewName, at: string, timeZone: string): Range {
  const day = Temporal.PlainDate.from(at);
  const [first, last] = periodOf(view, day);
  const [begin, end] = view === "month" ? [monday(first), monday(last).add({ days: 6 })] : [first, last];
  const step = { month: { months: 1 }, list: { months: 1 }, week: { weeks: 1 }, day: { days: 1 } }[view];
  return {
    days: spans(begin, end, timeZone),
    first: first.toString(),
    last: last.toString(),
    previous: first.subtract(step).toString(),
    next: first.add(step).toString(),
  };
}

/** Noon of a day in UTC ms: for saying the day with words that take an instant, in the zone "UTC". */
export function noonOf(day: string): number {
  return Date.parse(`${day}T12:00:00Z`);
}

export function hrefOf({ view, at, channel }: Asked): string {
  return `/calendar?${queryOf({ view, at, channel })}`;
}

/** "view=month&at=2026-11-22", with the channel when there is one. */
export function queryOf({ view, at, channel }: Asked): string {
  return `view=${view}&at=${at}${channel === "" ? "" : `&channel=${encodeURIComponent(channel)}`}`;
}

function spans(begin: Temporal.PlainDate, end: Temporal.PlainDate, timeZone: string): DaySpan[] {
  const days = Array.from({ length: begin.until(end).days + 1 }, (_, index) => begin.add({ days: index }));
  const starts = [...days, end.add({ days: 1 })].map((day) => day.toZonedDateTime(timeZone).epochMilliseconds);
  return days.map((day, index) => ({ iso: day.toString(), from: starts[index]!, to: starts[index + 1]! }));
}

function periodOf(view: ViewName, day: Temporal.PlainDate): [Temporal.PlainDate, Temporal.PlainDate] {
  if (view === "day") return [day, day];
  if (view === "week") return [monday(day), monday(day).add({ days: 6 })];
  return [day.with({ day: 1 }), day.with({ day: day.daysInMonth })];
}

function monday(day: Temporal.PlainDate): Temporal.PlainDate {
  return day.subtract({ days: day.dayOfWeek - 1 });
}
