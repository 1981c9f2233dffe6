/** Photo posts: TikTok comes and fetches each picture, and is particular about where and what. */
import type { FastifyInstance } from "fastify";
import { createOutbound } from "../../outbound/index.ts";
import { jsonBody } from "../bodies.ts";
import type { World } from "../world.ts";
import { checkCreator, newTask } from "./init.ts";
import { keep } from "./record.ts";
import { guarded, invalid, Refusal, type Call } from "./replies.ts";
import { atMost, checkPrivacy, object, shape, type Json } from "./requests.ts";
import { tiktokStore, type Task, type TaskFile } from "./store.ts";

const LARGEST_PHOTO = 20_000_000;
const MOST_PHOTOS = 35;

const DRAFT_INFO = { title: "string", description: "string" } as const;
const DIRECT_INFO = {
  ...DRAFT_INFO,
  privacy_level: "string",
  disable_comment: "boolean",
  auto_add_music: "boolean",
  brand_content_toggle: "boolean",
  brand_organic_toggle: "boolean",
} as const;

export function photoRoutes(app: FastifyInstance, world: World): void {
  const gate = { name: "content/init", scopes: ["video.publish", "video.upload"], perMinute: 6 };
  app.post(
    "/open.tiktokapis.com/v2/post/publish/content/init/",
    guarded(world, gate, (call) => init(world, call)),
  );
}

function init(world: World, { request, grant, creator }: Call): Json {
  const body = object(jsonBody(request), "body");
  const mode = body["post_mode"];
  if (body["media_type"] !== "PHOTO") throw invalid("The media type is invalid");
  if (mode !== "DIRECT_POST" && mode !== "MEDIA_UPLOAD") throw invalid("The post mode is invalid");
  const direct = mode === "DIRECT_POST";
  if (!grant.scopes.includes(direct ? "video.publish" : "video.upload")) throw new Refusal(401, "scope_not_authorized");
  const post = object(body["post_info"] ?? {}, "post info");
  shape(post, "post info", direct ? DIRECT_INFO : DRAFT_INFO);
  atMost(post["title"], 90, "title");
  atMost(post["description"], 4000, "description");
  const urls = photoUrls(object(body["source_info"], "source info"), request.host);
  if (direct) checkPrivacy(world, post);
  checkCreator(world, creator, !direct);
  const task = newTask(world, creator, direct ? "p_pub_url~" : "p_inbox_url~", { kind: "photo", inbox: !direct, post });
  if (direct) task.post = { ...post, disable_comment: post["disable_comment"] === true || creator.commentDisabled };
  task.photoUrls = urls;
  tiktokStore(world).tasks.put(task.publishId, task);
  pullPhotos(world, task);
  return { publish_id: task.publishId };
}

function photoUrls(source: Json, ownHost: string): string[] {
  if (source["source"] !== "PULL_FROM_URL") throw invalid("The source is invalid");
  const urls = source["photo_images"];
  if (!Array.isArray(urls) || urls.length < 1 || urls.length > MOST_PHOTOS)
    throw invalid("The photo images are invalid");
  const cover = source["photo_cover_index"];
  if (!Number.isInteger(cover) || Number(cover) < 0 || Number(cover) >= urls.length)
    throw invalid("The cover index is invalid");
  for (const url of urls) checkOwnership(url, ownHost);
  return urls as string[];
}

/** https on a property of the app. Here: our own host, and this machine, where plain http will do. */
function checkOwnership(address: unknown, ownHost: string): void {
  if (typeof address !== "string" || !URL.canParse(address)) throw invalid("The photo images are invalid");
  const url = new URL(address);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url)))
    throw invalid("The photo images are invalid");
  if (!isLoopback(url) && url.host !== ownHost) throw new Refusal(403, "url_ownership_unverified");
}

function isLoopback(url: URL): boolean {
  return url.hostname === "localhost" || url.hostname === "[::1]" || /^127\./.test(url.hostname);
}

const pulling = new WeakMap<World, Set<string>>();

/** Starts fetching unless that is already under way; the task moves on when the last picture is in. */
export function pullPhotos(world: World, task: Task): void {
  const underWay = pulling.get(world) ?? new Set<string>();
  pulling.set(world, underWay);
  if (underWay.has(task.publishId)) return;
  underWay.add(task.publishId);
  void pull(world, task)
    // The sandbox may have been closed meanwhile; then nobody asks any more.
    .catch(() => undefined)
    .finally(() => underWay.delete(task.publishId));
}

async function pull(world: World, task: Task): Promise<void> {
  const files: TaskFile[] = [];
  let failReason = "";
  for (const url of task.photoUrls) {
    const got = await fetchPhoto(world, url);
    if (typeof got === "string") failReason = got;
    else files.push(got);
    if (failReason) break;
  }
  const now = tiktokStore(world).tasks.get(task.publishId);
  if (now?.state !== "downloading") return;
  keep(
    world,
    failReason
      ? { ...now, state: "failed", failReason }
      : { ...now, state: "processing", files, receivedAt: world.now() },
  );
}

/** The picture, or TikTok's word for what is wrong with it. */
async function fetchPhoto(world: World, address: string): Promise<TaskFile | string> {
  const url = new URL(address);
  const outbound = createOutbound({
    mode: "live",
    sandboxUrl: url.origin,
    sandboxBrowserUrl: url.origin,
    allowPrivateHosts: world.mayVisit(url) ? [url.host] : [],
    log: { debug: () => undefined },
  });
  try {
    const reply = await outbound.download(address, { maxBytes: LARGEST_PHOTO });
    if (reply.status !== 200 || reply.url !== url.href) {
      reply.body.destroy();
      return "photo_pull_failed";
    }
    const announced = Number(reply.headers["content-length"] ?? 0);
    if (announced > LARGEST_PHOTO) {
      reply.body.destroy();
      return "picture_size_check_failed";
    }
    const received = await world.receive(reply.body);
    if (announced && received.bytes !== announced) return "photo_pull_failed";
    return await inspect(world.filePath(received.fileId), received);
  } catch {
    return "photo_pull_failed";
  } finally {
    await outbound.close();
  }
}

async function inspect(
  file: string,
  received: { fileId: string; bytes: number; sha256: string },
): Promise<TaskFile | string> {
  const { default: sharp } = await import("sharp");
  const facts = await sharp(file)
    .metadata()
    .catch(() => undefined);
  if (!facts || (facts.format !== "jpeg" && facts.format !== "webp")) return "file_format_check_failed";
  const sides = [facts.width, facts.height].sort((a, b) => a - b) as [number, number];
  if (sides[0] > 1080 || sides[1] > 1920) return "picture_size_check_failed";
  return { ...received, mime: `image/${facts.format}` };
}
