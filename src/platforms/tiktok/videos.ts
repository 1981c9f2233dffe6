/** Public posts by way of the Display API: links, numbers, and the search for a lost one. */
import type { Metrics, Session } from "../contract.ts";
import { asObject, call, count, text, type Json } from "./client.ts";

const QUERY_AT_MOST = 20;

function canList(session: Session): boolean {
  return session.scopes.includes("video.list");
}

async function query(session: Session, ids: readonly string[], fields: string): Promise<Json[]> {
  const data = await call(session, {
    method: "POST",
    path: "/v2/video/query/",
    query: { fields },
    json: { filters: { video_ids: ids } },
  });
  return Array.isArray(data["videos"]) ? data["videos"].map(asObject) : [];
}

/** TikTok's own link where it may be asked for, else the usual form of one; null without a username. */
export async function postLink(session: Session, id: string, kind: "video" | "photo"): Promise<string | null> {
  if (canList(session)) {
    const [found] = await query(session, [id], "id,share_url").catch(() => []);
    const shared = text(found?.["share_url"]);
    if (shared !== "") return shared;
  }
  const username = session.extra["username"] || session.handle.replace(/^@/, "");
  return username === "" ? null : `https://www.tiktok.com/@${username}/${kind}/${id}`;
}

/** Numbers per id; null for posts TikTok does not show (private, deleted, or without the permission to look). */
export async function metrics(session: Session, remoteIds: readonly string[]): Promise<Record<string, Metrics | null>> {
  const readings: Record<string, Metrics | null> = Object.fromEntries(remoteIds.map((id) => [id, null]));
  if (!canList(session)) return readings;
  for (let from = 0; from < remoteIds.length; from += QUERY_AT_MOST) {
    const ids = remoteIds.slice(from, from + QUERY_AT_MOST);
    for (const video of await query(session, ids, "id,view_count,like_count,comment_count,share_count")) {
      readings[String(video["id"])] = {
        views: count(video["view_count"]),
        likes: count(video["like_count"]),
        comments: count(video["comment_count"]),
        shares: count(video["share_count"]),
      };
    }
  }
  return readings;
}

export interface Found {
  id: string;
  url: string | null;
}

/**
 * Looks for a public post made at or after `since` (UTC ms) that carries `wanted` text; null when there is none,
 * undefined when it cannot be told (no permission to list, or no text to recognise it by).
 */
export async function findPost(
  session: Session,
  wanted: { text: string; since: number },
): Promise<Found | null | undefined> {
  if (!canList(session) || wanted.text.trim() === "") return undefined;
  const data = await call(session, {
    method: "POST",
    path: "/v2/video/list/",
    query: { fields: "id,create_time,share_url,video_description,title" },
    json: { max_count: QUERY_AT_MOST },
  });
  const videos = Array.isArray(data["videos"]) ? data["videos"].map(asObject) : [];
  const match = videos.find(
    (video) =>
      // create_time counts whole seconds.
      (count(video["create_time"]) ?? 0) >= Math.floor(wanted.since / 1000) &&
      [video["video_description"], video["title"]].some((shown) => sameText(text(shown), wanted.text)),
  );
  return match ? { id: String(match["id"]), url: text(match["share_url"]) || null } : null;
}

/** TikTok shows at most 150 characters of a text, possibly ending in an ellipsis. */
function sameText(shown: string, wanted: string): boolean {
  const start = shown.replace(/(…|\.\.\.)$/, "").trim();
  const whole = wanted.trim();
  return start !== "" && (start === whole || (start.length >= 100 && whole.startsWith(start)));
}
