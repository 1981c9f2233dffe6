/** Which stretch of time a list shows: a quick choice or two dates, on the clock of a time zone. */
import { Temporal } from "temporal-polyfill";

export const PERIODS = ["", "today", "week", "next30", "past", "dates"] as const;
export type PeriodName = (typeof PERIODS)[number];

export const periodLabels: Readonly<Record<PeriodName, string>> = {
  "": "Any time",
  today: "Today",
  week: "This week",
  next30: "The next 30 days",
  past: "Past",
  dates: "Choose dates",
};

export interface PeriodQuery {
  when: PeriodName;
  /** "2026-11-22", both days included; only for "dates". */
  from: string;
  to: string;
}

export interface Period {
  /** UTC ms: at or after, and before. */
  from?: number;
  to?: number;
  /** All of it is over: the latest is of most interest. */
  past: boolean;
  /** A sentence when no stretch can be made of what was asked. */
  problem: string | null;
}

/** Unknown choices mean any time; dates without the choice mean the choice. */
export function readPeriod(one: (name: string) => string): PeriodQuery {
  const [from, to] = [one("from").trim(), one("to").trim()];
  const when = PERIODS.find((name) => name === one("when")) ?? "";
  const dates = when === "dates" || (when === "" && (from !== "" || to !== ""));
  return dates ? { when: "dates", from, to } : { when, from: "", to: "" };
}

export function periodOf(query: PeriodQuery, timeZone: string, now: number): Period {
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone).toPlainDate();
  const range = (from: Temporal.PlainDate, days: number): Period => ({
    from: startOf(from, timeZone),
    to: startOf(from.add({ days }), timeZone),
    past: false,
    problem: null,
  });
  switch (query.when) {
    case "":
      return { past: false, problem: null };
    case "today":
      return range(today, 1);
    case "week":
      return range(today.subtract({ days: today.dayOfWeek - 1 }), 7);
    case "next30":
      return { ...range(today, 30), from: now };
    case "past":
      return { to: now, past: true, problem: null };
    case "dates":
      return between(query, timeZone, now);
  }
}

function between(query: PeriodQuery, timeZone: string, now: number): Period {
  const [first, last] = [dayOf(query.from), dayOf(query.to)];
  const nothing = { past: false, problem: "That is not a date. Give days such as 2026-12-01." };
  if ((query.from !== "" && !first) || (query.to !== "" && !last)) return nothing;
  if (first && last && Temporal.PlainDate.compare(first, last) > 0)
    return { past: false, problem: "The first day comes after the last. Nothing can be between them." };
  const to = last ? startOf(last.add({ days: 1 }), timeZone) : undefined;
  return {
    ...(first && { from: startOf(first, timeZone) }),
    ...(to !== undefined && { to }),
    past: to !== undefined && to <= now,
    problem: null,
  };
}

function startOf(day: Temporal.PlainDate, timeZone: string): number {
  return day.toZonedDateTime(timeZone).epochMilliseconds;
}

/** Days of the years 1970 to 9998; null for anything else. */
function dayOf(text: string): Temporal.PlainDate | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  try {
    const day = Temporal.PlainDate.from(text, { overflow: "reject" });
    return day.year >= 1970 && day.year <= 9998 ? day : null;
  } catch {
    return null;
  }
}
