/** The list of posts as its page shows it: filters, one bounded page of rows, and the way on. */
import { words } from "../../web/index.ts";
import { findPosts, type Found } from "../find-posts.ts";
import { hrefOf, isNarrowed, postQueryOf, stateFilters, type ListQuery } from "./list-query.ts";
import { periodLabels, periodOf, PERIODS, type Period } from "./periods.ts";
import { foundOnce } from "./found-once.ts";
import { rowOf, type PostRowView } from "./rows.ts";
import type { ShowRooms } from "./show.ts";

export interface ListView {
  query: ListQuery;
  /** What the list holds, as a sentence would say it. */
  title: string;
  filters: Array<{ id: string; label: string; href: string; current: boolean }>;
  channels: Array<{ id: string; label: string; platform: string }>;
  periods: Array<{ id: string; label: string }>;
  zone: string;
  /** Why no period can be made of the dates. */
  problem: string | null;
  rows: PostRowView[];
  /** "Last changed first" */
  order: string;
  /** Address of the next page, null on the last. */
  next: { href: string; label: string } | null;
  /** Said when only a part was looked through. */
  lookedAt: string | null;
  /** The address of this very list, to come back to. */
  here: string;
  narrowed: boolean;
  /** Nothing is stored at all, as against nothing found. */
  none: boolean;
}

const PAGE = 30;

export function listView(rooms: ShowRooms, workspace: { id: string; timeZone: string }, query: ListQuery): ListView {
  const now = rooms.house.clock.now();
  const period = periodOf(query, workspace.timeZone, now);
  const found = idsOf(rooms, workspace.id, query, period);
  const posts = rooms.posts.several(workspace.id, found.ids);
  const narrowed = isNarrowed(query);
  const today = words.isoDay(now, workspace.timeZone);
  const connected = rooms.channels.list(workspace.id);
  const once = { ...rooms, channels: foundOnce(rooms.channels, connected) };
  return {
    query,
    title: titleOf(query),
    filters: filtersOf(query),
    channels: connected.map(({ id, label, platform }) => ({ id, label, platform: platform.name })),
    periods: PERIODS.map((id) => ({ id, label: periodLabels[id] })),
    zone: words.zoneName(workspace.timeZone),
    problem: period.problem,
    rows: posts.map((post) => rowOf(once, workspace, post, (at) => listTime(at, workspace.timeZone, now, today))),
    order: orderWords(query, period),
    next: nextOf(query, found),
    lookedAt: found.lookedAt === null ? null : lookedAtWords(posts.length, found.lookedAt),
    here: hrefOf(query),
    narrowed,
    none: posts.length === 0 && !narrowed && query.cursor === "" && found.cursor === null,
  };
}

function idsOf(rooms: ShowRooms, workspaceId: string, query: ListQuery, period: Period): Found {
  if (period.problem !== null) return { ids: [], cursor: null, lookedAt: null };
  const page = { limit: PAGE, cursor: query.cursor || null };
  return findPosts(rooms.house.db, workspaceId, postQueryOf(query, period), page);
}

function titleOf(query: ListQuery): string {
  if (query.state !== "") return query.state === "draft" ? "Drafts" : (stateFilters[query.state]?.title ?? "");
  return "Everything you wrote";
}

/** Says what findPosts does with this query. */
function orderWords(query: ListQuery, period: Period): string {
  const { search, standing, channelId, state, latest, from, to } = postQueryOf(query, period);
  if (search) return "Newest first";
  if (standing || from !== undefined || to !== undefined) return latest ? "Latest first" : "Soonest first";
  return channelId && state !== "draft" ? "Newest first" : "Last changed first";
}

function nextOf(query: ListQuery, found: Found): ListView["next"] {
  if (found.cursor === null) return null;
  const href = hrefOf({ ...query, cursor: found.cursor });
  return { href, label: found.lookedAt === null ? "More posts" : "Look further" };
}

function lookedAtWords(rows: number, lookedAt: number): string {
  const amount = `${words.amount(lookedAt)} posts have been looked through`;
  return rows === 0 ? `${amount} and none of them fits yet.` : `${amount} for these.`;
}

/** "17:30" today, "Wed 17:30" within a week, "25 Nov" beyond, with the year where it is another. */
function listTime(at: number, timeZone: string, now: number, today: string): string {
  const day = words.isoDay(at, timeZone);
  if (day === today) return words.clockTime(at, timeZone);
  const short = words.shortDay(at, timeZone);
  if (Math.abs(at - now) < 6 * 86_400_000) return `${short.slice(0, 3)} ${words.clockTime(at, timeZone)}`;
  return day.slice(0, 4) === today.slice(0, 4) ? short.slice(4) : `${short.slice(4)} ${day.slice(0, 4)}`;
}

function filtersOf(query: ListQuery): ListView["filters"] {
  const all = [["", "All"], ["draft", "Drafts"], ...Object.entries(stateFilters).map(([id, { label }]) => [id, label])];
  return all.map(([id = "", label = ""]) => ({
    id,
    label,
    href: hrefOf({ ...query, state: id, cursor: "" }),
    current: id === query.state,
  }));
}
