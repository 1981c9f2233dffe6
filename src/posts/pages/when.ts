/** The time that stands in the form: what it is in words, what is wrong with it, and what the clock does that night. */
import { Temporal } from "temporal-polyfill";
import { words } from "../../web/index.ts";
import { isTimeZone } from "../../time-zone.ts";
import { instantOf } from "../schedule.ts";
import { wallTime, type ComposeForm } from "./form.ts";

export interface WhenView {
  /** UTC ms, null while no complete time is chosen. */
  at: number | null;
  /** "Wednesday, 25 November, 17:30 in Paris, in 3 days" */
  note: string;
  /** Beside the field; null when there is none. */
  problem: { field: "date" | "time" | "timeZone"; message: string; remedy: string } | null;
  /** "Schedule" or "Schedule for Wed 17:30" */
  button: string;
  /** Earliest date that makes sense, for the date field. */
  today: string;
}

/** A minute may pass between choosing and pressing the button. */
const PAST_GRACE_MS = 60_000;

/** `needed`: the person pressed Schedule, so that a missing time is a problem too. */
export function whenOf(form: ComposeForm, workspaceZone: string, now: number, needed = false): WhenView {
  const zone = isTimeZone(form.timeZone) ? form.timeZone : workspaceZone;
  const today = words.isoDay(now, zone);
  const nothing = { at: null, note: "", button: "Schedule", today };
  if (!isTimeZone(form.timeZone)) return { ...nothing, problem: unknownZone };
  const wall = wallTime(form);
  if (wall === null) return { ...nothing, problem: halfATime(form) ?? (needed ? noTime : null) };
  const at = instantOf(wall, zone);
  if (at === null) return { ...nothing, problem: noSuchDate };
  const place = zone === workspaceZone ? "" : ` in ${words.zoneName(zone)}`;
  return {
    at,
    note: [
      `${words.longDay(at, zone)}, ${words.clockTime(at, zone)} in ${words.zoneName(zone)}, ${words.distance(at, now)}.`,
      clockNote(wall, zone),
    ]
      .filter(Boolean)
      .join(" "),
    problem: at < now - PAST_GRACE_MS ? inThePast : null,
    button: `Schedule for ${shortly(at, zone, now)}${place}`,
    today,
  };
}

const unknownZone = {
  field: "timeZone" as const,
  message: "That time zone is not known.",
  remedy: "Choose one from the list.",
};
const noTime = {
  field: "date" as const,
  message: "No time is chosen.",
  remedy: "Choose a date and a time, or publish now.",
};
const noSuchDate = {
  field: "date" as const,
  message: "There is no such date.",
  remedy: "Choose a day from the calendar.",
};
const inThePast = {
  field: "time" as const,
  message: "That time has passed.",
  remedy: "Choose a later one, or publish now.",
};

function halfATime(form: ComposeForm): WhenView["problem"] {
  if (form.date !== "") return { field: "time", message: "The time is missing.", remedy: "Choose a time of day." };
  if (form.time !== "") return { field: "date", message: "The date is missing.", remedy: "Choose a day." };
  return null;
}

/** "today 17:30", "Wed 17:30" within a week, "Wed 25 Nov 17:30" beyond. */
function shortly(at: number, zone: string, now: number): string {
  const said = words.dayAndTime(at, zone, now);
  const near = at > now && at - now < 6 * 86_400_000;
  return near ? said.replace(/^(\w{3}) \d+ \w+ /, "$1 ") : said;
}

/** What the change to or from summer time does to this wall time; "" on every other day. */
export function clockNote(wall: string, zone: string): string {
  const plain = Temporal.PlainDateTime.from(wall);
  const earlier = plain.toZonedDateTime(zone, { disambiguation: "earlier" });
  const later = plain.toZonedDateTime(zone, { disambiguation: "later" });
  if (earlier.epochMilliseconds === later.epochMilliseconds) return "";
  const meant = plain.toPlainTime().toString({ smallestUnit: "minute" });
  if (later.toPlainDateTime().equals(plain)) {
    return `The clocks are set back that night and show ${meant} twice; the first is meant.`;
  }
  const real = later.toPlainTime().toString({ smallestUnit: "minute" });
  return `The clocks skip ${meant} that night; it goes out at ${real}.`;
}

/** `?at=` of a link into the form: "2026-12-01", "2026-12-01T17:30" or an instant in UTC ms; anything else presets nothing. */
export function presetOf(at: string, zone: string): { date: string; time: string } | null {
  const wall = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}))?/.exec(at);
  if (wall) return { date: wall[1] ?? "", time: wall[2] ?? "" };
  if (!/^\d{12,14}$/.test(at)) return null;
  return { date: words.isoDay(Number(at), zone), time: words.clockTime(Number(at), zone) };
}
