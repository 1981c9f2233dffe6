/** Builds Today: what goes out, what comes this week, what waits for a person, what just landed. */
import { findPlatform, type Platform } from "../platforms/index.ts";
import { rowOf, titleOf, type PostRowView } from "../posts/index.ts";
import { words } from "../web/index.ts";
import type { Wired } from "../wiring.ts";
import { startOfDay } from "./days.ts";
import { needsOf, type NeedView } from "./needs.ts";

export interface Landed {
  platform: Platform | null;
  title: string;
  at: string;
  iso: string;
  url: string | null;
  href: string;
}

export interface FirstStep {
  title: string;
  text: string;
  done: boolean;
  action: { label: string; href: string };
}

export interface TodayView {
  /** "Sunday, 22 November · Paris" */
  line: string;
  /** "Three posts go out today" */
  title: string;
  today: PostRowView[];
  week: PostRowView[];
  moreThisWeek: boolean;
  needs: NeedView[];
  landed: Landed[];
  /** Until the first post was planned: what is done and what comes next. */
  steps: FirstStep[] | null;
}

type Workspace = { id: string; name: string; timeZone: string };

const MOST_TODAY = 40;
const MOST_WEEK = 20;
const MOST_LANDED = 4;
const LANDED_WITHIN_MS = 24 * 3_600_000;

export function todayView(wired: Wired, workspace: Workspace): TodayView {
  const now = wired.house.clock.now();
  const zone = workspace.timeZone;
  const [begin, end, weekEnd] = [0, 1, 7].map((days) => startOfDay(now, zone, days)) as [number, number, number];
  const clock = (at: number): string => words.clockTime(at, zone);
  const dayAndClock = (at: number): string => `${words.shortDay(at, zone).slice(0, 3)} ${clock(at)}`;
  const today = between(wired, workspace, begin, end, MOST_TODAY, clock);
  const week = between(wired, workspace, end, weekEnd, MOST_WEEK + 1, dayAndClock);
  return {
    line: `${words.longDay(now, zone)} · ${words.zoneName(zone)}`,
    title: titleFor(today),
    today,
    week: week.slice(0, MOST_WEEK),
    moreThisWeek: week.length > MOST_WEEK,
    needs: needsOf(wired, workspace),
    landed: landedOf(wired, workspace, now),
    steps: stepsOf(wired, workspace.id),
  };
}

/** Planned posts that go out in [from, to), earliest first. */
function between(
  wired: Wired,
  workspace: Workspace,
  from: number,
  to: number,
  limit: number,
  timeOf: (at: number) => string,
): PostRowView[] {
  const found = wired.house.db.all<{ id: string }>(
    `SELECT posts.id FROM posts
     WHERE posts.workspace_id = ? AND posts.scheduled_at >= ? AND posts.scheduled_at < ? AND posts.state = 'planned'
     ORDER BY posts.scheduled_at LIMIT ?`,
    [workspace.id, from, to, limit],
  );
  return found
    .flatMap(({ id }) => wired.posts.find(workspace.id, id) ?? [])
    .filter((post) => post.publications.some(({ state }) => state !== "cancelled"))
    .map((post) => rowOf(wired, workspace, post, timeOf));
}

/** Words of states in which a person must act before anything goes on. */
const STOPPED: ReadonlySet<string> = new Set(["Failed", "Held", "Unconfirmed", "In your inbox"]);

/** "Three posts go out today"; "went out" when nothing is left to do; "need you today" when all that is left has stopped. */
export function titleFor(today: ReadonlyArray<{ state: { word: string } }>): string {
  if (today.length === 0) return "Nothing goes out today";
  const moving = today.filter(({ state }) => !STOPPED.has(state.word));
  const stopped = moving.length === 0;
  const shown = stopped ? today : moving;
  const number = shown.length >= MOST_TODAY ? `At least ${MOST_TODAY}` : words.number(shown.length);
  const one = shown.length === 1;
  const posts = one ? "One post" : `${number} posts`;
  if (stopped) return `${posts} ${one ? "needs" : "need"} you today`;
  if (shown.every(({ state }) => state.word === "Published")) return `${posts} went out today`;
  return `${posts} ${one ? "goes" : "go"} out today`;
}

function landedOf(wired: Wired, workspace: Workspace, now: number): Landed[] {
  const rows = wired.house.db.all<{
    id: string;
    post_id: string;
    platform: string;
    url: string | null;
    published_at: number;
    text: string;
  }>(
    `SELECT publications.id, publications.post_id, publications.platform, publications.url, publications.published_at, posts.text
     FROM publications JOIN posts ON posts.id = publications.post_id
     WHERE publications.workspace_id = ? AND publications.published_at >= ? AND publications.state = 'published'
     ORDER BY publications.published_at DESC LIMIT ${MOST_LANDED}`,
    [workspace.id, now - LANDED_WITHIN_MS],
  );
  return rows.map((row) => ({
    platform: findPlatform(row.platform) ?? null,
    title: titleOf(row.text, 60),
    at: words.distance(row.published_at, now).replace(/^now$/, "just now"),
    iso: new Date(row.published_at).toISOString(),
    url: row.url !== null && /^https?:\/\//i.test(row.url) ? row.url : null,
    href: `/posts/${row.post_id}#p-${row.id}`,
  }));
}

/** The first evening: shown until something was planned once. */
function stepsOf(wired: Wired, workspaceId: string): FirstStep[] | null {
  const has = (table: "publications" | "media" | "posts"): boolean =>
    wired.house.db.get(`SELECT 1 FROM ${table} WHERE ${table}.workspace_id = ? LIMIT 1`, [workspaceId]) !== undefined;
  if (has("publications")) return null;
  const channels = wired.channels.list(workspaceId).filter((channel) => channel.state !== "disconnected");
  const names = channels.map((channel) => channel.label);
  return [
    {
      title: "Connect a channel",
      text:
        names.length > 0
          ? `${names.slice(0, 3).join(", ")} ${names.length === 1 ? "is" : "are"} connected.`
          : "Sign in at a platform once; Postern keeps the key sealed on this machine.",
      done: names.length > 0,
      action: { label: "Connect a channel", href: "/channels" },
    },
    {
      title: "Upload a video or a picture",
      text: "It is measured on arrival, so you learn at once which channels it fits.",
      done: has("media"),
      action: { label: "Upload something", href: "/media" },
    },
    {
      title: "Write once, say it well everywhere",
      text: "Choose channels, a time, and see how it will look on each.",
      done: false,
      action: { label: has("posts") ? "Go on writing" : "Write a post", href: has("posts") ? "/posts" : "/posts/new" },
    },
  ];
}
