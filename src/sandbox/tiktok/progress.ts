/** What becomes of an upload as time passes, and how status/fetch and cancel tell it. */
import type { FastifyInstance } from "fastify";
import { jsonBody } from "../bodies.ts";
import type { World } from "../world.ts";
import { pullPhotos } from "./photos.ts";
import { guarded, invalid, Refusal, type Call, type Data } from "./replies.ts";
import { keep, PUBLIC } from "./record.ts";
import { tiktokStore, type Task } from "./store.ts";

const PROCESSING_MS = 1500;
const SLOW_MS = 60_000;
const MOVE_EVERY_MS = 300;

export function progressRoutes(app: FastifyInstance, world: World): void {
  const timer = setInterval(() => moveOn(world), MOVE_EVERY_MS).unref();
  app.addHook("onClose", async () => clearInterval(timer));
  const gate = { scopes: ["video.publish", "video.upload"], perMinute: 30 };
  app.post(
    "/open.tiktokapis.com/v2/post/publish/status/fetch/",
    guarded(world, { name: "status/fetch", ...gate }, (call) => status(world, settle(world, ownTask(world, call)))),
  );
  app.post(
    "/open.tiktokapis.com/v2/post/publish/cancel/",
    guarded(world, { name: "cancel", ...gate }, (call) => {
      const task = settle(world, ownTask(world, call));
      if (task.state !== "downloading") throw new Refusal(400, "publish_not_cancellable");
      keep(world, { ...task, state: "failed", failReason: "publish_cancelled" });
      return undefined;
    }),
  );
}

/** Somebody who listens is told without having asked. */
function moveOn(world: World): void {
  if (world.behaviour("tiktok", "webhook") === "") return;
  const active: ReadonlyArray<Task["state"]> = ["downloading", "processing", "inbox"];
  for (const task of tiktokStore(world).tasks.all()) if (active.includes(task.state)) settle(world, task);
}

function ownTask(world: World, { request, creator }: Call): Task {
  const id = jsonBody(request)?.["publish_id"];
  if (typeof id !== "string") throw invalid("The publish_id is missing");
  const task = tiktokStore(world).tasks.get(id);
  if (!task) throw new Refusal(400, "invalid_publish_id");
  if (task.creatorId !== creator.openId) throw new Refusal(400, "token_not_authorized_for_specified_publish_id");
  return task;
}

/** Moves a task to where it would be by now. */
export function settle(world: World, task: Task): Task {
  if (task.state === "downloading") pullPhotos(world, task);
  if (task.state === "processing" && processed(world, task)) {
    const how = world.behaviour("tiktok", "processing");
    if (how.startsWith("fail:")) return keep(world, { ...task, state: "failed", failReason: how.slice(5) });
    if (!task.inbox) return keep(world, complete(world, task));
    task = keep(world, { ...task, state: "inbox", completedAt: world.now() });
  }
  if (task.state === "inbox" && world.behaviour("tiktok", "inbox") === "posted") {
    return keep(world, complete(world, { ...task, post: { ...task.post, privacy_level: PUBLIC } }));
  }
  return task;
}

function processed(world: World, task: Task): boolean {
  const how = world.behaviour("tiktok", "processing");
  const needs = how === "never" ? Infinity : how === "slow" ? SLOW_MS : PROCESSING_MS;
  return world.now() - (task.receivedAt ?? world.now()) >= needs;
}

function complete(world: World, task: Task): Task {
  const isPublic = task.post["privacy_level"] === PUBLIC;
  return { ...task, state: "complete", completedAt: world.now(), postId: isPublic ? `7${world.digits(18)}` : null };
}

function status(world: World, task: Task): Data {
  const uploaded = task.upload ? { uploaded_bytes: task.upload.storedBytes } : {};
  switch (task.state) {
    case "uploading":
    case "processing":
      return { status: task.upload ? "PROCESSING_UPLOAD" : "PROCESSING_DOWNLOAD", ...uploaded };
    case "downloading":
      return { status: "PROCESSING_DOWNLOAD", downloaded_bytes: 0 };
    case "inbox":
      return { status: "SEND_TO_USER_INBOX", ...uploaded };
    case "complete": {
      keep(world, { ...task, toldComplete: task.toldComplete + 1 });
      const fields = JSON.stringify({ status: "PUBLISH_COMPLETE", ...uploaded });
      // By hand: the id is a bare number of 19 digits, and the misspelt name is TikTok's own.
      const ids = task.postId && task.toldComplete > 0 ? task.postId : "";
      return { raw: `${fields.slice(0, -1)},"publicaly_available_post_id":[${ids}]}` };
    }
    default:
      return { status: "FAILED", fail_reason: task.failReason, ...uploaded };
  }
}
