/** Looks for this very upload among the channel's newest videos; read-only. */
import type { YoutubeDelivery } from "./delivery.ts";
import { uploadsPlaylist } from "./channel.ts";
import { list } from "./client.ts";
import { videoOf } from "./delivery.ts";
import { playlistItemList, videoList } from "./resources.ts";
import { PlatformError } from "../contract.ts";

const PAGES = 4;
/** Our clock and YouTube's may differ by this much. */
const SLACK_MS = 5 * 60_000;

/**
 * The id of a video that was published since this delivery began, with the same title and, where YouTube tells it, the same
 * file size; null when a complete listing holds none. Throws PlatformError when the channel cannot be listed.
 */
export async function findUpload(delivery: YoutubeDelivery): Promise<string | null> {
  const candidates = await newUploads(delivery);
  if (candidates.length === 0) return null;
  const bytes = String(videoOf(delivery).bytes);
  const query = { part: "status,fileDetails", id: candidates.join(",") };
  const { items } = await list(delivery.session, "videos", query, videoList, delivery.signal);
  const matching = items.filter((video) => (video.fileDetails?.fileSize ?? bytes) === bytes);
  // Oldest first: the upload in question began when the delivery did.
  return matching.at(-1)?.id ?? null;
}

async function newUploads(delivery: YoutubeDelivery): Promise<string[]> {
  const { session, signal, options } = delivery;
  const playlistId = await uploadsPlaylist(session);
  if (!playlistId) throw noListing();
  const since = delivery.startedAt - SLACK_MS;
  const found: string[] = [];
  let pageToken: string | undefined;
  for (let page = 0; page < PAGES; page += 1) {
    const query = { part: "snippet", playlistId, maxResults: 50, pageToken };
    const reply = await list(session, "playlistItems", query, playlistItemList, signal);
    const recent = reply.items.filter((item) => Date.parse(item.snippet.publishedAt) >= since);
    const same = recent.filter((item) => item.snippet.title.trim() === options.title.trim());
    found.push(...same.map((item) => item.snippet.resourceId.videoId));
    pageToken = reply.nextPageToken;
    if (!pageToken || recent.length < reply.items.length) break;
  }
  return found.slice(0, 50);
}

function noListing(): PlatformError {
  return new PlatformError("rejected", {
    code: "no_uploads_playlist",
    message: "YouTube does not show this channel's uploads.",
    remedy: "Look at the channel in YouTube Studio.",
  });
}
