/** What stands in the calendar: one entry per post and time, read through the index, each day bounded. */
import type { PublicationState } from "../database/index.ts";
import type { House } from "../house.ts";
import { titleOf } from "../posts/index.ts";
import { words } from "../web/index.ts";
import type { Mark, Marks } from "./marks.ts";
import type { DaySpan } from "./ranges.ts";

export interface Entry {
  postId: string;
  href: string;
  iso: string;
  /** The day and the clock in the workspace's zone: "2026-11-22", "17:30". */
  day: string;
  time: string;
  title: string;
  /** One mark for each channel; what the calendar has no room for is counted. */
  marks: Mark[];
  moreMarks: number;
  state: { word: string; hue: string; hollow: boolean };
  /** Nothing of the post has begun, failed or was called off: it may be moved as a whole. */
  movable: boolean;
}

/** `more`: the bound was met, and later ones of that day are left out. */
export interface DayRead {
  entries: Entry[];
  more: boolean;
}

export interface Reading {
  workspace: { id: string; timeZone: string };
  marks: Marks;
  /** "" for all */
  channel: string;
  /** Publications read for the day. */
  most: number;
}

interface Row {
  post_id: string;
  channel_id: string;
  state: PublicationState;
  due_at: number;
  text: string;
}

const MOST_MARKS = 4;

/** Publications read with one question. */
const MOST_AT_ONCE = 1000;

const OF_A_DAY = `SELECT publications.post_id, publications.channel_id, publications.state, publications.due_at,
    substr(posts.text, 1, 300) AS text
  FROM publications JOIN posts ON posts.id = publications.post_id
  WHERE publications.workspace_id = @workspace AND publications.due_at >= @from AND publications.due_at < @to
    AND publications.state <> 'cancelled'`;
const IN_ORDER = `ORDER BY publications.due_at, publications.id LIMIT @most`;

/** The statements themselves, so that a test can ask for their plan. */
export const ALL_CHANNELS = `${OF_A_DAY} ${IN_ORDER}`;
export const ONE_CHANNEL = `${OF_A_DAY} AND publications.channel_id = @channel ${IN_ORDER}`;

/** Entries due on each of these days, which follow one another, earliest first; what was called off is left out. */
export function entriesOn(house: House, days: readonly DaySpan[], reading: Reading): DayRead[] {
  const read = rowsOn(house, days, reading).map((rows) => groupsOf(rows, reading.most));
  const stuck = notMovable(
    house,
    reading.workspace.id,
    read.flatMap(({ groups }) => groups),
  );
  return read.map(({ groups, more }, index) => ({
    entries: groups.map((group) => entryOf(group, days[index]!.iso, reading, stuck)),
    more,
  }));
}

/** At most one row more than the bound for each day. One question for all days, unless they hold too much for one. */
function rowsOn(house: House, days: readonly DaySpan[], reading: Reading): Row[][] {
  const [first, last] = [days[0], days.at(-1)];
  if (!first || !last) return [];
  const all = rowsBetween(house, first.from, last.to, MOST_AT_ONCE, reading);
  if (all.length === MOST_AT_ONCE)
    return days.map((day) => rowsBetween(house, day.from, day.to, reading.most + 1, reading));
  const byDay: Row[][] = days.map(() => []);
  let index = 0;
  for (const row of all) {
    while (row.due_at >= days[index]!.to) index += 1;
    if (byDay[index]!.length <= reading.most) byDay[index]!.push(row);
  }
  return byDay;
}

function rowsBetween(house: House, from: number, to: number, most: number, { workspace, channel }: Reading): Row[] {
  const asked = { workspace: workspace.id, from, to, most };
  return channel === "" ? house.db.all(ALL_CHANNELS, asked) : house.db.all(ONE_CHANNEL, { ...asked, channel });
}

/** The rows of a day by post and time. */
function groupsOf(rows: readonly Row[], most: number): { groups: Row[][]; more: boolean } {
  const groups = [...Map.groupBy(rows, (row) => `${row.due_at} ${row.post_id}`).values()];
  const more = rows.length > most;
  // The last one may have been cut in the middle of its channels.
  if (more && groups.length > 1) groups.pop();
  return { groups, more };
}

function entryOf(group: readonly Row[], day: string, reading: Reading, stuck: ReadonlySet<string>): Entry {
  const [first] = group as [Row];
  const marks = group.flatMap((row) => reading.marks.get(row.channel_id) ?? []);
  const room = marks.length > MOST_MARKS ? MOST_MARKS - 1 : MOST_MARKS;
  const { state } = words.mostPressing(group) ?? first;
  return {
    postId: first.post_id,
    href: `/posts/${first.post_id}`,
    iso: new Date(first.due_at).toISOString(),
    day,
    time: words.clockTime(first.due_at, reading.workspace.timeZone),
    title: titleOf(first.text),
    marks: marks.slice(0, room),
    moreMarks: Math.max(0, marks.length - room),
    state: words.stateWords(state),
    movable: !stuck.has(first.post_id),
  };
}

/** Posts of which some part is not simply waiting for its time. Moving one of those would send again what was stopped. */
function notMovable(house: House, workspaceId: string, groups: readonly Row[][]): Set<string> {
  const whole = (group: readonly Row[]): boolean => group.every(({ state }) => state === "scheduled");
  const waiting = groups.filter(whole).map(([row]) => row!.post_id);
  const stuck = new Set(groups.filter((group) => !whole(group)).map(([row]) => row!.post_id));
  if (waiting.length === 0) return stuck;
  const rows = house.db.all<{ post_id: string }>(
    // The plus keeps SQLite from walking the whole workspace instead of the few ids.
    `SELECT DISTINCT publications.post_id FROM publications
     WHERE +publications.workspace_id = ? AND publications.state <> 'scheduled'
       AND publications.post_id IN (SELECT value FROM json_each(?))`,
    [workspaceId, JSON.stringify(waiting)],
  );
  for (const row of rows) stuck.add(row.post_id);
  return stuck;
}
