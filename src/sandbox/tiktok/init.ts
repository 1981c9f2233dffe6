/** The two video inits: direct post and draft to the inbox. Both hand out one upload address, good for an hour. */
import type { FastifyInstance } from "fastify";
import { jsonBody, sandboxBase } from "../bodies.ts";
import type { World } from "../world.ts";
import type { Creator } from "./creators.ts";
import { guarded, invalid, Refusal, type Call } from "./replies.ts";
import { atMost, checkPrivacy, object, shape, uploadNumbers, type Json } from "./requests.ts";
import { tiktokStore, type Task } from "./store.ts";

const DAY = 86_400_000;
const POSTS_A_DAY = 15;
const PENDING_DRAFTS = 5;

const POST_INFO = {
  privacy_level: "string",
  title: "string",
  disable_duet: "boolean",
  disable_stitch: "boolean",
  disable_comment: "boolean",
  video_cover_timestamp_ms: "int",
  brand_content_toggle: "boolean",
  brand_organic_toggle: "boolean",
  is_aigc: "boolean",
} as const;

export function initRoutes(app: FastifyInstance, world: World): void {
  app.post(
    "/open.tiktokapis.com/v2/post/publish/video/init/",
    guarded(world, { name: "video/init", scopes: ["video.publish"], perMinute: 6 }, (call) => {
      const body = object(jsonBody(call.request), "body");
      const post = object(body["post_info"], "post info");
      shape(post, "post info", POST_INFO);
      atMost(post["title"], 2200, "title");
      const numbers = uploadNumbers(object(body["source_info"], "source info"));
      checkPrivacy(world, post);
      checkCreator(world, call.creator, false);
      return openUpload(world, call, numbers, { post: obeySettings(post, call.creator), inbox: false });
    }),
  );
  app.post(
    "/open.tiktokapis.com/v2/post/publish/inbox/video/init/",
    guarded(world, { name: "inbox/video/init", scopes: ["video.upload"], perMinute: 6 }, (call) => {
      const body = object(jsonBody(call.request), "body");
      if (Object.keys(body).some((key) => key !== "source_info")) throw invalid("The request body is incorrect");
      const numbers = uploadNumbers(object(body["source_info"], "source info"));
      checkCreator(world, call.creator, true);
      return openUpload(world, call, numbers, { post: {}, inbox: true });
    }),
  );
}

/** 403 when the creator, or the app, has used up what TikTok allows in a day. */
export function checkCreator(world: World, creator: Creator, inbox: boolean): void {
  const block = world.behaviour("tiktok", "creator");
  if (block) throw new Refusal(403, block);
  if (world.behaviour("tiktok", "limits") === "off") return;
  const since = world.now() - DAY;
  const recent = tiktokStore(world)
    .tasks.all()
    .filter((task) => task.creatorId === creator.openId && (task.receivedAt ?? 0) > since && task.inbox === inbox);
  const pending = recent.filter((task) => ["processing", "inbox"].includes(task.state));
  if (inbox && pending.length >= PENDING_DRAFTS) throw new Refusal(403, "spam_risk_too_many_pending_share");
  const posted = recent.filter((task) => task.state !== "failed");
  if (!inbox && posted.length >= POSTS_A_DAY) throw new Refusal(403, "spam_risk_too_many_posts");
}

/** What the creator switched off in the app stays off, whatever was asked for. */
export function obeySettings(post: Json, creator: Creator): Json {
  return {
    ...post,
    disable_comment: post["disable_comment"] === true || creator.commentDisabled,
    disable_duet: post["disable_duet"] === true || creator.duetDisabled,
    disable_stitch: post["disable_stitch"] === true || creator.stitchDisabled,
  };
}

export function newTask(
  world: World,
  creator: Creator,
  prefix: string,
  facts: Pick<Task, "kind" | "inbox" | "post">,
): Task {
  return {
    ...facts,
    publishId: `${prefix}v2-1.${world.digits(19)}`,
    creatorId: creator.openId,
    username: creator.username,
    openedAt: world.now(),
    state: facts.kind === "video" ? "uploading" : "downloading",
    failReason: "",
    receivedAt: null,
    completedAt: null,
    postId: null,
    toldComplete: 0,
    files: [],
    warnings: [],
    upload: null,
    photoUrls: [],
  };
}

function openUpload(
  world: World,
  { request, creator }: Call,
  numbers: { size: number; chunk: number; count: number },
  facts: Pick<Task, "inbox" | "post">,
): Json {
  const store = tiktokStore(world);
  const task = newTask(world, creator, facts.inbox ? "v_inbox_file~" : "v_pub_file~", { kind: "video", ...facts });
  const id = world.digits(19);
  const token = world.issue("tiktok upload address", "", 24);
  task.upload = { id, token, ...numbers, storedChunks: 0, storedBytes: 0, fileId: null };
  store.tasks.put(task.publishId, task);
  store.uploads.put(id, { publishId: task.publishId });
  const base = sandboxBase(request, "open.tiktokapis.com");
  return {
    publish_id: task.publishId,
    upload_url: `${base}/open-upload.tiktokapis.com/video/?upload_id=${id}&upload_token=${token}`,
  };
}
