/** Ordinary videos in pieces: start, transfer in order, finish. */
import type { FastifyInstance } from "fastify";
import type { World } from "../world.ts";
import { needed, type Params } from "../meta/params.ts";
import { GraphRefusal, invalid } from "../meta/refusal.ts";
import type { SandboxPage } from "../meta/seeds.ts";
import { answered, mustBeShort, pageEdge, spent } from "./acting.ts";
import { facebookStore, type Video } from "./store.ts";
import { finishVideo, openVideo } from "./videos.ts";

const PIECE = 1024 * 1024;
const LEAST_BYTES = 1024;
const MOST_BYTES = 2_000_000_000;
const SESSION_LIFE_MS = 24 * 3_600_000;

export function chunkedRoutes(app: FastifyInstance, world: World): void {
  pageEdge(app, world, "videos", async ({ page, params }) => {
    const phase = params.values["upload_phase"];
    // A switch for what the guide no longer names: then a video comes whole or not at all.
    if (phase !== undefined && world.behaviour("facebook", "pieces") === "unknown") {
      throw invalid("No video file was given.", 1363020);
    }
    switch (phase) {
      case undefined:
        return whole(world, page, params);
      case "start":
        return start(world, page, params);
      case "transfer":
        return transfer(world, page, params);
      case "finish":
        return finish(world, page, params);
      default:
        throw invalid("No video file was given: use upload_phase.", 1363020);
    }
  });
}

const wrong = (subcode: number, message: string, data?: object) => new GraphRefusal(100, message, { subcode, data });

function start(world: World, page: SandboxPage, params: Params): object {
  const bytes = Number(needed(params, "file_size"));
  if (!(bytes >= LEAST_BYTES)) throw wrong(1363022, "The video file you tried to upload is too small.");
  if (bytes > MOST_BYTES) throw wrong(1363023, "The video file you tried to upload is too large.");
  const video = openVideo(world, page, "video", bytes);
  return { video_id: video.id, upload_session_id: video.sessionId, ...rangeOf(video) };
}

/** Title, description and file in one request, public as soon as it is processed. */
async function whole(world: World, page: SandboxPage, params: Params): Promise<object> {
  const { file } = params;
  if (file?.name !== "source") throw wrong(1363020, "No video file was uploaded.");
  if (!file.whole) throw wrong(1363030, "Your video upload timed out before it could be completed.");
  if (file.bytes < LEAST_BYTES) throw wrong(1363022, "The video file you tried to upload is too small.");
  const video = { ...openVideo(world, page, "video", file.bytes), stored: file.bytes, pieces: [file.fileId] };
  await finishVideo(world, facebookStore(world).videos.put(video.id, video), wordsIn(params));
  return answered(world, { id: video.id });
}

function wordsIn({ values }: Params): Pick<Video, "title" | "description"> {
  return {
    title: mustBeShort(values["title"] ?? "", 255, "title"),
    description: mustBeShort(values["description"] ?? "", 63_206, "description"),
  };
}

function rangeOf(video: Video): { start_offset: string; end_offset: string } {
  return {
    start_offset: String(video.stored),
    end_offset: String(Math.min(video.stored + PIECE, video.bytes)),
  };
}

function sessionOf(world: World, page: SandboxPage, params: Params): Video {
  const id = needed(params, "upload_session_id");
  const video = facebookStore(world)
    .videos.all()
    .find((one) => one.sessionId === id && one.pageId === page.id);
  const expired = !video || world.now() - video.openedAt > SESSION_LIFE_MS || video.finishedAt !== null;
  if (expired || spent(world, "upload", "expired")) throw wrong(1363041, "The upload session has expired.");
  return video;
}

function transfer(world: World, page: SandboxPage, params: Params): object {
  const video = sessionOf(world, page, params);
  const { file } = params;
  if (file?.name !== "video_file_chunk") throw wrong(1363020, "No video file chunk was uploaded.");
  if (!file.whole) throw wrong(1363030, "Your video upload timed out before it could be completed.");
  const offset = Number(needed(params, "start_offset"));
  if (offset !== video.stored) throw wrong(1363037, "The start offset is not right.", rangeOf(video));
  if (video.stored + file.bytes > video.bytes) throw wrong(1363045, "More bytes than announced were uploaded.");
  // A switch: the piece is taken and forgotten, so the next one is at the wrong place.
  if (spent(world, "upload", "forgets")) {
    const next = { ...video, stored: video.stored + file.bytes };
    return rangeOf(next);
  }
  const stored = video.stored + file.bytes;
  const pieces = [...video.pieces, file.fileId];
  return rangeOf(facebookStore(world).videos.put(video.id, { ...video, stored, pieces }));
}

async function finish(world: World, page: SandboxPage, params: Params): Promise<object> {
  const video = sessionOf(world, page, params);
  if (video.stored < video.bytes) throw new GraphRefusal(6000, "There was a problem uploading your video file.");
  await finishVideo(world, video, wordsIn(params));
  return answered(world, { success: true });
}
