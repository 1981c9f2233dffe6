/** Reels and stories with a video: start, the file at the upload host, finish. */
import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { World } from "../world.ts";
import { fetchFile } from "../meta/fetching.ts";
import { callerOf } from "../meta/gate.ts";
import { needed } from "../meta/params.ts";
import { GraphRefusal, invalid } from "../meta/refusal.ts";
import { answered, mustBeShort, pageEdge, type Act } from "./acting.ts";
import { facebookStore, type Video } from "./store.ts";
import { finishVideo, openVideo } from "./videos.ts";

const LEAST_BYTES = 1024;
const MOST_BYTES = 1_000_000_000;
const REELS_PER_DAY = 30;
const DAY_MS = 24 * 3_600_000;

export function hostedRoutes(app: FastifyInstance, world: World): void {
  pageEdge(app, world, "video_reels", (act) => phase(world, act, "reel"));
  pageEdge(app, world, "video_stories", (act) => phase(world, act, "story"));
  app.post("/rupload.facebook.com/video-upload/:version/:video", async (request, reply) =>
    receive(world, request, reply),
  );
}

async function phase(world: World, { page, params }: Act, kind: "reel" | "story"): Promise<object | string> {
  const name = params.values["upload_phase"];
  if (name === "start") {
    const video = openVideo(world, page, kind, 0);
    return { video_id: video.id, upload_url: `https://rupload.facebook.com/video-upload/v26.0/${video.id}` };
  }
  if (name !== "finish") throw invalid("upload_phase must be start or finish.");
  const video = facebookStore(world).videos.get(needed(params, "video_id"));
  if (video?.pageId !== page.id || video.kind !== kind) throw invalid("Invalid video id.");
  if (video.finishedAt !== null) throw invalid("The video is already published.", 1363041);
  if (video.bytes === 0 || video.stored < video.bytes) {
    throw new GraphRefusal(6000, "There was a problem uploading your video file. Please try again.", {
      subcode: 1363045,
    });
  }
  if (kind === "reel") mustTakeReel(world, page.id, params.values);
  const words = kind === "reel" ? wordsIn(params.values) : { title: "", description: "" };
  const done = await finishVideo(world, video, words);
  // The number comes bare, longer than a JavaScript number holds.
  return answered(world, kind === "story" ? `{"success":true,"post_id":${done.postNumber}}` : { success: true });
}

function mustTakeReel(world: World, pageId: string, values: Record<string, string>): void {
  if (values["video_state"] !== "PUBLISHED") throw invalid("video_state must be PUBLISHED here.");
  const today = facebookStore(world)
    .videos.all()
    .filter((one) => one.pageId === pageId && one.kind === "reel" && world.now() - (one.finishedAt ?? 0) < DAY_MS);
  if (today.length < REELS_PER_DAY) return;
  throw new GraphRefusal(613, "(#613) Calls to this api have exceeded the rate limit of 30 reels in 24 hours.");
}

function wordsIn(values: Record<string, string>): Pick<Video, "title" | "description"> {
  return {
    title: mustBeShort(values["title"] ?? "", 255, "title"),
    description: mustBeShort(values["description"] ?? "", 2200, "description"),
  };
}

/** This host's own way of saying no. */
function refuse(reply: FastifyReply, type: string, message: string, retriable = false): FastifyReply {
  return reply
    .code(400)
    .type("application/json")
    .send({ debug_info: { retriable, type, message: JSON.stringify({ success: false, error: { message } }) } });
}

async function receive(world: World, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { headers } = request;
  const { video: id } = request.params as { video: string };
  const video = facebookStore(world).videos.get(id);
  try {
    if (!/^OAuth /.test(headers.authorization ?? "")) throw new Error("unauthorized user request");
    const token = callerOf(world, request, null, { platform: "facebook", proof: false });
    if (!video || token.pageId !== video.pageId) throw new Error("unauthorized user request");
  } catch {
    await drain(request);
    return refuse(reply, "NotAuthorizedError", "unauthorized user request");
  }
  if (typeof headers["file_url"] === "string") return fetchLater(world, video, headers["file_url"], reply);
  const offset = Number(headers["offset"] ?? Number.NaN);
  const size = Number(headers["file_size"] ?? Number.NaN);
  const length = Number(headers["content-length"] ?? 0);
  const fits = size >= LEAST_BYTES && size <= MOST_BYTES && offset >= 0 && offset + length === size;
  if (!fits || !(request.body instanceof Readable) || (offset > 0 && offset !== video.stored)) {
    await drain(request);
    return refuse(reply, "ProcessingFailedError", "offset, file_size and the body do not fit together");
  }
  return store(world, video, { offset, size }, request.body, reply);
}

async function store(
  world: World,
  video: Video,
  { offset, size }: { offset: number; size: number },
  body: Readable,
  reply: FastifyReply,
): Promise<FastifyReply> {
  // From the start means anew; later offsets add to what is there.
  const into = offset > 0 && video.file ? { fileId: video.file.fileId } : undefined;
  const got = await world.receive(body, into);
  const file = {
    fileId: got.fileId,
    bytes: offset + got.bytes,
    sha256: offset > 0 ? "" : got.sha256,
    mime: "video/mp4",
  };
  facebookStore(world).videos.put(video.id, { ...video, bytes: size, stored: offset + got.bytes, file });
  if (offset + got.bytes < size) return refuse(reply, "PartialRequestError", "the request ended too early", true);
  return reply.send({ success: true });
}

/** Meta fetches in its own time; whoever finishes before that is refused. */
function fetchLater(world: World, video: Video, address: string, reply: FastifyReply): FastifyReply {
  const { videos } = facebookStore(world);
  videos.put(video.id, { ...video, fetching: "under_way" });
  void fetchFile(world, address, MOST_BYTES)
    .then((got) => {
      const now = videos.get(video.id);
      if (!now) return;
      const file = got && got.bytes >= LEAST_BYTES ? { ...got, mime: "video/mp4" } : null;
      const size = file?.bytes ?? 0;
      videos.put(video.id, { ...now, fetching: file ? "" : "failed", bytes: size, stored: size, file });
    })
    // The sandbox may have been closed meanwhile; then nobody asks any more.
    .catch(() => undefined);
  return reply.send({ success: true });
}

/** Reads and forgets a body, so that a refusal reaches a sender who is still sending. */
async function drain(request: FastifyRequest): Promise<void> {
  const { body } = request;
  if (!(body instanceof Readable) || body.destroyed) return;
  body.resume();
  await new Promise((done) => body.once("close", done).once("end", done).once("error", done));
}
