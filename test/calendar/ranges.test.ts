/** Months and weeks begin and end at midnight where the workspace is, on the days the clocks change too. */
import assert from "node:assert/strict";
import test from "node:test";
import { rangeOf, readAsked, readDay } from "../../src/calendar/ranges.ts";
import { titleFor } from "../../src/calendar/titles.ts";

const HOUR = 3_600_000;
const iso = (at: number): string => new Date(at).toISOString();

test("a month is filled up to whole weeks, from local midnight to local midnight", () => {
  const range = rangeOf({ view: "month", at: "2026-03-18" }, "Europe/Paris");
  const [begin, end] = [range.days[0]!, range.days.at(-1)!];
  assert.deepEqual([begin.iso, end.iso, range.days.length], ["2026-02-23", "2026-04-05", 42]);
  assert.deepEqual([range.first, range.last], ["2026-03-01", "2026-03-31"]);
  // Winter time at the beginning, summer time at the end.
  assert.deepEqual([iso(begin.from), iso(end.to)], ["2026-02-22T23:00:00.000Z", "2026-04-05T22:00:00.000Z"]);
});

test("a week with a change of the clocks has an hour less or more", () => {
  const long = (at: string, zone: string): number => {
    const { days } = rangeOf({ view: "week", at }, zone);
    return (days.at(-1)!.to - days[0]!.from) / HOUR;
  };
  assert.equal(long("2026-03-29", "Europe/Paris"), 167);
  assert.equal(long("2026-10-25", "Europe/Paris"), 169);
  assert.equal(long("2026-03-08", "America/New_York"), 167);
  assert.equal(long("2026-03-29", "Asia/Tokyo"), 168);
});

test("a day whose midnight is skipped begins when it begins", () => {
  // 2026-11: Cairo sets its clocks on at midnight of the last Friday in April, https://data.iana.org/time-zones/tz-link.html
  const { days } = rangeOf({ view: "week", at: "2026-04-20" }, "Africa/Cairo");
  assert.deepEqual(
    days.map(({ from, to }) => (to - from) / HOUR),
    [24, 24, 24, 24, 23, 24, 24],
  );
  for (const [index, day] of days.entries()) if (index > 0) assert.equal(day.from, days[index - 1]!.to);
});

test("weeks begin on Monday, and the ways on lead to the next one, over the end of a year and from the 31st", () => {
  const week = rangeOf({ view: "week", at: "2027-01-01" }, "Europe/Paris");
  assert.deepEqual([week.first, week.last], ["2026-12-28", "2027-01-03"]);
  assert.deepEqual([week.previous, week.next], ["2026-12-21", "2027-01-04"]);
  const list = rangeOf({ view: "list", at: "2027-01-31" }, "Europe/Paris");
  assert.deepEqual([list.days.length, list.previous, list.next], [31, "2026-12-01", "2027-02-01"]);
});

test("what is no day and no view is today, as a month", () => {
  const today = "2026-11-22";
  for (const at of ["2026-02-30", "tomorrow", "0000-01-01", "9999-12-31", "", ["2026-01-01"], undefined])
    assert.deepEqual(readAsked({ view: "year", at }, today), { view: "month", at: today, channel: "" });
  assert.equal(readDay("2028-02-29"), "2028-02-29");
});

test("titles say what is so", () => {
  const today = "2026-11-22";
  const title = (view: "month" | "week" | "day", at: string, count: number, more = false): string =>
    titleFor(view, rangeOf({ view, at }, "Europe/Paris"), count, more, today);
  assert.equal(title("month", today, 9), "Nine posts in November");
  assert.equal(title("month", "2027-03-01", 1), "One post in March 2027");
  assert.equal(title("month", "2026-12-01", 0), "Nothing is planned for December");
  assert.equal(title("month", "2026-10-01", 0), "Nothing went out in October");
  assert.equal(title("month", today, 1000, true), "At least 1,000 posts in November");
  assert.equal(title("week", today, 13), "13 posts this week");
  assert.equal(title("week", "2026-11-30", 2), "Two posts in the week of 30 November");
  assert.equal(title("day", today, 2), "Two posts today");
  assert.equal(title("day", today, 0), "Nothing is planned for today");
  assert.equal(title("day", "2026-11-25", 0), "Nothing is planned for Wednesday, 25 November");
  assert.equal(title("day", "2027-01-04", 1), "One post on Monday, 4 January 2027");
  assert.equal(title("week", today, 0), "Nothing is planned this week");
  assert.equal(title("week", "2026-11-30", 0), "Nothing is planned for the week of 30 November");
});
