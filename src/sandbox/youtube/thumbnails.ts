/** thumbnails.set: takes an image for a video of the caller's own. */
import { Readable } from "node:stream";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { World } from "../world.ts";
import { answering, callerOf, channelBehind, needed, opens, Refusal, spendUnits } from "./gate.ts";
import { storeOf } from "./store.ts";
import { processVideos, show } from "./videos.ts";

const MOST_BYTES = 52_428_800;
const TYPES = ["image/jpeg", "image/png", "application/octet-stream"];

export function thumbnailRoutes(app: FastifyInstance, world: World): void {
  for (const host of ["www.googleapis.com", "youtube.googleapis.com"]) {
    app.post(
      `/${host}/upload/youtube/v3/thumbnails/set`,
      answering(async (request) => {
        try {
          return await setThumbnail(world, request);
        } finally {
          if (request.body instanceof Readable) request.body.resume();
        }
      }),
    );
  }
}

async function setThumbnail(world: World, request: FastifyRequest): Promise<object> {
  const channel = channelBehind(callerOf(world, request, opens.upload));
  spendUnits(world);
  processVideos(world);
  const { videos } = storeOf(world);
  const video = videos.get(needed(request, "videoId"));
  if (!video || video.channelId !== channel.id) throw refuse(404, "videoNotFound", "The video cannot be found.");
  if (world.behaviour("youtube", "thumbnail") === "forbidden") {
    throw refuse(
      403,
      "forbidden",
      "The authenticated user doesn't have permissions to upload and set custom video thumbnails.",
    );
  }
  const type = String(request.headers["content-type"] ?? "").split(";")[0] ?? "";
  if (!TYPES.includes(type)) throw refuse(400, "invalidImage", "The provided image content is invalid.");
  const length = Number(request.headers["content-length"] ?? 0);
  if (!(request.body instanceof Readable) || length === 0) {
    throw refuse(400, "mediaBodyRequired", "The request does not include the image content.");
  }
  if (length > MOST_BYTES) throw refuse(413, "uploadTooLarge", "Media larger than allowed.");
  if (world.behaviour("youtube", "shape") === "short" && video.uploadStatus !== "processed") {
    throw refuse(400, "failedPrecondition", "The video has not been processed yet.");
  }
  const got = await world.receive(request.body);
  if (got.bytes !== length) throw refuse(400, "invalidImage", "The provided image content is invalid.");
  show(world, videos.put(video.id, { ...video, thumbnailSetAt: world.now() }));
  const url = `https://i.ytimg.com/vi/${video.id}/default.jpg`;
  const items = [{ default: { url, width: 120, height: 90 }, maxres: { url, width: 1280, height: 720 } }];
  return { kind: "youtube#thumbnailSetResponse", etag: "etag", items };
}

function refuse(code: number, reason: string, message: string): Refusal {
  return new Refusal(code, reason, message, { domain: "youtube.thumbnail" });
}
