/** Acts on several posts at once: one transaction a post, and an answer that names every one of them. */
import type { House } from "../house.ts";
import type { Publishing } from "../publishing/index.ts";
import { Refusal, words } from "../web/index.ts";
import { PostRefused, VersionConflict } from "./errors.ts";
import { movesOf, type Move, type Placed, type Wish } from "./moves.ts";
import type { Posts } from "./posts.ts";
import type { FullPost } from "./shapes.ts";
import { whyNotCalledOff, whyNotMoved } from "./standing.ts";

export interface SeveralRooms {
  house: House;
  posts: Posts;
  publishing: Publishing;
}

/** On whose behalf; times are said in this zone. */
export interface Actor {
  workspaceId: string;
  accountId: string;
  timeZone: string;
}

/** `version` is the one that the person had in front of them. */
export interface Chosen {
  id: string;
  version?: number;
}

/** `post` is as it stood before; null when it is not here (any more). */
export interface Outcome {
  post: FullPost | null;
  changed: boolean;
  said: string;
}

export const MOST_AT_ONCE = 100;

/**
 * Moves those that may be moved. Throws Refusal 422, with nothing changed, when one of them would go out in the past; a post
 * that cannot be moved by itself (on its way, changed meanwhile, refused by its platform) stays and is named.
 */
export async function moveSeveral(
  rooms: SeveralRooms,
  actor: Actor,
  chosen: readonly Chosen[],
  wish: Wish,
): Promise<Outcome[]> {
  const posts = found(rooms, actor, chosen);
  const placed = posts.flatMap(({ post }) => (post && whyNotMoved(post) === null ? placedOf(post) : []));
  const moves = movesOf(placed, wish);
  refusePast(rooms, actor, posts, moves);
  const byId = new Map(moves.map((move) => [move.id, move]));
  const outcomes: Outcome[] = [];
  for (const { id, version, post } of posts) {
    const move = byId.get(id);
    if (!post || !move) outcomes.push(kept(post, post ? (whyNotMoved(post) ?? "") : GONE));
    else outcomes.push(await moveOne(rooms, actor, post, move, version));
  }
  return outcomes;
}

async function moveOne(
  rooms: SeveralRooms,
  actor: Actor,
  post: FullPost,
  { at, to }: Move,
  version: number | undefined,
): Promise<Outcome> {
  if (at === to) return kept(post, "It was meant for that time already.");
  try {
    await rooms.posts.moveTo(actor.workspaceId, actor.accountId, post.id, to, version);
  } catch (error) {
    return kept(post, reasonOf(error));
  }
  const time = words.dayAndTime(to, actor.timeZone, rooms.house.clock.now());
  return { post, changed: true, said: `${post.state === "draft" ? "The draft is now for" : "Now goes out"} ${time}.` };
}

/** Takes off the schedule what waits; a post of which a part has begun is called off on its other channels. */
export function callOffSeveral(rooms: SeveralRooms, actor: Actor, chosen: readonly Chosen[]): Outcome[] {
  return found(rooms, actor, chosen).map(({ post }) => {
    if (!post) return kept(post, GONE);
    const reason = whyNotCalledOff(post);
    if (reason !== null) return kept(post, reason);
    try {
      return { post, changed: true, said: callOffOne(rooms, actor.workspaceId, post.id) };
    } catch (error) {
      return kept(post, reasonOf(error));
    }
  });
}

function callOffOne({ house, posts, publishing }: SeveralRooms, workspaceId: string, id: string): string {
  return house.db.transaction(() => {
    if (publishing.mayChange(workspaceId, id)) {
      posts.callOff(workspaceId, id);
      return "Off the schedule and kept as a draft.";
    }
    const parts = publishing.ofPost(workspaceId, id);
    const waiting = parts.filter(({ state }) => state === "scheduled" || state === "held");
    for (const part of waiting) publishing.cancel(workspaceId, part.id);
    return `Called off on ${waiting.length} of ${words.count(parts.length, "channel")}; the rest has begun to go out.`;
  });
}

/** A draft for each, without a time. */
export function copySeveral(rooms: SeveralRooms, actor: Actor, chosen: readonly Chosen[]): Outcome[] {
  return found(rooms, actor, chosen).map(({ post }) => {
    if (!post) return kept(post, GONE);
    try {
      rooms.posts.duplicate(actor.workspaceId, actor.accountId, post.id);
      return { post, changed: true, said: "A copy of it is among the drafts." };
    } catch (error) {
      return kept(post, reasonOf(error));
    }
  });
}

const GONE = "It is not here any more.";

function found(
  rooms: SeveralRooms,
  actor: Actor,
  chosen: readonly Chosen[],
): Array<Chosen & { post: FullPost | null }> {
  const ids = chosen.slice(0, MOST_AT_ONCE).map(({ id }) => id);
  const byId = new Map(rooms.posts.several(actor.workspaceId, ids).map((post) => [post.id, post]));
  return chosen.slice(0, MOST_AT_ONCE).map((one) => ({ ...one, post: byId.get(one.id) ?? null }));
}

/** None for a post without a time. */
export function placedOf(post: FullPost): Placed[] {
  return post.scheduledAt === null ? [] : [{ id: post.id, at: post.scheduledAt, timeZone: post.timeZone }];
}

function refusePast(
  rooms: SeveralRooms,
  actor: Actor,
  posts: ReadonlyArray<{ id: string; post: FullPost | null }>,
  moves: readonly Move[],
): void {
  const now = rooms.house.clock.now();
  const past = moves.filter(({ at, to }) => to < now && to !== at).sort((a, b) => a.to - b.to);
  const [first] = past;
  if (!first) return;
  const text = posts
    .find(({ id }) => id === first.id)
    ?.post?.text.trim()
    .split("\n")[0]
    ?.slice(0, 60);
  const time = words.dayAndTime(first.to, actor.timeZone, now);
  const others = past.length > 1 ? `, and ${words.count(past.length - 1, "other")} in the past too` : "";
  throw new Refusal(422, {
    title: "That time has passed",
    message: `${text ? `“${text}”` : "The first post"} would go out ${time}${others}. Nothing was changed.`,
    next: "Choose a later time.",
  });
}

function kept(post: FullPost | null, said: string): Outcome {
  return { post, changed: false, said };
}

/** What keeps one post keeps only that one; what nobody foresaw is not swallowed. */
function reasonOf(error: unknown): string {
  if (error instanceof VersionConflict) return "It was changed meanwhile. Look at it again first.";
  if (error instanceof PostRefused) return error.problems[0]?.message ?? error.words.message;
  if (error instanceof Refusal) return error.statusCode === 404 ? GONE : `${error.words.title}.`;
  throw error;
}
