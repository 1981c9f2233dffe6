/** A panel with a life in it: all four platforms, a video, drafts, posts that went out, that wait and that met trouble. */
import assert from "node:assert/strict";
import { openAsBlob } from "node:fs";
import type { WatchedPage } from "../support/browser.ts";
import { apiKey, clip, type TestServer } from "../support/server.ts";
import { channelIds, connect } from "./person.ts";

export const PLATFORMS = ["TikTok", "YouTube", "Instagram", "Facebook"] as const;

export interface Filled {
  /** Ids of posts. */
  draft: string;
  /** For all four channels, not settled yet. */
  four: string;
  published: string;
  planned: string;
  /** With a publication that failed, one that is held and one that is unconfirmed. */
  troubled: string;
  media: string;
  /** By platform. */
  channels: Record<string, string>;
}

export async function fill(server: TestServer, watched: WatchedPage): Promise<Filled> {
  for (const platform of PLATFORMS) await connect(watched.page, server, platform);
  const channels = channelIds(server);
  const post = poster(server);
  const form = new FormData();
  form.append("file", await openAsBlob(clip, { type: "video/mp4" }), "clip.mp4");
  const media = (await post("/media", form)).id;
  await appears(server, "SELECT 1 FROM media WHERE state = 'ready'");
  const options: Record<string, object> = {
    tiktok: { mode: "inbox" },
    youtube: { title: "Low tide, the long cut", privacyStatus: "public", madeForKids: false },
  };
  const body = (text: string, platforms: readonly string[], more: object) =>
    JSON.stringify({
      text,
      media: [media],
      channels: platforms.map((id) => ({ channelId: channels[id], options: options[id] ?? {} })),
      ...more,
    });
  const two = ["tiktok", "youtube"];
  const text = "Low tide at six, and the whole bay to ourselves";
  const draft = await post("/posts", body(text, two, { publish: "draft" }));
  const four = await post("/posts", body(text, Object.keys(channels), { publish: "draft" }));
  const published = await post("/posts", body(text, two, { publish: "now" }));
  await appears(server, "SELECT 1 FROM publications WHERE state = 'published'");
  const scheduledAt = new Date(server.clock.now() + 10 * 86_400_000).toISOString();
  const planned = await post("/posts", body("The ferry at noon", two, { publish: "schedule", scheduledAt }));
  const troubled = trouble(server, Object.values(channels));
  return { draft: draft.id, four: four.id, published: published.id, planned: planned.id, troubled, media, channels };
}

function poster(server: TestServer): (target: string, body: FormData | string) => Promise<{ id: string }> {
  const authorization = `Bearer ${apiKey(server)}`;
  return async (target, body) => {
    const headers: Record<string, string> = { authorization };
    if (typeof body === "string") headers["content-type"] = "application/json";
    const reply = await fetch(`${server.url}/api/v1${target}`, { method: "POST", headers, body });
    const answer = (await reply.json()) as { id: string };
    assert.equal(reply.status, 201, JSON.stringify(answer));
    return answer;
  };
}

/** A post whose publications stand as the engine leaves them when something goes wrong; due so far ahead that nothing moves. */
function trouble(server: TestServer, channels: readonly string[]): string {
  const { house, posts, publishing } = server.running.wired;
  const member = house.db.get<{ account_id: string; workspace_id: string }>(
    "SELECT account_id, workspace_id FROM memberships",
  )!;
  const at = server.clock.now() + 20 * 86_400_000;
  const input = {
    text: "A night of wrong turns",
    media: [],
    scheduledAt: at,
    timeZone: "Europe/Paris",
    channels: channels.map((channelId) => ({ channelId })),
  };
  const { id } = posts.saveDraft(member.workspace_id, member.account_id, input);
  publishing.plan(member.workspace_id, id, channels, at);
  house.db.run("UPDATE posts SET state = 'planned' WHERE id = ?", [id]);
  const problem = JSON.stringify({
    kind: "rejected",
    code: "x",
    message: "The platform refused the video: its sound is protected.",
    remedy: "Use another sound, then try again.",
  });
  const stands = ["failed", "held", "unconfirmed", "publishing"] as const;
  publishing.ofPost(member.workspace_id, id).forEach((one, index) => {
    const state = stands[index] ?? "failed";
    house.db.run("UPDATE publications SET state = ?, fence = ?, problem = ? WHERE id = ?", [
      state,
      state === "unconfirmed" ? "answered" : "open",
      state === "publishing" ? null : problem,
      one.id,
    ]);
  });
  return id;
}

async function appears(server: TestServer, sql: string): Promise<void> {
  const { db, runner } = server.running.wired.house;
  for (let i = 0; i < 400 && db.get(sql) === undefined; i += 1) {
    server.clock.push(50);
    runner.wake();
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  assert.ok(db.get(sql), sql);
}
