/** Videos: how one comes to be, what it says about itself, and when the world sees it. */
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import type { World } from "../world.ts";
import { mp4Facts, type Mp4Facts } from "../meta/mp4.ts";
import { pageOf, type SandboxPage } from "../meta/seeds.ts";
import { facebookStore, VIDEO_PREFIX, type Video } from "./store.ts";

const PROCESSING_MS = 1500;
const SLOW_PROCESSING_MS = 20_000;

export function openVideo(world: World, page: SandboxPage, kind: Video["kind"], bytes: number): Video {
  const id = `${VIDEO_PREFIX}${world.digits(11)}`;
  return facebookStore(world).videos.put(id, {
    id,
    pageId: page.id,
    kind,
    bytes,
    stored: 0,
    pieces: [],
    file: null,
    fetching: "",
    sessionId: kind === "video" ? world.digits(16) : "",
    openedAt: world.now(),
    title: "",
    description: "",
    finishedAt: null,
    state: "open",
    flaw: "",
    failure: "",
    postNumber: world.digits(17),
  });
}

/** The deciding request came: the video is processed and then public. Shown once, from now on. */
export async function finishVideo(
  world: World,
  video: Video,
  words: Pick<Video, "title" | "description">,
): Promise<Video> {
  const file = video.file ?? (await joined(world, video.pieces));
  const flaw = file ? flawOf(video.kind, mp4Facts(world.filePath(file.fileId))) : "";
  const done: Video = { ...video, ...words, file, flaw, finishedAt: world.now(), state: "processing" };
  return show(world, facebookStore(world).videos.put(video.id, done));
}

/** What Facebook finds wrong with a file that it can read. */
function flawOf(kind: Video["kind"], facts: Mp4Facts | null): string {
  if (!facts) return "";
  const { durationMs } = facts;
  if (kind === "video") return durationMs < 1000 ? "1363025" : durationMs > 40 * 60_000 ? "1363026" : "";
  const [short = 0, long = 0] = [facts.width, facts.height].sort((a, b) => a - b);
  if (durationMs < 3000 || durationMs > (kind === "reel" ? 90_000 : 60_000)) return "1363128";
  if (short < 540 || long < 960) return "1363127";
  return short * 16 < long * 9 - 16 ? "1363040" : "";
}

async function joined(world: World, pieces: readonly string[]): Promise<Video["file"]> {
  const all = Readable.from(
    (async function* () {
      for (const piece of pieces) yield* createReadStream(world.filePath(piece));
    })(),
  );
  return { ...(await world.receive(all)), mime: "video/mp4" };
}

/** Lets time pass for every video that is being processed. */
export function processVideos(world: World): void {
  const mode = world.behaviour("facebook", "processing");
  const { videos } = facebookStore(world);
  for (const video of videos.all()) {
    if (video.state !== "processing" || mode === "never") continue;
    const takes = mode === "slow" ? SLOW_PROCESSING_MS : PROCESSING_MS;
    if (world.now() - (video.finishedAt ?? 0) < takes) continue;
    const failure = mode.startsWith("fail:") ? mode.slice("fail:".length) : video.flaw;
    const state = failure ? "failed" : "live";
    show(world, videos.put(video.id, { ...video, state, failure }));
    if (state === "live") publish(world, video);
  }
}

/** A live video is a post, or a story. */
function publish(world: World, video: Video): void {
  const { posts, stories } = facebookStore(world);
  const { pageId, id: mediaId, postNumber } = video;
  const createdAt = video.finishedAt ?? world.now();
  if (video.kind === "story") {
    stories.put(postNumber, { id: postNumber, pageId, mediaId, mediaType: "video", createdAt });
    return;
  }
  const id = postIdOf(video);
  posts.put(id, {
    id,
    pageId,
    message: video.description,
    link: "",
    photoIds: [],
    videoId: video.id,
    createdAt,
    published: true,
  });
}

export const postIdOf = (video: Video) => `${video.pageId}_${video.postNumber}`;

function show(world: World, video: Video): Video {
  const page = pageOf(video.pageId);
  world.show({
    platform: "facebook",
    id: video.id,
    remoteId: video.pageId,
    handle: page?.username ? `@${page.username}` : (page?.name ?? ""),
    title: video.title,
    text: video.description,
    visibility: "public",
    public: video.state === "live",
    state: video.state,
    url: `https://www.facebook.com${pathOf(video)}`,
    files: video.file ? [video.file] : [],
    createdAt: video.finishedAt ?? video.openedAt,
    details: { kind: video.kind, failure: video.failure },
  });
  return video;
}

/** Facebook gives a video's link without its beginning. */
export function pathOf(video: Video): string {
  if (video.kind === "story") return `/stories/${video.pageId}/${video.postNumber}`;
  return video.kind === "reel" ? `/reel/${video.id}/` : `/${video.pageId}/videos/${video.id}/`;
}

/** The `status` object of a video. */
export function statusOf(video: Video): object {
  const { state, failure } = video;
  const whole = video.bytes > 0 && video.stored >= video.bytes;
  const error = { code: Number(failure), message: "The video file could not be processed." };
  const processing = { open: "not_started", processing: "in_progress", live: "complete", failed: "error" }[state];
  const overall = {
    open: whole ? "upload_complete" : "uploading",
    processing: "processing",
    live: "ready",
    failed: "error",
  };
  return {
    video_status: overall[state],
    ...(state === "processing" ? { processing_progress: 40 } : {}),
    uploading_phase: {
      status: whole
        ? "complete"
        : video.fetching === "failed"
          ? "error"
          : video.stored || video.fetching
            ? "in_progress"
            : "not_started",
      bytes_transferred: video.stored,
      ...(video.fetching === "failed" ? { errors: [{ code: 6000, message: "The file could not be fetched." }] } : {}),
    },
    processing_phase: { status: processing, ...(state === "failed" ? { errors: [error] } : {}) },
    publishing_phase: {
      status: { open: "not_started", processing: "in_progress", live: "complete", failed: "not_started" }[state],
      publish_status: state === "live" ? "published" : "not_published",
    },
    copyright_check_status: { status: "not_started", matches_found: false },
  };
}
