/** The list of posts: newest change first, filtered by state, channel and words, one bounded page at a time. */
import type { PublicationState } from "../../database/index.ts";
import { Refusal, words } from "../../web/index.ts";
import { rowOf, type PostRowView } from "./rows.ts";
import type { ShowRooms } from "./show.ts";

export interface ListQuery {
  state: string;
  channel: string;
  text: string;
  cursor: string;
}

export interface ListView {
  query: ListQuery;
  /** What the list holds, as a sentence would say it. */
  title: string;
  filters: Array<{ id: string; label: string; href: string; current: boolean }>;
  channels: Array<{ id: string; label: string; platform: string }>;
  rows: PostRowView[];
  /** Address of the next page, null on the last. */
  next: string | null;
  /** Nothing is stored at all, as against nothing found. */
  none: boolean;
}

const PAGE = 30;

/** Filter → publication states; "draft" and "" are about the post itself. */
const STATES: Readonly<Record<string, { label: string; title: string; states: readonly PublicationState[] }>> = {
  scheduled: { label: "Scheduled", title: "Waiting for their time", states: ["scheduled"] },
  moving: { label: "On their way", title: "On their way", states: ["publishing", "confirming"] },
  needs: { label: "Need you", title: "Waiting for you", states: ["in_inbox", "held", "unconfirmed", "failed"] },
  published: { label: "Published", title: "Out in the world", states: ["published"] },
};

export function readListQuery(query: Readonly<Record<string, unknown>>): ListQuery {
  const one = (name: string): string => (typeof query[name] === "string" ? query[name].slice(0, 200) : "");
  const state = one("state");
  return {
    state: state === "draft" || Object.hasOwn(STATES, state) ? state : "",
    channel: one("channel"),
    text: one("text").trim(),
    cursor: one("cursor"),
  };
}

export function listView(rooms: ShowRooms, workspace: { id: string; timeZone: string }, query: ListQuery): ListView {
  const found = idsOf(rooms, workspace.id, query);
  const page = found.slice(0, PAGE);
  const posts = page.flatMap(({ id }) => rooms.posts.find(workspace.id, id) ?? []);
  const now = rooms.house.clock.now();
  const last = page.at(-1);
  const filtered = query.state !== "" || query.channel !== "" || query.text !== "" || query.cursor !== "";
  return {
    query,
    title: query.state === "draft" ? "Drafts" : (STATES[query.state]?.title ?? "Everything you wrote"),
    filters: filtersOf(query),
    channels: rooms.channels
      .list(workspace.id)
      .filter((channel) => channel.state !== "disconnected")
      .map((channel) => ({ id: channel.id, label: channel.label, platform: channel.platform.name })),
    rows: posts.map((post) => rowOf(rooms, workspace, post, (at) => listTime(at, workspace.timeZone, now))),
    next: found.length > PAGE && last ? hrefOf({ ...query, cursor: cursorOf(last) }) : null,
    none: posts.length === 0 && !filtered,
  };
}

/** "17:30" today, "Wed 17:30" within a week, "25 Nov" beyond. */
function listTime(at: number, timeZone: string, now: number): string {
  if (words.isoDay(at, timeZone) === words.isoDay(now, timeZone)) return words.clockTime(at, timeZone);
  const day = words.shortDay(at, timeZone);
  if (Math.abs(at - now) < 6 * 86_400_000) return `${day.slice(0, 3)} ${words.clockTime(at, timeZone)}`;
  return day.slice(4);
}

function filtersOf(query: ListQuery): ListView["filters"] {
  const all = [["", "All"], ["draft", "Drafts"], ...Object.entries(STATES).map(([id, { label }]) => [id, label])];
  return all.map(([id = "", label = ""]) => ({
    id,
    label,
    href: hrefOf({ ...query, state: id, cursor: "" }),
    current: id === query.state,
  }));
}

function hrefOf(query: ListQuery): string {
  const set = Object.entries(query).filter(([, value]) => value !== "");
  return set.length > 0 ? `/posts?${new URLSearchParams(set).toString()}` : "/posts";
}

interface Found {
  id: string;
  updated_at: number;
}

/** One more than a page, so that it is known whether there is a next. */
function idsOf(rooms: ShowRooms, workspaceId: string, query: ListQuery): Found[] {
  const conditions = ["posts.workspace_id = @workspaceId"];
  const states = STATES[query.state]?.states;
  if (query.state === "draft") conditions.push("posts.state = 'draft'");
  if (states) {
    conditions.push(
      `posts.state = 'planned' AND EXISTS (SELECT 1 FROM publications WHERE publications.post_id = posts.id
         AND publications.state IN (SELECT value FROM json_each(@states)))`,
    );
  }
  if (query.channel) {
    conditions.push(
      "EXISTS (SELECT 1 FROM post_channels WHERE post_channels.post_id = posts.id AND post_channels.channel_id = @channel)",
    );
  }
  if (query.text) {
    conditions.push(
      `(posts.text LIKE @text ESCAPE '\\' OR EXISTS (SELECT 1 FROM post_channels
         WHERE post_channels.post_id = posts.id AND post_channels.text LIKE @text ESCAPE '\\'))`,
    );
  }
  const after = query.cursor ? readCursor(query.cursor) : null;
  if (after) conditions.push("(posts.updated_at, posts.id) < (@updatedAt, @afterId)");
  return rooms.house.db.all<Found>(
    `SELECT posts.id, posts.updated_at FROM posts WHERE ${conditions.join(" AND ")}
     ORDER BY posts.updated_at DESC, posts.id DESC LIMIT ${PAGE + 1}`,
    {
      workspaceId,
      ...(states && { states: JSON.stringify(states) }),
      ...(query.channel && { channel: query.channel }),
      ...(query.text && { text: `%${query.text.replaceAll(/[\\%_]/g, "\\$&")}%` }),
      ...(after && { updatedAt: after.updatedAt, afterId: after.id }),
    },
  );
}

function cursorOf(row: Found): string {
  return Buffer.from(`${row.updated_at}.${row.id}`).toString("base64url");
}

function readCursor(cursor: string): { updatedAt: number; id: string } {
  const [, updatedAt, id] = /^(\d{1,15})\.([\w-]{1,64})$/.exec(Buffer.from(cursor, "base64url").toString()) ?? [];
  if (updatedAt && id) return { updatedAt: Number(updatedAt), id };
  throw new Refusal(400, {
    title: "That page of the list is not there",
    message: "The address does not say where to go on.",
    next: "Start again from the first page.",
  });
}
