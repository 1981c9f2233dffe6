/** Puts the video into the chosen playlist, once; a refusal is a warning, for the video itself is there. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Landed } from "./checkpoint.ts";
import { API, call, list } from "./client.ts";
import type { YoutubeDelivery } from "./delivery.ts";
import { withWarnings } from "./differences.ts";
import { asPlatformError } from "./errors.ts";
import { anyList } from "./resources.ts";

const TRIES = 3;

/** Never throws; saves that it is done. */
export async function addToPlaylist(delivery: YoutubeDelivery, at: Landed): Promise<Landed> {
  const { playlistId } = delivery.options;
  const warning = playlistId ? await attempt(delivery, playlistId, at.videoId) : null;
  const found = warning ? [`The video was not added to the playlist: ${warning}`] : [];
  const done: Landed = { ...withWarnings(at, found), playlistDone: true };
  delivery.save(done);
  if (playlistId && !warning) delivery.note("Added to the playlist");
  return done;
}

async function attempt(delivery: YoutubeDelivery, playlistId: string, videoId: string): Promise<string | null> {
  for (let tries = 1; ; tries += 1) {
    const error = await insertOnce(delivery, playlistId, videoId).then(() => null, asPlatformError);
    if (!error) return null;
    if (error.kind !== "transient" || tries === TRIES || delivery.signal.aborted) {
      return `${error.message} ${error.kind === "transient" ? "Add it in YouTube Studio." : error.remedy}`;
    }
    await sleep(tries * 500, undefined, { signal: delivery.signal }).catch(() => undefined);
  }
}

/** An insert that is repeated makes a second entry, so the list is read before every try. */
async function insertOnce(delivery: YoutubeDelivery, playlistId: string, videoId: string): Promise<void> {
  const { session, signal } = delivery;
  const there = await list(session, "playlistItems", { part: "snippet", playlistId, videoId }, anyList, signal);
  if (there.items.length > 0) return;
  await call(session, {
    method: "POST",
    url: `${API}/playlistItems`,
    query: { part: "snippet" },
    json: { snippet: { playlistId, resourceId: { kind: "youtube#video", videoId } } },
    signal,
  });
}
