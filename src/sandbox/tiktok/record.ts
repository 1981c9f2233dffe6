/** Writes a task down and shows the world what it may see of it: one entry per publish_id. */
import type { World } from "../world.ts";
import { tiktokStore, type Task } from "./store.ts";
import { tellOfTask } from "./webhooks.ts";

export const PUBLIC = "PUBLIC_TO_EVERYONE";

export function keep(world: World, task: Task): Task {
  const { tasks } = tiktokStore(world);
  const before = tasks.get(task.publishId)?.state;
  tasks.put(task.publishId, task);
  if (before !== task.state) tellOfTask(world, task);
  if (task.receivedAt !== null) show(world, task);
  return task;
}

const SHOWN = { processing: "processing", complete: "live", inbox: "inbox", failed: "failed" } as const;

/** One entry of the feed per publish_id, from the last byte on. */
export function show(world: World, task: Task): void {
  if (!(task.state in SHOWN)) return;
  const text = String(task.post["description"] ?? (task.kind === "video" ? (task.post["title"] ?? "") : ""));
  world.show({
    platform: "tiktok",
    id: task.publishId,
    remoteId: task.creatorId,
    handle: `@${task.username}`,
    title: task.kind === "photo" ? String(task.post["title"] ?? "") : "",
    text,
    visibility: task.inbox && task.state !== "complete" ? "draft" : String(task.post["privacy_level"] ?? ""),
    public: task.state === "complete" && task.post["privacy_level"] === PUBLIC,
    state: SHOWN[task.state as keyof typeof SHOWN],
    url: task.postId && permalink(task),
    files: task.files,
    createdAt: task.receivedAt ?? task.openedAt,
    details: {
      ...task.post,
      publishId: task.publishId,
      postId: task.postId,
      failReason: task.failReason,
      warnings: task.warnings,
    },
  });
}

export function permalink(task: Task): string {
  return `https://www.tiktok.com/@${task.username}/${task.kind}/${task.postId ?? ""}`;
}
