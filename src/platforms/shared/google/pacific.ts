/** Google's quota day: it begins at midnight in California, summer time included. */

const CALENDAR = new Intl.DateTimeFormat("en-CA", {
  timeZone: "America/Los_Angeles",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});

/** UTC ms of the next midnight in America/Los_Angeles after `now`. */
export function nextPacificMidnight(now: number): number {
  const { year, month, day } = local(now);
  // Clocks change there at two in the morning, so midnight is always either 07:00 or 08:00 UTC.
  const summer = Date.UTC(year, month - 1, day + 1, 7);
  return local(summer).hour === 0 ? summer : summer + 3_600_000;
}

function local(at: number): { year: number; month: number; day: number; hour: number } {
  const parts = CALENDAR.formatToParts(at);
  const read = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  return { year: read("year"), month: read("month"), day: read("day"), hour: read("hour") };
}
