/** Moves a planned post to another day or hour: the clock that the calendar shows is what is kept. */
import type { FullPost } from "../posts/index.ts";
import { instantOf, titleOf, wallTimeOf } from "../posts/index.ts";
import { notFound, Refusal, refuseForm, words, type Visitor } from "../web/index.ts";
import type { Wired } from "../wiring.ts";
import { readDay } from "./ranges.ts";

export interface Move {
  postId: string;
  /** "2026-12-01" and "17:30" on the clock of the workspace; "" for a time means the one it has. */
  date: string;
  time: string;
}

export interface Moved {
  /** The day it stands on now, in the workspace's zone. */
  day: string;
  said: string;
}

/** What the form of a move begins with: the title, and the day and time on the clock of the workspace. */
export interface Movable {
  postId: string;
  title: string;
  day: string;
  time: string;
}

export function readMove(given: unknown): Move {
  const fields = typeof given === "object" && given !== null ? (given as Record<string, unknown>) : {};
  const one = (name: string): string => (typeof fields[name] === "string" ? fields[name].trim().slice(0, 40) : "");
  return { postId: one("postId"), date: one("date"), time: one("time").slice(0, 5) };
}

/** Throws Refusal 404 for strangers' posts, 409 when the post is no longer simply waiting. */
export function movable(wired: Wired, workspace: Visitor["workspace"], postId: string): Movable {
  const { post, at } = waitingPost(wired, workspace.id, postId);
  const { timeZone } = workspace;
  return { postId, title: titleOf(post.text), day: words.isoDay(at, timeZone), time: words.clockTime(at, timeZone) };
}

/**
 * Plans the post for its new time; its words, channels and zone stay. Throws Refusal 404 for strangers' posts, 409 when it is
 * no longer simply waiting, 422 for what is no time, and what Posts.submit throws (422 for a time that has passed).
 */
export async function movePost(wired: Wired, visitor: Visitor, move: Move): Promise<Moved> {
  const { workspace, account } = visitor;
  const { post, at: before } = waitingPost(wired, workspace.id, move.postId);
  const shown = words.clockTime(before, workspace.timeZone);
  const time = move.time === "" ? shown : move.time;
  const day = readDay(move.date);
  const at = day === null ? null : instantOf(`${day}T${time}`, workspace.timeZone);
  if (day === null || at === null) throw refuseForm("That is not a date and time. The post stays where it was.");
  if (day === words.isoDay(before, workspace.timeZone) && time === shown)
    return { day, said: "It stays where it was." };
  const input = { ...post, ...timeIn(post.timeZone, workspace.timeZone, `${day}T${time}`, at) };
  const known = { id: post.id, version: post.version };
  await wired.posts.submit(workspace.id, account.id, input, "schedule", known);
  return { day: words.isoDay(at, workspace.timeZone), said: said(wired, workspace.timeZone, at, time) };
}

function waitingPost(wired: Wired, workspaceId: string, postId: string): { post: FullPost; at: number } {
  const post = wired.posts.find(workspaceId, postId);
  if (!post) throw notFound("post");
  if (post.scheduledAt === null || !isWaiting(post)) throw noLongerWaiting();
  return { post, at: post.scheduledAt };
}

/** Every part of it waits for its time: none has begun, failed, is held or was called off. */
function isWaiting(post: FullPost): boolean {
  return post.state === "planned" && post.publications.every(({ state }) => state === "scheduled");
}

/** The post keeps its own zone; where that is another than the calendar's, the same instant is said in it. */
function timeIn(
  postZone: string,
  shownZone: string,
  wall: string,
  at: number,
): { wallTime: string | null; scheduledAt: number } {
  return { wallTime: postZone === shownZone ? wall : wallTimeOf(at, postZone), scheduledAt: at };
}

function said(wired: Wired, timeZone: string, at: number, meant: string): string {
  const moved = `Moved to ${words.dayAndTime(at, timeZone, wired.house.clock.now())}.`;
  return words.clockTime(at, timeZone) === meant ? moved : `${moved} The clocks skip ${meant} that night.`;
}

function noLongerWaiting(): Refusal {
  return new Refusal(409, {
    title: "This post cannot be moved as a whole",
    message: "A part of it has begun, has stopped or was called off. Nothing was changed.",
    next: "Open the post to see how each channel stands.",
  });
}
