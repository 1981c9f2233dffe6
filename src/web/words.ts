/** How times, sizes and states are said on pages; pure functions, used by page builders. */
import type { PublicationState } from "../database/index.ts";
import { wallClock } from "../time-zone.ts";

const DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
const MONTHS = "January February March April May June July August September October November December".split(" ");

/** "17:30" */
export function clockTime(at: number, timeZone: string): string {
  const wall = wallClock(at, timeZone);
  return `${two(wall.getUTCHours())}:${two(wall.getUTCMinutes())}`;
}

/** "12:15:09" */
export function clockSeconds(at: number, timeZone: string): string {
  return `${clockTime(at, timeZone)}:${two(wallClock(at, timeZone).getUTCSeconds())}`;
}

/** "Sunday, 22 November" */
export function longDay(at: number, timeZone: string): string {
  const wall = wallClock(at, timeZone);
  return `${DAYS[wall.getUTCDay()]}, ${wall.getUTCDate()} ${MONTHS[wall.getUTCMonth()]}`;
}

/** "Wed 25 Nov" */
export function shortDay(at: number, timeZone: string): string {
  const wall = wallClock(at, timeZone);
  const month = MONTHS[wall.getUTCMonth()]!;
  return `${DAYS[wall.getUTCDay()]!.slice(0, 3)} ${wall.getUTCDate()} ${month === "September" ? "Sept" : month.slice(0, 3)}`;
}

/** "22 November 2026" */
export function fullDate(at: number, timeZone: string): string {
  const wall = wallClock(at, timeZone);
  return `${wall.getUTCDate()} ${MONTHS[wall.getUTCMonth()]} ${wall.getUTCFullYear()}`;
}

/** "2026-11-22" in that zone: for comparing days. */
export function isoDay(at: number, timeZone: string): string {
  return wallClock(at, timeZone).toISOString().slice(0, 10);
}

/** "today 17:30", "tomorrow 09:00", "Wed 25 Nov 17:30" */
export function dayAndTime(at: number, timeZone: string, now: number): string {
  const day = isoDay(at, timeZone);
  const time = clockTime(at, timeZone);
  if (day === isoDay(now, timeZone)) return `today ${time}`;
  if (day === isoDay(now + 86_400_000, timeZone)) return `tomorrow ${time}`;
  if (day === isoDay(now - 86_400_000, timeZone)) return `yesterday ${time}`;
  return `${shortDay(at, timeZone)} ${time}`;
}

/** "in 5 h 41 min", "3 minutes ago", "now" */
export function distance(at: number, now: number): string {
  const seconds = Math.round(Math.abs(at - now) / 1000);
  if (seconds < 10) return "now";
  const text = span(seconds);
  return at > now ? `in ${text}` : `${text} ago`;
}

function span(seconds: number): string {
  if (seconds < 60) return `${seconds} seconds`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return minutes === 1 ? "a minute" : `${minutes} minutes`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  const days = Math.round(hours / 24);
  return days === 1 ? "a day" : `${days} days`;
}

/** "Paris" for "Europe/Paris" */
export function zoneName(timeZone: string): string {
  return (timeZone.split("/").pop() ?? timeZone).replaceAll("_", " ");
}

/** "52 MB", decimal as people see it in their file manager. */
export function fileSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  const units = ["kB", "MB", "GB", "TB"];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 10 ? value.toFixed(1).replace(/\.0$/, "") : Math.round(value)} ${units[unit]}`;
}

/** "0:48", "1:02:03" */
export function playTime(ms: number): string {
  const total = Math.round(ms / 1000);
  const seconds = String(total % 60).padStart(2, "0");
  const minutes = Math.floor(total / 60) % 60;
  const hours = Math.floor(total / 3600);
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${seconds}` : `${minutes}:${seconds}`;
}

/** "one channel", "3 channels" */
export function count(n: number, one: string, many = `${one}s`): string {
  return n === 1 ? `one ${one}` : `${amount(n)} ${many}`;
}

const NUMBERS = "No One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve".split(" ");

/** A number that begins a sentence: "No", "One" … "Twelve", "13", "1,000". */
export function number(n: number): string {
  return NUMBERS[n] ?? amount(n);
}

/** "999", "1,000" */
export function amount(n: number): string {
  return Math.abs(n) < 1000 ? String(n) : n.toLocaleString("en");
}

function two(n: number): string {
  return n < 10 ? `0${n}` : String(n);
}

const URGENCY: readonly PublicationState[] = [
  "failed",
  "unconfirmed",
  "held",
  "in_inbox",
  "publishing",
  "confirming",
  "scheduled",
  "published",
  "cancelled",
];

/** The one that presses most: what stopped comes before what moves, what moves before what is done. Undefined for none. */
export function mostPressing<Part extends { state: PublicationState }>(parts: readonly Part[]): Part | undefined {
  const rank = ({ state }: Part): number => URGENCY.indexOf(state);
  return parts.reduce<Part | undefined>((most, part) => (most && rank(most) <= rank(part) ? most : part), undefined);
}

/** A publication's state as a word, a hue class, and whether its dot is hollow (not begun). */
export function stateWords(state: PublicationState): { word: string; hue: string; hollow: boolean } {
  switch (state) {
    case "scheduled":
      return { word: "Scheduled", hue: "", hollow: true };
    case "publishing":
      return { word: "Uploading", hue: "moving", hollow: false };
    case "confirming":
      return { word: "Confirming", hue: "moving", hollow: false };
    case "published":
      return { word: "Published", hue: "live", hollow: false };
    case "in_inbox":
      return { word: "In your inbox", hue: "waiting", hollow: false };
    case "held":
      return { word: "Held", hue: "waiting", hollow: false };
    case "unconfirmed":
      return { word: "Unconfirmed", hue: "unsure", hollow: false };
    case "failed":
      return { word: "Failed", hue: "broken", hollow: false };
    case "cancelled":
      return { word: "Cancelled", hue: "", hollow: true };
  }
}
