/** Reads the numbers of published videos, fifty at a time. */
import type { Metrics, Session } from "../contract.ts";
import { list } from "./client.ts";
import { videoList, type Video } from "./resources.ts";

const BATCH = 50;

/** Readings by video id; null for a video that YouTube no longer shows. */
export async function metrics(session: Session, remoteIds: readonly string[]): Promise<Record<string, Metrics | null>> {
  const readings: Record<string, Metrics | null> = Object.fromEntries(remoteIds.map((id) => [id, null]));
  for (let from = 0; from < remoteIds.length; from += BATCH) {
    const id = remoteIds.slice(from, from + BATCH).join(",");
    const { items } = await list(session, "videos", { part: "statistics", id }, videoList);
    for (const video of items) readings[video.id] = reading(video);
  }
  return readings;
}

/** Hidden likes and closed comments leave a counter out; that is not a zero. YouTube counts no shares here. */
function reading(video: Video): Metrics {
  const { viewCount, likeCount, commentCount } = video.statistics ?? {};
  const count = (text: string | undefined) => (text === undefined ? null : Number(text));
  return { views: count(viewCount), likes: count(likeCount), comments: count(commentCount), shares: null };
}
