/** Every secret of a whole run is looked for in log, files and pages: none may be there in clear. */
import assert from "node:assert/strict";
import { openAsBlob, readFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { platforms } from "../src/platforms/index.ts";
import { chooseOptions } from "../scripts/demo/choices.ts";
import { buildDraft } from "../src/posts/index.ts";
import type { Robot } from "./support/robot.ts";
import { ada, apiKey, clip, everyByte, leaks, signUp, startTestServer, type TestServer } from "./support/server.ts";

test("a whole run leaves no secret in clear", async (t) => {
  const server = await startTestServer({ separateSandbox: true });
  t.after(() => server.close());
  const robot = await signUp(server);
  for (const platform of platforms) await connect(robot, server, platform.name);
  const key = apiKey(server);
  await publishEverywhere(server, key);
  await renewEverything(server);
  for (const page of ["/", "/channels", "/posts", "/media", "/settings", "/posts/new"])
    await robot.open(server.url + page);
  await robot.open(`${server.url}/channels/callback/tiktok?code=${server.world.issue("stolen code")}&state=wrong`);

  const issued = server.world.secrets();
  assert.ok(issued.length >= 3 * platforms.length, "the run made the platforms hand out secrets");
  const own = [
    { kind: "password", secret: ada.password },
    { kind: "API key", secret: key },
    { kind: "master key", secret: readFileSync(path.join(server.folder, "postern.key"), "utf8").trim() },
  ];
  const pages = robot.seen.map((html, index) => ({ name: `page ${index}`, bytes: Buffer.from(html) }));
  assert.ok(pages.length > 10);

  await t.test("the search finds what is there", () => {
    const planted = { name: "planted", bytes: Buffer.from(`x=${encodeURIComponent(issued[0]!.secret)}&`) };
    assert.notEqual(leaks([planted], issued).length, 0);
  });
  await t.test("before the channels are disconnected", () => {
    assert.deepEqual(leaks([...everyByte(server), ...pages], [...issued, ...own]), []);
  });
  await t.test("after they are, sealed values are gone as well", async () => {
    const { db } = server.running.wired.house;
    const sealed = db
      .all<{ access: string | null; refresh: string | null }>(
        "SELECT access_token_sealed AS access, refresh_token_sealed AS refresh FROM channels",
      )
      .flatMap((row) => [row.access, row.refresh])
      .filter((value) => value !== null)
      .map((secret) => ({ kind: "sealed token", secret }));
    assert.ok(sealed.length >= platforms.length);
    const { wired } = server.running;
    for (const row of db.all<{ id: string; workspace_id: string }>("SELECT id, workspace_id FROM channels")) {
      await wired.channels.disconnect(row.workspace_id, row.id);
    }
    assert.deepEqual(leaks(everyByte(server), [...server.world.secrets(), ...own, ...sealed]), []);
  });
});

async function connect(robot: Robot, server: TestServer, platform: string): Promise<void> {
  await robot.open(`${server.url}/channels`);
  await robot.press(`Connect ${platform}`);
  await robot.press("Allow");
  if (/<button[^>]*>\s*Connect\s*</.test(robot.page.html)) await robot.press("Connect");
  assert.equal(robot.page.status, 200, robot.page.url);
}

async function publishEverywhere(server: TestServer, key: string): Promise<void> {
  const { wired } = server.running;
  const authorization = `Bearer ${key}`;
  const form = new FormData();
  form.append("file", await openAsBlob(clip, { type: "video/mp4" }), "clip.mp4");
  const uploaded = await fetch(`${server.url}/api/v1/media`, {
    method: "POST",
    headers: { authorization },
    body: form,
  });
  const media = (await uploaded.json()) as { id: string };
  const row = () => wired.house.db.get<{ state: string }>("SELECT state FROM media WHERE id = ?", [media.id])?.state;
  await until(() => row() === "ready", "the video is measured");
  const [{ workspace_id }] = wired.house.db.all<{ workspace_id: string }>("SELECT workspace_id FROM memberships") as [
    { workspace_id: string },
  ];
  const text = "Low tide at six";
  const channels = await Promise.all(
    wired.channels.list(workspace_id).map(async ({ id, platform }) => {
      const draft = buildDraft(
        { text, media: [media.id], options: {} },
        (ids) => wired.media.facts(workspace_id, ids),
        null,
      );
      return {
        channelId: id,
        options: chooseOptions(platform, draft, await wired.channels.freshPreparation(workspace_id, id)),
      };
    }),
  );
  const reply = await fetch(`${server.url}/api/v1/posts`, {
    method: "POST",
    headers: { authorization, "content-type": "application/json" },
    body: JSON.stringify({ text, media: [media.id], publish: "now", channels }),
  });
  assert.equal(reply.status, 201, await reply.clone().text());
  const states = () => wired.house.db.all<{ state: string }>("SELECT state FROM publications").map((one) => one.state);
  await until(
    () => states().every((state) => state === "published"),
    () => `all are published: ${states().join(", ")}`,
    () => {
      server.clock.push(500);
      wired.house.runner.wake();
    },
  );
}

/** Two days later every access token is renewed at its next use. */
async function renewEverything(server: TestServer): Promise<void> {
  const { wired } = server.running;
  const before = server.world.secrets().length;
  server.clock.push(26 * 3600 * 1000);
  for (const { id } of wired.house.db.all<{ id: string }>("SELECT id FROM channels")) {
    const session = await wired.channels.session(id);
    // Meta gives out no renewal: that channel is signed out instead.
    await session.renew().catch((error: { kind?: string }) => assert.equal(error.kind, "signed_out"));
  }
  assert.ok(server.world.secrets().length > before, "new tokens were handed out");
}

async function until(
  done: () => boolean,
  what: string | (() => string),
  meanwhile: () => void = () => undefined,
): Promise<void> {
  for (let i = 0; i < 600; i += 1) {
    if (done()) return;
    meanwhile();
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  assert.fail(`This never came true: ${typeof what === "string" ? what : what()}`);
}
