/** Webhooks against a whole Postern: what TikTok signed moves things at once, what anybody else sends moves nothing. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import test, { type TestContext } from "node:test";
import { Panel } from "../support/panel.ts";

const CREATOR = "afd97af1-b87b-48b9-ac98-harbourclock";

async function open(t: TestContext): Promise<Panel> {
  const panel = await Panel.open(["TikTok"]);
  t.after(() => panel.close());
  return panel;
}

interface Sent {
  at?: number;
  secret?: string;
  content?: object;
  openId?: string;
}

/** Sends one event as TikTok would; returns the status of the answer. */
async function push(panel: Panel, event: string, sent: Sent = {}): Promise<number> {
  const now = panel.sandbox.clock.now();
  const body = JSON.stringify({
    client_key: "sandbox",
    event,
    create_time: Math.floor((sent.at ?? now) / 1000),
    user_openid: sent.openId ?? CREATOR,
    content: JSON.stringify(sent.content ?? {}),
  });
  const time = Math.floor(now / 1000);
  const hash = createHmac("sha256", sent.secret ?? "sandbox")
    .update(`${time}.${body}`)
    .digest("hex");
  const reply = await fetch(`${panel.url}/webhooks/tiktok`, {
    method: "POST",
    headers: { "content-type": "application/json", "tiktok-signature": `t=${time},s=${hash}` },
    body,
  });
  assert.equal(await reply.text(), "");
  return reply.status;
}

async function channelOf(panel: Panel) {
  const list = await panel.api<{ items: Array<{ state: string; stateReason: string | null }> }>("GET", "/channels");
  return list.items[0];
}

test("a withdrawn access marks the channel at once; a sign-in made later stands", async (t) => {
  const panel = await open(t);
  assert.equal((await channelOf(panel))?.state, "ready");
  const before = panel.sandbox.clock.now() - 3_600_000;
  assert.equal(await push(panel, "authorization.removed", { at: before, content: { reason: 1 } }), 200);
  assert.equal((await channelOf(panel))?.state, "ready", "an older event says nothing about this sign-in");
  assert.equal(await push(panel, "authorization.removed", { content: { reason: 1 }, openId: "somebody-else" }), 200);
  assert.equal((await channelOf(panel))?.state, "ready");
  panel.sandbox.clock.push(60_000);
  assert.equal(await push(panel, "authorization.removed", { content: { reason: 1 } }), 200);
  const row = panel.server.wired.house.db.get<{ state: string; state_reason: string }>("SELECT * FROM channels");
  assert.deepEqual([row?.state, row?.state_reason], ["revoked", "The creator withdrew Postern's access in TikTok."]);
  assert.equal(await push(panel, "authorization.removed", { content: { reason: 1 } }), 200, "twice is as good as once");
  panel.sandbox.clock.push(60_000);
  await panel.connect("TikTok");
  assert.equal((await channelOf(panel))?.state, "ready");
});

test("what TikTok did not sign changes nothing, and strangers find no door", async (t) => {
  const panel = await open(t);
  panel.sandbox.clock.push(60_000);
  assert.equal(await push(panel, "authorization.removed", { secret: "guessed", content: { reason: 1 } }), 401);
  const bare = async (path: string, init: RequestInit = {}) =>
    (await fetch(`${panel.url}/webhooks/${path}`, { method: "POST", ...init })).status;
  assert.equal(await bare("tiktok"), 401);
  assert.equal(await bare("tiktok", { body: "x".repeat(70_000) }), 413);
  assert.equal(await bare("youtube"), 404);
  assert.equal(await bare("nobody"), 404);
  assert.equal((await channelOf(panel))?.state, "ready");
});

test("a finished draft is published the moment TikTok says so, not at the next look", async (t) => {
  const panel = await open(t);
  const { runner } = panel.server.wired.house;
  const id = await panel.publish("tiktok", "For the inbox", { mode: "inbox" });
  await panel.until(id, ["in_inbox"], 2000);
  // At this age TikTok is asked every quarter of an hour.
  panel.sandbox.clock.push(2 * 3_600_000);
  runner.wake();
  await parked(panel, 60_000);
  panel.sandbox.world.setBehaviour("tiktok", "inbox", "posted");
  assert.equal(panel.row(id)?.state, "in_inbox");
  assert.equal(await push(panel, "post.publish.complete", { content: { publish_id: "any" } }), 200);
  await panel.until(id, ["published"]);
  await parked(panel, 1000);
  // Moderation takes its time; that it is over is told as well.
  assert.equal(await push(panel, "post.publish.publicly_available", { content: { publish_id: "any" } }), 200);
  let live = await panel.publication(id);
  for (let tries = 0; tries < 200 && live.remoteId === null; tries += 1) {
    await sleep(20);
    live = await panel.publication(id);
  }
  assert.match(live.remoteId ?? "", /^7\d{18}$/);

  const said = "TikTok says that it is not public any more";
  for (let times = 0; times < 2; times += 1) {
    const content = { publish_id: "any", post_id: live.remoteId };
    assert.equal(await push(panel, "post.publish.no_longer_publicaly_available", { content }), 200);
  }
  const { timeline } = await panel.publication(id);
  assert.equal(timeline.filter((line) => line.event === said).length, 1);
  assert.equal(panel.sandbox.world.feed().length, 1);
});

test("the sandbox tells as TikTok does: a draft, its end and a withdrawn access, each twice", async (t) => {
  const panel = await open(t);
  const { world } = panel.sandbox;
  world.setBehaviour("tiktok", "webhook", `${panel.url}/webhooks/tiktok`);
  world.setBehaviour("tiktok", "webhook_delivery", "twice");
  const id = await panel.publish("tiktok", "Told", { mode: "inbox" });
  // The clock stands still but for the upload: only the webhook can bring the news this soon.
  panel.sandbox.clock.push(1500);
  await panel.until(id, ["in_inbox"]);
  world.setBehaviour("tiktok", "inbox", "posted");
  await panel.until(id, ["published"]);
  assert.equal(world.feed().length, 1);
  const came = () =>
    panel.log.filter((line) => line.includes("a webhook came")).map((line) => JSON.parse(line) as { news: string });
  const channel = panel.channels.get("tiktok") ?? "";
  const { workspace_id: workspaceId } = panel.server.wired.house.db.get<{ workspace_id: string }>(
    "SELECT * FROM channels",
  )!;
  await panel.server.wired.channels.disconnect(workspaceId, channel);
  for (let tries = 0; tries < 200 && came().length < 8; tries += 1) await sleep(20);
  const counts = Object.groupBy(came(), ({ news }) => news);
  assert.deepEqual([counts["look"]?.length, counts["withdrawn"]?.length], [6, 2]);
});

/** Until the publication's job sleeps for at least this long. */
async function parked(panel: Panel, ms: number): Promise<void> {
  const { db } = panel.server.wired.house;
  const sql = "SELECT run_at FROM jobs WHERE kind = 'publish' AND state = 'queued' AND run_at > ?";
  for (let tries = 0; tries < 400; tries += 1) {
    if (db.get(sql, [panel.sandbox.clock.now() + ms])) return;
    await sleep(20);
  }
  assert.fail("the job never went to sleep");
}
