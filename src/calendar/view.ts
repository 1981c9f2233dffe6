/** Builds the calendar page: its title, its days with their entries, and the ways on from there. */
import { words } from "../web/index.ts";
import type { Wired } from "../wiring.ts";
import { entriesOn, type DayRead, type Entry } from "./entries.ts";
import { marksOf, type Mark, type Marks } from "./marks.ts";
import { hrefOf, noonOf, queryOf, rangeOf, type Asked, type Range, type ViewName } from "./ranges.ts";
import { monthName, titleFor } from "./titles.ts";

export interface Day {
  iso: string;
  /** "22", "Sun" and "Sunday, 22 November" */
  number: string;
  weekday: string;
  label: string;
  today: boolean;
  past: boolean;
  /** Of the month before or after. */
  outside: boolean;
  picked: boolean;
  entries: Entry[];
  /** There are more than were read. */
  more: boolean;
  /** The 24 hours of a week's or a day's column. */
  hours: Hour[];
  hrefs: { month: string; day: string; write: string };
}

export interface Hour {
  /** "09" */
  name: string;
  now: boolean;
  past: boolean;
  write: string;
  entries: Entry[];
}

export interface CalendarView {
  asked: Asked;
  /** "view=month&at=2026-11-22": how a move finds its way back. */
  query: string;
  line: string;
  title: string;
  zone: string;
  tabs: Array<{ id: ViewName; label: string; href: string; current: boolean }>;
  previous: { label: string; href: string };
  next: { label: string; href: string };
  todayHref: string;
  /** Today is among what is shown. */
  now: boolean;
  /** In rows of seven for the month; one row else. */
  weeks: Day[][];
  picked: Day | null;
  /** The channels whose posts are shown, each with a way to see only its own, and the way back to all. */
  channels: Array<Mark & { href: string; current: boolean }>;
  allHref: string;
  /** What to say, and where to plan something, when nothing stands here. */
  empty: { text: string; href: string } | null;
  bound: string | null;
  /** Something shown may be moved. */
  movable: boolean;
  earliest: string;
}

/** Publications read for one day of each view; what is beyond is said to be there. */
const MOST: Readonly<Record<ViewName, number>> = { month: 30, list: 60, week: 100, day: 500 };
const LABELS: ReadonlyArray<[ViewName, string]> = [
  ["month", "Month"],
  ["week", "Week"],
  ["day", "Day"],
  ["list", "List"],
];
const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, "0"));

export function calendarView(wired: Wired, workspace: { id: string; timeZone: string }, asked: Asked): CalendarView {
  const { timeZone } = workspace;
  const range = rangeOf(asked, timeZone);
  const now = wired.house.clock.now();
  const today = words.isoDay(now, timeZone);
  const marks = marksOf(wired.house, workspace.id);
  const reading = { workspace, marks, channel: asked.channel, most: MOST[asked.view] };
  const reads = entriesOn(wired.house, range.days, reading);
  const around = { asked, range, today, hour: words.clockTime(now, timeZone).slice(0, 2) };
  const days = range.days.map(({ iso }, index) => dayOf(iso, reads[index]!, around));
  const own = days.filter(({ outside }) => !outside);
  const count = new Set(own.flatMap(({ entries }) => entries.map(({ postId }) => postId))).size;
  const more = own.some((day) => day.more);
  return {
    asked,
    query: queryOf(asked),
    line: `${words.longDay(now, timeZone)} · ${words.zoneName(timeZone)}`,
    title: titleFor(asked.view, range, count, more, today),
    zone: words.zoneName(timeZone),
    tabs: LABELS.map(([id, label]) => ({
      id,
      label,
      href: hrefOf({ ...asked, view: id }),
      current: id === asked.view,
    })),
    previous: stepTo(asked, range.previous, today),
    next: stepTo(asked, range.next, today),
    todayHref: hrefOf({ ...asked, at: today }),
    now: today >= range.first && today <= range.last,
    weeks: asked.view === "month" ? chunks(days) : [days],
    picked: days.find((day) => day.picked) ?? null,
    channels: legend(marks, days, asked),
    allHref: hrefOf({ ...asked, channel: "" }),
    empty: count > 0 || hourly(asked.view) ? null : emptyOf(range, asked, today),
    bound: more && asked.view !== "month" ? boundWords(asked.view) : null,
    movable: days.some(({ entries }) => entries.some((entry) => entry.movable)),
    earliest: today,
  };
}

interface Around {
  asked: Asked;
  range: Range;
  today: string;
  /** The hour it is now where the workspace is: "17". */
  hour: string;
}

function dayOf(iso: string, read: DayRead, { asked, range, today, hour }: Around): Day {
  const noon = noonOf(iso);
  const day = {
    iso,
    number: String(Number(iso.slice(8))),
    weekday: words.shortDay(noon, "UTC").slice(0, 3),
    label: words.longDay(noon, "UTC"),
    today: iso === today,
    past: iso < today,
    outside: iso < range.first || iso > range.last,
    picked: iso === asked.at,
    entries: read.entries,
    more: read.more,
    hrefs: {
      month: `${hrefOf({ ...asked, view: "month", at: iso })}#day`,
      day: hrefOf({ ...asked, view: "day", at: iso }),
      write: `/posts/new?at=${iso}`,
    },
  };
  return { ...day, hours: hourly(asked.view) ? hoursOf(day, hour) : [] };
}

/** Views that are laid out by hours: they stand there empty too, to be written into. */
function hourly(view: ViewName): boolean {
  return view === "week" || view === "day";
}

function hoursOf(day: Omit<Day, "hours">, current: string): Hour[] {
  const byHour = Map.groupBy(day.entries, ({ time }) => time.slice(0, 2));
  return HOURS.map((name) => ({
    name,
    now: day.today && name === current,
    past: day.past || (day.today && name < current),
    write: `/posts/new?at=${day.iso}T${name}:00`,
    entries: byHour.get(name) ?? [],
  }));
}

function chunks(days: readonly Day[]): Day[][] {
  return Array.from({ length: days.length / 7 }, (_, index) => days.slice(index * 7, index * 7 + 7));
}

/** "October", or "26 Oct" for a week and "Wed 26" for a day, with the year where it is another. */
function stepTo(asked: Asked, at: string, today: string): { label: string; href: string } {
  const short = words.shortDay(noonOf(at), "UTC");
  const label = { week: short.slice(4), day: short, month: "", list: "" }[asked.view] || monthName(at, today);
  return { label, href: hrefOf({ ...asked, at }) };
}

function legend(marks: Marks, days: readonly Day[], asked: Asked): CalendarView["channels"] {
  const shown = new Set(days.flatMap(({ entries }) => entries.flatMap((entry) => entry.marks)));
  return [...marks.values()]
    .filter((mark) => shown.has(mark) || mark.channelId === asked.channel)
    .map((mark) => ({
      ...mark,
      href: hrefOf({ ...asked, channel: mark.channelId }),
      current: mark.channelId === asked.channel,
    }));
}

function emptyOf(range: Range, asked: Asked, today: string): { text: string; href: string } {
  const first = range.first > today ? range.first : today;
  const href = range.last < today ? "/posts/new" : `/posts/new?at=${first}`;
  if (asked.channel !== "") return { text: "Nothing of this channel stands here. Other channels may have more.", href };
  return {
    text: "What you plan stands here on its day, with its channels and its hour. Move a post to another day and its hour goes with it.",
    href,
  };
}

function boundWords(view: ViewName): string {
  if (view === "day") return "This day has more than fits on one page: its first entries are shown.";
  return "Some days have more than fits on this page: their first entries are shown. A day on its own shows the rest.";
}
