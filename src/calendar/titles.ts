/** What a stretch of the calendar is called: a sentence that says what is so. */
import { words } from "../web/index.ts";
import { noonOf, type Range, type ViewName } from "./ranges.ts";

/** "Nine posts in November", "Nothing is planned for December", "One post this week", "Two posts today". Days are "2026-11-22". */
export function titleFor(view: ViewName, range: Range, count: number, more: boolean, today: string): string {
  const over = range.last < today;
  const name = periodName(view, range, today);
  if (count === 0 && over) return `Nothing went out ${name}`;
  if (count === 0) return `Nothing is planned ${name === "today" ? "for today" : name.replace(/^(in|on) /, "for ")}`;
  const number = words.number(count);
  const posts = count === 1 ? "post" : "posts";
  return more ? `At least ${number.toLowerCase()} ${posts} ${name}` : `${number} ${posts} ${name}`;
}

/** "November", "March 2027" when it is not of this year. */
export function monthName(day: string, today: string): string {
  const [, month = "", year = ""] = words.fullDate(noonOf(day), "UTC").split(" ");
  return day.slice(0, 4) === today.slice(0, 4) ? month : `${month} ${year}`;
}

function periodName(view: ViewName, range: Range, today: string): string {
  if (view === "week") return weekName(range, today);
  if (view === "day") return range.first === today ? "today" : `on ${dayName(range.first, today)}`;
  return `in ${monthName(range.first, today)}`;
}

/** "Wednesday, 25 November", with its year when it is not of this one. */
function dayName(day: string, today: string): string {
  const name = words.longDay(noonOf(day), "UTC");
  return day.slice(0, 4) === today.slice(0, 4) ? name : `${name} ${day.slice(0, 4)}`;
}

function weekName(range: Range, today: string): string {
  if (today >= range.first && today <= range.last) return "this week";
  const date = words.fullDate(noonOf(range.first), "UTC");
  const year = range.first.slice(0, 4);
  return `in the week of ${year === today.slice(0, 4) ? date.replace(` ${year}`, "") : date}`;
}
