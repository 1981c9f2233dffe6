/** Tells the app what happened, as TikTok does: signed, at least once, and never waited for. */
import { createHmac } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { createOutbound } from "../../outbound/index.ts";
import type { World } from "../world.ts";
import type { Task } from "./store.ts";

const LATE_MS = 2000;

/** What TikTok says about a task that has just come into its state; ids are bare digits, as in its answers. */
export function tellOfTask(world: World, task: Task): void {
  const common = `"publish_id":"${task.publishId}","publish_type":"${task.inbox ? "INBOX_SHARE" : "DIRECT_POST"}"`;
  const say = (event: string, more = "") => tell(world, `post.publish.${event}`, task.creatorId, `{${common}${more}}`);
  switch (task.state) {
    case "inbox":
      return say("inbox_delivered");
    case "failed":
      return say("failed", `,"reason":"${task.failReason}"`);
    case "complete":
      say("complete");
      if (task.postId) say("publicly_available", `,"post_id":${task.postId}`);
      return;
    default:
      return;
  }
}

/** Sends one event to the address in the switch "webhook"; nothing without one. `content` is JSON text. */
export function tell(world: World, event: string, openId: string, content: string): void {
  const address = world.behaviour("tiktok", "webhook");
  if (address === "") return;
  const how = world.behaviour("tiktok", "webhook_delivery");
  const message = {
    client_key: "sandbox",
    event,
    create_time: Math.floor(world.now() / 1000),
    user_openid: openId,
    content,
  };
  const once = () => post(world, address, message).catch(() => undefined);
  void (how === "late" ? sleep(LATE_MS, undefined, { ref: false }).then(once) : once());
  if (how === "twice") void sleep(200, undefined, { ref: false }).then(once);
}

async function post(world: World, address: string, message: object): Promise<void> {
  const time = Math.floor(world.now() / 1000);
  const secret = world.behaviour("tiktok", "webhook_secret") || world.appSecret;
  const hash = createHmac("sha256", secret)
    .update(`${time}.${JSON.stringify(message)}`)
    .digest("hex");
  const { origin } = new URL(address);
  const outbound = createOutbound({
    mode: "sandbox",
    sandboxUrl: origin,
    sandboxBrowserUrl: origin,
    log: { debug: () => undefined },
  });
  try {
    const headers = { "content-type": "application/json", "tiktok-signature": `t=${time},s=${hash}` };
    await outbound.platform({ method: "POST", url: address, headers, json: message, timeout: 5000 });
  } finally {
    await outbound.close();
  }
}
