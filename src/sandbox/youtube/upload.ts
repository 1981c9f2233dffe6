/** The resumable upload: opens sessions, takes pieces in order, and makes the video with the last byte. */
import type { Hash } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { jsonBody, sandboxBase } from "../bodies.ts";
import type { World } from "../world.ts";
import { answering, authError, callerOf, channelBehind, isAlive, opens, partsOf, Refusal } from "./gate.ts";
import { badRange, drain, rangeOf, receive, spent, UNIT, type Range } from "./pieces.ts";
import { resourceFrom } from "./rules.ts";
import { storeOf, type Upload } from "./store.ts";
import { createVideo, videoJson } from "./videos.ts";

const MOST_BYTES = 274_877_906_944;
const UPLOADS_PER_DAY = 100;
const SESSION_LIFE_MS = 24 * 3_600_000;
const PARTS = ["id", "snippet", "status", "paidProductPlacementDetails", "localizations", "recordingDetails"];

export function uploadRoutes(app: FastifyInstance, world: World): void {
  const queues = new Map<string, Promise<unknown>>();
  const hashes = new Map<string, Hash>();
  for (const host of ["www.googleapis.com", "youtube.googleapis.com"]) {
    const path = `/${host}/upload/youtube/v3/videos`;
    app.post(
      path,
      answering(async (request, reply) => open(world, request, reply)),
    );
    app.put(
      path,
      answering(async (request, reply) => {
        const id = (request.query as Record<string, string>)["upload_id"] ?? "";
        // One request at a time: a piece that is still arriving from a dead connection is counted before the next.
        const turn = (queues.get(id) ?? Promise.resolve()).then(() => take(world, hashes, id, request, reply));
        queues.set(
          id,
          turn.catch(() => undefined),
        );
        return turn;
      }),
    );
    app.post(
      `/${host}/youtube/v3/videos`,
      answering(async () => {
        throw new Refusal(400, "mediaBodyRequired", "The request does not include the video content.", {
          domain: "youtube.video",
        });
      }),
    );
  }
}

function open(world: World, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const channel = channelBehind(callerOf(world, request, opens.upload));
  const query = request.query as Record<string, string>;
  if (query["uploadType"] !== "resumable") {
    throw new Refusal(400, "mediaBodyRequired", "The request does not include the video content.", {
      domain: "youtube.video",
    });
  }
  const body = jsonBody(request);
  if (!body) throw new Refusal(400, "parseError", "Parse Error", { domain: "global" });
  const resource = resourceFrom(body, partsOf(request, PARTS), query["notifySubscribers"] !== "false");
  const mime = request.headers["x-upload-content-type"] ?? "application/octet-stream";
  if (!/^video\/|^application\/octet-stream$/.test(String(mime))) {
    throw new Refusal(
      400,
      "badContent",
      `Media type '${String(mime)}' is not supported. Valid media types: [application/octet-stream, video/*]`,
      { domain: "global" },
    );
  }
  const announced = request.headers["x-upload-content-length"];
  const total = announced === undefined ? null : Number(announced);
  if (total !== null && !(total > 0 && total <= MOST_BYTES)) {
    throw new Refusal(400, "uploadTooLarge", "The media is empty or larger than allowed.", { domain: "global" });
  }
  countUpload(world);
  const uploadId = world.issue("youtube upload id", "AH");
  storeOf(world).uploads.put(uploadId, {
    uploadId,
    channelId: channel.id,
    resource,
    mime: String(mime),
    total,
    stored: 0,
    fileId: null,
    sha256: "",
    videoId: null,
    openedAt: world.now(),
  });
  const address = new URL(`${sandboxBase(request, hostOf(request))}/www.googleapis.com/upload/youtube/v3/videos`);
  for (const [name, value] of Object.entries({ ...query, upload_id: uploadId })) address.searchParams.set(name, value);
  return reply.code(200).header("location", address.href).header("x-guploader-uploadid", uploadId).send("");
}

/** The project's own bucket: refuses the 101st upload of a Pacific day. A channel may have a limit of its own. */
function countUpload(world: World): void {
  if (world.behaviour("youtube", "quota") === "channel") {
    const message = "The user has exceeded the number of videos they may upload.";
    throw new Refusal(400, "uploadLimitExceeded", message, { domain: "youtube.video" });
  }
  const day = new Intl.DateTimeFormat("en-CA", { timeZone: "America/Los_Angeles" }).format(world.now());
  const { days } = storeOf(world);
  const uploads = (days.get(day)?.uploads ?? 0) + 1;
  if (uploads > UPLOADS_PER_DAY || world.behaviour("youtube", "quota") === "uploads_per_day") {
    throw new Refusal(
      429,
      "rateLimitExceeded",
      "Quota exceeded for quota metric 'Video Uploads' and limit 'Video Uploads per day' of service 'youtube.googleapis.com' for consumer 'project_number:100000000000'.",
      { domain: "global", status: "RESOURCE_EXHAUSTED" },
    );
  }
  days.put(day, { day, uploads });
}

async function take(world: World, hashes: Map<string, Hash>, id: string, request: FastifyRequest, reply: FastifyReply) {
  const range = rangeOf(request);
  const upload = storeOf(world).uploads.get(id);
  try {
    checkPiece(world, request, upload, range);
  } catch (error) {
    await drain(request);
    throw error;
  }
  if (!upload || upload.videoId) {
    await drain(request);
    return upload ? finished(world, upload, reply) : undefined;
  }
  if (range.start === null) return standing(reply, upload.stored);
  const known: Upload = { ...upload, total: range.total };
  const after = await receive(world, hashes, known, range.end, request);
  if (after.stored === after.total) return complete(world, hashes, after, reply);
  if (spent(world, "range", "none")) {
    hashes.delete(id);
    storeOf(world).uploads.put(id, { ...after, stored: 0, fileId: null });
    return standing(reply, 0);
  }
  return standing(reply, after.stored);
}

function checkPiece(world: World, request: FastifyRequest, upload: Upload | undefined, range: Range): void {
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
  const known = token === undefined ? null : storeOf(world).tokens.get(token);
  if (known === undefined || (known && !isAlive(world, known))) throw authError();
  const expired = upload && world.now() - upload.openedAt > SESSION_LIFE_MS;
  if (!upload || expired || world.behaviour("youtube", "session") === "gone") {
    throw new Refusal(404, "notFound", "Not Found", { domain: "global" });
  }
  if (upload.videoId) return;
  if (upload.total !== null && upload.total !== range.total) throw badRange();
  if (range.start === null) return;
  const length = range.end - range.start;
  if (length <= 0 || length !== Number(request.headers["content-length"] ?? 0)) throw badRange();
  if (range.start !== upload.stored || range.end > range.total) throw badRange();
  if (length % UNIT !== 0 && range.end !== range.total) throw badRange();
}

function complete(world: World, hashes: Map<string, Hash>, upload: Upload, reply: FastifyReply): FastifyReply {
  hashes.delete(upload.uploadId);
  const video = createVideo(world, upload);
  return finished(world, storeOf(world).uploads.put(upload.uploadId, { ...upload, videoId: video.id }), reply);
}

function finished(world: World, upload: Upload, reply: FastifyReply): FastifyReply {
  const video = storeOf(world).videos.get(upload.videoId ?? "");
  return reply.code(201).send(video ? videoJson(world, video, ["snippet", "status"]) : {});
}

function standing(reply: FastifyReply, stored: number): FastifyReply {
  if (stored > 0) reply.header("range", `bytes=0-${stored - 1}`);
  return reply.code(308).header("content-length", "0").send("");
}

function hostOf(request: FastifyRequest): string {
  return request.url.includes("/youtube.googleapis.com/") ? "youtube.googleapis.com" : "www.googleapis.com";
}
