/** The Data API's list calls, and the insert into a playlist. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { drawAvatar } from "../avatar.ts";
import { jsonBody } from "../bodies.ts";
import type { World } from "../world.ts";
import { answering, callerOf, channelBehind, needed, opens, partsOf, Refusal, spendUnits } from "./gate.ts";
import { categories, channelOf, playlists, uploadsListOf, type Channel } from "./seeds.ts";
import { storeOf, type PlaylistItem } from "./store.ts";
import { processVideos, videoJson } from "./videos.ts";

const OWNER_PARTS = ["fileDetails", "processingDetails", "suggestions"];
const VIDEO_PARTS = [
  "id",
  "snippet",
  "status",
  "contentDetails",
  "statistics",
  "paidProductPlacementDetails",
  ...OWNER_PARTS,
];

type Read = (request: FastifyRequest, channel: () => Channel) => object;

export function readRoutes(app: FastifyInstance, world: World): void {
  const reads: Record<string, Read> = {
    channels: (request) => channelsOf(world, request),
    videoCategories: (request) => (partsOf(request, ["id", "snippet"]), needed(request, "regionCode"), categoryPage()),
    playlists: (request, channel) => playlistsOf(request, channel()),
    playlistItems: (request, channel) => itemsOf(world, request, channel()),
    videos: (request, channel) => videosOf(world, request, channel()),
  };
  for (const host of ["www.googleapis.com", "youtube.googleapis.com"]) {
    for (const [name, read] of Object.entries(reads)) {
      app.get(
        `/${host}/youtube/v3/${name}`,
        answering(async (request) => {
          const caller = callerOf(world, request, opens.read);
          spendUnits(world);
          processVideos(world);
          return read(request, () => channelBehind(caller));
        }),
      );
    }
    app.post(
      `/${host}/youtube/v3/playlistItems`,
      answering(async (request) => {
        const channel = channelBehind(callerOf(world, request, opens.write));
        spendUnits(world);
        return insertItem(world, request, channel);
      }),
    );
  }
}

/** Google serves profile pictures to anybody who has the address. */
export function pictureRoutes(app: FastifyInstance): void {
  app.get<{ Params: { name: string } }>("/yt3.ggpht.com/sandbox/:name", async (request, reply) =>
    reply.type("image/jpeg").send(await drawAvatar(request.params.name)),
  );
}

function channelsOf(world: World, request: FastifyRequest): object {
  const parts = partsOf(request, ["id", "snippet", "contentDetails", "statistics", "status"]);
  const { mine, id } = request.query as Record<string, string>;
  if (mine !== "true" && !id) throw new Refusal(400, "missingRequiredParameter", "No filter selected.");
  const accountId = mine === "true" ? callerOf(world, request, opens.read).accountId : (id ?? "");
  const channel = channelOf(accountId);
  // A Google account without a channel gets a page without items, not an empty list.
  if (!channel)
    return { kind: "youtube#channelListResponse", etag: "none", pageInfo: { totalResults: 0, resultsPerPage: 5 } };
  return page("channelListResponse", [channelJson(world, channel, parts)]);
}

function channelJson(world: World, channel: Channel, parts: readonly string[]): object {
  const videos = storeOf(world)
    .videos.all()
    .filter((video) => video.channelId === channel.id);
  const picture = `https://yt3.ggpht.com/sandbox/${channel.id}=s88`;
  const all: Record<string, unknown> = {
    snippet: {
      title: channel.title,
      description: "",
      customUrl: channel.handle,
      country: channel.country,
      publishedAt: "2019-04-02T09:00:00Z",
      thumbnails: { default: { url: picture, width: 88, height: 88 } },
    },
    contentDetails: { relatedPlaylists: { likes: "", uploads: uploadsListOf(channel.id) } },
    statistics: {
      viewCount: "250000",
      subscriberCount: String(channel.subscribers),
      hiddenSubscriberCount: false,
      videoCount: String(videos.length),
    },
    status: { privacyStatus: "public", isLinked: true, longUploadsStatus: channel.longUploadsStatus },
  };
  const chosen = Object.fromEntries(Object.entries(all).filter(([name]) => parts.includes(name)));
  return { kind: "youtube#channel", etag: "etag", id: channel.id, ...chosen };
}

function categoryPage(): object {
  const items = categories.map(({ id, title, assignable }) => ({
    kind: "youtube#videoCategory",
    etag: "etag",
    id,
    snippet: { title, assignable, channelId: "UCBR8-60-B28hp2BmDPdntcQ" },
  }));
  return { kind: "youtube#videoCategoryListResponse", etag: "etag", items };
}

function playlistsOf(request: FastifyRequest, channel: Channel): object {
  partsOf(request, ["id", "snippet", "status", "contentDetails"]);
  if ((request.query as Record<string, string>)["mine"] !== "true") {
    throw new Refusal(400, "missingRequiredParameter", "No filter selected.");
  }
  const own = playlists.filter((playlist) => playlist.channelId === channel.id);
  const items = own.map(({ id, title }) => ({
    kind: "youtube#playlist",
    id,
    snippet: { title, channelId: channel.id },
  }));
  return sliced("playlistListResponse", items, request);
}

function itemsOf(world: World, request: FastifyRequest, channel: Channel): object {
  partsOf(request, ["id", "snippet", "status", "contentDetails"]);
  const playlistId = needed(request, "playlistId");
  mustOwn(playlistId, channel);
  const { videoId } = request.query as Record<string, string>;
  const found = storeOf(world)
    .items.all()
    .filter((item) => item.playlistId === playlistId && (!videoId || item.videoId === videoId))
    .reverse();
  return sliced(
    "playlistItemListResponse",
    found.map((item) => itemJson(world, item)),
    request,
  );
}

function itemJson(world: World, item: PlaylistItem): object {
  const video = storeOf(world).videos.get(item.videoId);
  return {
    kind: "youtube#playlistItem",
    id: item.id,
    snippet: {
      publishedAt: new Date(item.addedAt).toISOString(),
      channelId: video?.channelId,
      title: video?.snippet.title ?? "Deleted video",
      playlistId: item.playlistId,
      resourceId: { kind: "youtube#video", videoId: item.videoId },
    },
    contentDetails: { videoId: item.videoId },
    status: { privacyStatus: video?.status.privacyStatus },
  };
}

function insertItem(world: World, request: FastifyRequest, channel: Channel): object {
  partsOf(request, ["id", "snippet", "status", "contentDetails"]);
  const snippet = jsonBody(request)?.["snippet"] as
    { playlistId?: string; resourceId?: { kind?: string; videoId?: string } } | undefined;
  if (!snippet?.playlistId)
    throw new Refusal(400, "playlistIdRequired", "The playlist id is missing.", { domain: "youtube.playlistItem" });
  if (snippet.resourceId?.kind !== "youtube#video" || !snippet.resourceId.videoId) {
    throw new Refusal(400, "resourceIdRequired", "The resource id is missing.", { domain: "youtube.playlistItem" });
  }
  mustOwn(snippet.playlistId, channel);
  if (snippet.playlistId === uploadsListOf(channel.id)) {
    throw new Refusal(403, "forbidden", "Forbidden", { domain: "youtube.common" });
  }
  const { videos, items } = storeOf(world);
  const video = videos.get(snippet.resourceId.videoId);
  if (!video) throw new Refusal(404, "videoNotFound", "Video not found.", { domain: "youtube.playlistItem" });
  const id = `${snippet.playlistId}/${video.id}/${items.all().length}`;
  return itemJson(
    world,
    items.put(id, { id, playlistId: snippet.playlistId, videoId: video.id, addedAt: world.now() }),
  );
}

function mustOwn(playlistId: string, channel: Channel): void {
  const own = playlists.some((playlist) => playlist.id === playlistId && playlist.channelId === channel.id);
  if (own || playlistId === uploadsListOf(channel.id)) return;
  const message = "The playlist identified with the request's playlistId parameter cannot be found.";
  throw new Refusal(404, "playlistNotFound", message, { domain: "youtube.playlistItem", location: "playlistId" });
}

function videosOf(world: World, request: FastifyRequest, channel: Channel): object {
  const parts = partsOf(request, VIDEO_PARTS);
  const ids = needed(request, "id").split(",");
  if (ids.length > 50) throw new Refusal(400, "invalidFilters", "Too many ids.", { location: "id" });
  const videos = ids.flatMap((id) => storeOf(world).videos.get(id) ?? []);
  const foreign = videos.some((video) => video.channelId !== channel.id);
  if (foreign && parts.some((part) => OWNER_PARTS.includes(part))) {
    throw new Refusal(403, "forbidden", "Forbidden", { domain: "youtube.video" });
  }
  const seen = videos.filter((video) => video.channelId === channel.id || video.status.privacyStatus !== "private");
  return page(
    "videoListResponse",
    seen.map((video) => videoJson(world, video, parts)),
  );
}

function sliced(kind: string, all: object[], request: FastifyRequest): object {
  const { maxResults = "5", pageToken = "0" } = request.query as Record<string, string>;
  const most = Number(maxResults);
  if (!(most >= 0 && most <= 50)) {
    throw new Refusal(400, "invalidValue", "Invalid value for maxResults.", { location: "maxResults" });
  }
  const from = Number(pageToken);
  const more = from + most < all.length ? { nextPageToken: String(from + most) } : {};
  return { ...page(kind, all.slice(from, from + most)), ...more };
}

function page(kind: string, items: object[]): object {
  const pageInfo = { totalResults: items.length, resultsPerPage: items.length };
  return { kind: `youtube#${kind}`, etag: "etag", items, pageInfo };
}
