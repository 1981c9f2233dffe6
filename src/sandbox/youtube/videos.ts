/** Videos in the sandbox: how one comes to be, is processed, and looks in a reply. */
import { createHash, randomBytes } from "node:crypto";
import type { World } from "../world.ts";
import { channelOf, uploadsListOf } from "./seeds.ts";
import { storeOf, type Upload, type Video } from "./store.ts";

const PROCESSING_MS = 1500;
const SLOW_PROCESSING_MS = 20_000;

/** Makes the video of a complete upload and shows it, once. */
export function createVideo(world: World, upload: Upload): Video {
  const id = randomBytes(9).toString("base64url").slice(0, 11);
  const forced = world.behaviour("youtube", "privacy") === "forced_private";
  const { resource } = upload;
  const video: Video = {
    ...resource,
    status: { ...resource.status, privacyStatus: forced ? "private" : resource.status.privacyStatus },
    id,
    channelId: upload.channelId,
    file: { fileId: upload.fileId ?? "", bytes: upload.stored, sha256: upload.sha256, mime: upload.mime },
    uploadedAt: world.now(),
    uploadStatus: "uploaded",
    reason: "",
    processedAt: null,
    thumbnailSetAt: null,
  };
  const { videos, items } = storeOf(world);
  videos.put(id, video);
  const playlistId = uploadsListOf(upload.channelId);
  items.put(`${playlistId}/${id}`, { id: `${playlistId}/${id}`, playlistId, videoId: id, addedAt: world.now() });
  show(world, video);
  return video;
}

/** Lets time pass for every video that is being processed. */
export function processVideos(world: World): void {
  const mode = world.behaviour("youtube", "processing");
  const { videos } = storeOf(world);
  for (const video of videos.all()) {
    if (video.uploadStatus !== "uploaded" || mode === "never") continue;
    const takes = mode === "slow" ? SLOW_PROCESSING_MS : PROCESSING_MS;
    if (world.now() - video.uploadedAt < takes) continue;
    const [verdict = "", reason = ""] = mode.split(":");
    const uploadStatus = verdict === "fail" ? "failed" : verdict === "reject" ? "rejected" : "processed";
    show(world, videos.put(video.id, { ...video, uploadStatus, reason, processedAt: world.now() }));
  }
}

/** Adds or replaces the video's entry in the feed. */
export function show(world: World, video: Video): void {
  const channel = channelOf(video.channelId);
  const { uploadStatus, status } = video;
  world.show({
    platform: "youtube",
    id: video.id,
    remoteId: video.channelId,
    handle: channel?.handle ?? "",
    title: video.snippet.title,
    text: video.snippet.description,
    visibility: status.privacyStatus,
    public: status.privacyStatus === "public" && uploadStatus === "processed",
    state: { uploaded: "processing", processed: "live", failed: "failed", rejected: "failed" }[uploadStatus],
    url: `https://www.youtube.com/watch?v=${video.id}`,
    files: [video.file],
    createdAt: video.uploadedAt,
    details: {
      ...video.status,
      tags: video.snippet.tags,
      categoryId: video.snippet.categoryId,
      hasPaidProductPlacement: video.hasPaidProductPlacement,
      notifySubscribers: video.notifySubscribers,
      thumbnailSetAt: video.thumbnailSetAt,
      processedAt: video.processedAt,
      reason: video.reason,
    },
  });
}

/** The video as JSON with the parts asked for. */
export function videoJson(world: World, video: Video, parts: readonly string[]): Record<string, unknown> {
  const all: Record<string, unknown> = {
    snippet: {
      publishedAt: new Date(video.uploadedAt).toISOString(),
      channelId: video.channelId,
      channelTitle: channelOf(video.channelId)?.title,
      ...video.snippet,
      liveBroadcastContent: "none",
    },
    status: statusOf(video),
    contentDetails: { duration: video.uploadStatus === "processed" ? "PT5S" : "P0D", definition: "hd" },
    processingDetails: processingOf(video),
    fileDetails: { fileName: "unknown", fileSize: String(video.file.bytes), fileType: "video" },
    statistics: statisticsOf(world, video),
    suggestions: {},
    paidProductPlacementDetails: { hasPaidProductPlacement: video.hasPaidProductPlacement },
  };
  const chosen = Object.fromEntries(Object.entries(all).filter(([name]) => parts.includes(name)));
  return { kind: "youtube#video", etag: etagOf(video), id: video.id, ...chosen };
}

function statusOf(video: Video): object {
  const { uploadStatus, reason, status } = video;
  return {
    uploadStatus,
    ...(uploadStatus === "failed" ? { failureReason: reason } : {}),
    ...(uploadStatus === "rejected" ? { rejectionReason: reason } : {}),
    ...status,
    publicStatsViewable: true,
    madeForKids: status.selfDeclaredMadeForKids ?? false,
  };
}

function processingOf(video: Video): object {
  if (video.uploadStatus === "uploaded") {
    const processingProgress = { partsTotal: "100", partsProcessed: "40", timeLeftMs: "900" };
    return { processingStatus: "processing", processingProgress, thumbnailsAvailability: "inProgress" };
  }
  return { processingStatus: video.uploadStatus === "processed" ? "succeeded" : "failed" };
}

/** Numbers that grow with the video's age, as strings; comments are closed on videos made for kids. */
function statisticsOf(world: World, video: Video): object {
  const pace = 1 + (createHash("sha256").update(video.id).digest()[0] ?? 0);
  const views = Math.floor(((world.now() - video.uploadedAt) / 3_600_000) * pace);
  const kids = video.status.selfDeclaredMadeForKids === true;
  return {
    viewCount: String(views),
    likeCount: String(Math.floor(views / 20)),
    favoriteCount: "0",
    ...(kids ? {} : { commentCount: String(Math.floor(views / 90)) }),
  };
}

function etagOf(video: Video): string {
  return createHash("sha256").update(JSON.stringify(video)).digest("base64url").slice(0, 27);
}
