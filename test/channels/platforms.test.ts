/** The owner's page of app credentials. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import test from "node:test";
import { readConfig } from "../../src/config/index.ts";
import { wire } from "../../src/wiring.ts";
import { textOf } from "../support/robot.ts";
import { everyByte, leaks, startTestServer, signUp } from "../support/server.ts";
import { openDesk, stranger } from "./desk.ts";

const secret = "s3cret-of-the-app-0123456789";

test("entering, using and removing an app", async (t) => {
  const { server, robot } = await openDesk(t);
  const { channels } = server.running.wired;
  await robot.open(`${server.url}/admin/platforms`);
  const text = textOf(robot.page.html);
  assert.match(text, /The sandbox needs no apps/);
  assert.ok(text.includes(`${server.url}/channels/callback/tiktok`));
  assert.ok(text.includes("video.publish"));
  assert.ok(text.includes("In Login Kit, register the redirect address"));
  assert.deepEqual(channels.app("tiktok"), { clientId: "sandbox", clientSecret: "sandbox", source: "sandbox" });

  await robot.press("Store the app for TikTok", { clientId: "with space", clientSecret: "" });
  assert.equal(robot.page.status, 422);
  assert.ok(robot.has("Enter the client secret."));
  assert.match(robot.page.html, /value="with space"/);

  await robot.press("Store the app for TikTok", { clientId: "aw123", clientSecret: secret });
  assert.ok(robot.has("Its secret is sealed and is not shown again."));
  assert.ok(robot.has("entered here, client id aw123"));
  assert.deepEqual(channels.app("tiktok"), { clientId: "aw123", clientSecret: secret, source: "admin" });
  assert.ok(!robot.seen.join("").includes(secret));
  assert.deepEqual(leaks(everyByte(server), [{ kind: "client secret", secret }]), []);

  await robot.open(`${server.url}/channels`);
  await robot.press("Connect TikTok");
  assert.equal(new URL(robot.page.url).searchParams.get("client_key"), "aw123");

  await robot.open(`${server.url}/admin/platforms`);
  await robot.press("Remove what was entered");
  assert.equal(channels.app("tiktok")!.source, "sandbox");

  await t.test("nobody but the owner", async () => {
    const ben = await stranger(server);
    const page = await ben.open(`${server.url}/admin/platforms`);
    assert.equal(page.status, 403);
    assert.ok(!page.html.includes("callback/tiktok"));
  });
});

test("live without an app: said, not broken", async (t) => {
  const server = await startTestServer({ settings: { PLATFORM_MODE: "live" } });
  t.after(() => server.close());
  const robot = await signUp(server);
  await robot.open(`${server.url}/channels`);
  assert.ok(robot.has("TikTok is not set up in this install. Set it up"));
  assert.ok(!/<button[^>]*>[^<]*Connect TikTok/.test(robot.page.html));
  assert.match(robot.page.html, /href="\/admin\/platforms#tiktok"/);
  assert.equal(server.running.wired.channels.app("tiktok"), null);
  await robot.open(`${server.url}/admin/platforms`);
  assert.ok(robot.has("No platform is set up yet"));
  assert.ok(robot.has("Set PUBLIC_URL to this install's https address first."));
  await robot.press("Store the app for TikTok", { clientId: "aw123", clientSecret: secret });
  await robot.open(`${server.url}/channels`);
  const policy = (await fetch(`${server.url}/sign-in`)).headers.get("content-security-policy")!;
  assert.doesNotMatch(policy, /tiktok/, "only pages that connect may send people there");
});

test("the environment wins", async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), "postern-apps-"));
  const settings = {
    DATA_DIR: folder,
    PORT: "0",
    LOG_LEVEL: "silent",
    TIKTOK_CLIENT_ID: "env-id",
    TIKTOK_CLIENT_SECRET: "env-secret",
  };
  const wired = wire(readConfig(settings, path.join(folder, "no.env")), { port: 1 });
  t.after(async () => {
    await wired.close();
    rmSync(folder, { recursive: true });
  });
  wired.channels.setApp("tiktok", "entered", "entered too");
  assert.deepEqual(wired.channels.app("tiktok"), {
    clientId: "env-id",
    clientSecret: "env-secret",
    source: "environment",
  });
  assert.ok(wired.channels.appEnteredAt("tiktok"));
  wired.channels.clearApp("tiktok");
  assert.equal(wired.channels.appEnteredAt("tiktok"), null);
});
