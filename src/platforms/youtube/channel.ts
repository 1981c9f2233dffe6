/** Reads the channel behind a sign-in: what can be connected, and what the compose form must show. */
import { PlatformError, type Destination, type Session } from "../contract.ts";
import { list } from "./client.ts";
import { asPlatformError } from "./errors.ts";
import { PLAYLIST_SCOPE } from "./oauth.ts";
import { categoryList, channelList, pictureOf, playlistList } from "./resources.ts";

/** Facts for the form. A list is null when it could not be fetched, which must not block composing. */
export interface YoutubePreparation {
  name: string;
  handle: string;
  avatarUrl: string | null;
  /** "allowed" | "eligible" | "disallowed"; null = not known. */
  longUploads: string | null;
  categories: Array<{ id: string; title: string }> | null;
  playlists: Array<{ id: string; title: string }> | null;
  /** False when the permission for playlists was not given. */
  mayUsePlaylists: boolean;
}

/** The channel chosen at consent. Throws rejected when the Google account has none. */
export async function destinations(session: Session): Promise<Destination[]> {
  const channel = await ownChannel(session);
  return [
    {
      remoteId: channel.id,
      name: channel.snippet.title,
      handle: channel.snippet.customUrl ?? channel.snippet.title,
      avatarUrl: pictureOf(channel.snippet.thumbnails),
      extra: {
        uploads: channel.contentDetails?.relatedPlaylists.uploads ?? "",
        longUploadsStatus: channel.status?.longUploadsStatus ?? "",
        region: channel.snippet.country ?? "",
      },
    },
  ];
}

export async function prepare(session: Session): Promise<YoutubePreparation> {
  const mayUsePlaylists = session.scopes.includes(PLAYLIST_SCOPE);
  // The channel first and alone: if the token has run out, it is renewed once and not three times.
  const channel = await unlessSignedOut(ownChannel(session));
  const [categories, playlists] = await Promise.all([orNull(categoriesOf(session)), orNull(playlistsOf(session))]);
  return {
    name: channel?.snippet.title ?? session.handle,
    handle: channel?.snippet.customUrl ?? session.handle,
    avatarUrl: pictureOf(channel?.snippet.thumbnails),
    longUploads: channel?.status?.longUploadsStatus ?? (session.extra["longUploadsStatus"] || null),
    categories,
    playlists,
    mayUsePlaylists,
  };
}

/** The id of the playlist that holds every upload, newest first; "" when YouTube names none. */
export async function uploadsPlaylist(session: Session): Promise<string> {
  return session.extra["uploads"] || ((await ownChannel(session)).contentDetails?.relatedPlaylists.uploads ?? "");
}

async function ownChannel(session: Session) {
  const part = "id,snippet,contentDetails,status";
  const { items } = await list(session, "channels", { part, mine: "true" }, channelList);
  const channel = items[0];
  if (channel) return channel;
  throw new PlatformError("rejected", {
    code: "no_channel",
    message: "This Google account has no YouTube channel.",
    remedy: "Create a channel at youtube.com with this account, then connect again.",
  });
}

async function categoriesOf(session: Session) {
  const regionCode = session.extra["region"] || "US";
  const { items } = await list(session, "videoCategories", { part: "snippet", regionCode }, categoryList);
  return items
    .filter((category) => category.snippet.assignable !== false)
    .map((category) => ({ id: category.id, title: category.snippet.title }));
}

const PLAYLIST_PAGES = 4;

async function playlistsOf(session: Session) {
  const found: Array<{ id: string; title: string }> = [];
  let pageToken: string | undefined;
  for (let page = 0; page < PLAYLIST_PAGES; page += 1) {
    const query = { part: "snippet", mine: "true", maxResults: 50, pageToken };
    const reply = await list(session, "playlists", query, playlistList);
    found.push(...reply.items.map((playlist) => ({ id: playlist.id, title: playlist.snippet.title })));
    pageToken = reply.nextPageToken;
    if (!pageToken) break;
  }
  return found;
}

/** Null for whatever the platform or the line refuses. */
async function orNull<T>(fact: Promise<T>): Promise<T | null> {
  return fact.catch((error: unknown) => (asPlatformError(error), null));
}

/** As above, except for a lost sign-in, which a person must hear about. */
async function unlessSignedOut<T>(fact: Promise<T>): Promise<T | null> {
  return fact.catch((error: unknown) => {
    if (asPlatformError(error).kind === "signed_out") throw error;
    return null;
  });
}
