/** Connecting: the way out, the way back, and every way in which it can go wrong. */
import assert from "node:assert/strict";
import test from "node:test";
import { readFileSync } from "node:fs";
import sharp from "sharp";
import { Robot, textOf } from "../support/robot.ts";
import { ada } from "../support/server.ts";
import {
  ben,
  connect,
  consent,
  credentials,
  flashOf,
  HARBOUR,
  issued,
  KITCHEN,
  MINUTE,
  only,
  openDesk,
  signedIn,
  stranger,
  TIKTOK_TOKEN,
} from "./desk.ts";

test("a channel is connected through its consent page", async (t) => {
  const desk = await openDesk(t);
  const { server, robot } = desk;
  await robot.open(`${server.url}/channels`);
  assert.ok(robot.has("No channel is connected yet"));
  await connect(desk, "TikTok");
  assert.equal(robot.page.url, `${server.url}/channels`, "code and state are not in the address any more");
  assert.equal(flashOf(robot), "Harbour Clockworks on TikTok is connected.");
  assert.ok(robot.has("One channel, signed in"));
  const channel = only(desk);
  assert.equal(channel.remoteId, HARBOUR);
  assert.equal(channel.handle, "@harbourclockworks");
  assert.equal(channel.state, "ready");
  assert.equal(channel.scopes.length, 5);
  assert.ok(channel.refreshExpiresAt! > server.clock.now() + 364 * 24 * 60 * MINUTE);
  assert.equal(server.running.wired.channels.endsAt(channel), channel.refreshExpiresAt);

  await t.test("its picture is kept small and shown to its workspace only", async () => {
    const cookie = await credentials(server.url);
    const picture = await fetch(`${server.url}${channel.avatarPath}`, { headers: cookie.headers });
    assert.equal(picture.headers.get("content-type"), "image/webp");
    const facts = await sharp(Buffer.from(await picture.arrayBuffer())).metadata();
    assert.deepEqual([facts.width, facts.height, facts.format], [96, 96, "webp"]);
    const again = await fetch(`${server.url}${channel.avatarPath}`, {
      headers: { ...cookie.headers, "if-none-match": picture.headers.get("etag")! },
    });
    assert.equal(again.status, 304);
  });

  await t.test("connecting it again renews it and makes no second one", async () => {
    await connect(desk, "TikTok");
    assert.equal(only(desk).id, channel.id);
    assert.equal(flashOf(robot), "Harbour Clockworks is signed in at TikTok again.");
  });

  await t.test("another account of the same platform is a second channel", async () => {
    await connect(desk, "TikTok", { account: KITCHEN });
    assert.ok(robot.has("Two channels, all signed in"));
  });

  await t.test("no code, state or token is in log or pages", () => {
    const text = readFileSync(server.logFile, "utf8") + robot.seen.join("");
    for (const { secret } of server.world.secrets()) assert.ok(!text.includes(secret));
  });

  await t.test("a stranger finds nothing of it", async () => {
    const other = await stranger(server);
    for (const path of [channel.avatarPath!, `/channels/${channel.id}/disconnect`, `/channels/${channel.id}/receipt`]) {
      assert.equal((await other.open(server.url + path)).status, 404, path);
    }
    await other.open(`${server.url}/channels`);
    assert.ok(other.has("No channel is connected yet"));
    const { csrf, headers } = await credentials(server.url, ben);
    for (const [path, body] of [
      [`/channels/${channel.id}/disconnect`, {}],
      ["/channels/connect/tiktok", { channel: channel.id }],
    ] as const) {
      const reply = await fetch(server.url + path, {
        method: "POST",
        headers,
        body: new URLSearchParams({ _csrf: csrf, ...body }),
        redirect: "manual",
      });
      assert.equal(reply.status, 404, path);
    }
    assert.equal(server.running.wired.channels.find("elsewhere", channel.id), null);
    await assert.rejects(server.running.wired.channels.disconnect("elsewhere", channel.id), { statusCode: 404 });
  });
});

test("a callback that must not connect", async (t) => {
  const desk = await openDesk(t);
  const { server, robot } = desk;
  const { channels } = server.running.wired;
  const trades = () => issued(server, "tiktok access token");
  const nothing = (said: RegExp): void => {
    assert.match(flashOf(robot), said);
    assert.equal(channels.list(desk.workspaceId).length, 0);
  };
  const TOO_LATE = /took too long or was opened in another browser/;

  await t.test("denied", async () => {
    await robot.open(await consent(robot, server, "Connect TikTok", { decision: "deny" }));
    nothing(/was not connected, because you did not allow it/);
  });

  await t.test("an unknown error is told without its text", async () => {
    const url = new URL(await consent(robot, server, "Connect TikTok", { decision: "deny" }));
    url.searchParams.set("error", "<script>alert(1)</script>");
    url.searchParams.set("error_description", "<b>trust me</b>");
    await robot.open(url.href);
    nothing(/did not accept this install's app, so/);
    assert.doesNotMatch(robot.page.html, /trust me|alert\(1\)/);
  });

  await t.test("unknown state", async () => {
    const before = trades();
    await robot.open(`${server.url}/channels/callback/tiktok?code=x&state=nobody`);
    nothing(TOO_LATE);
    await robot.open(`${server.url}/channels/callback/tiktok`);
    nothing(TOO_LATE);
    assert.equal(trades(), before);
  });

  await t.test("another platform's address", async () => {
    const url = new URL(await consent(robot, server, "Connect TikTok"));
    url.pathname = "/channels/callback/youtube";
    await robot.open(url.href);
    nothing(TOO_LATE);
    assert.equal(trades(), 0);
  });

  await t.test("another person's session, and none at all", async () => {
    const url = await consent(robot, server, "Connect TikTok");
    const other = await stranger(server);
    await other.open(url);
    assert.match(flashOf(other), TOO_LATE);
    const nobody = new Robot();
    const page = await nobody.open(url);
    assert.match(page.url, /\/sign-in\?next=%2Fchannels$/, "the code does not travel on");
    assert.equal(trades(), 0);
  });

  await t.test("after ten minutes", async () => {
    const url = await consent(robot, server, "Connect TikTok");
    server.clock.push(10 * MINUTE);
    await robot.open(url);
    nothing(TOO_LATE);
    assert.equal(trades(), 0);
    for (const clock of channels.clocks()) if (/forget old/.test(clock.name)) await clock.run();
    assert.equal(server.running.wired.house.db.get("SELECT 1 FROM oauth_flows"), undefined);
  });

  await t.test("a needed permission left out is named in words", async () => {
    await robot.open(await consent(robot, server, "Connect TikTok", { without: ["video.upload"] }));
    nothing(/was not allowed to let Postern “send drafts to your TikTok inbox”/);
  });

  await t.test("an account without a channel", async () => {
    await connect(desk, "YouTube", { account: "google-account-without-channel" });
    nothing(/has no YouTube channel\. Nothing was connected\. Create a channel/);
  });

  for (const kind of ["refuse", "reset_after", "garbage", "wrong_type"] as const) {
    await t.test(`the token address answers with ${kind}`, async () => {
      const url = await consent(robot, server, "Connect TikTok");
      server.world.faults.arm({ kind, request: TIKTOK_TOKEN });
      await robot.open(url);
      nothing(/Nothing was connected|nothing was connected/);
      assert.equal(robot.page.status, 200);
    });
  }

  await t.test("a refused code is no sign-out", async () => {
    const url = new URL(await consent(robot, server, "Connect TikTok"));
    url.searchParams.set("code", "made up");
    await robot.open(url.href);
    nothing(/took too long, or was used already/);
  });

  await t.test("the profile cannot be read", async () => {
    const url = await consent(robot, server, "Connect TikTok");
    server.world.faults.arm({ kind: "status", status: 500, request: "GET open.tiktokapis.com/v2/user/info/" });
    await robot.open(url);
    nothing(/Nothing was connected\. Try again/);
  });

  await t.test("twice: the second time sends nothing", async () => {
    const url = await consent(robot, server, "Connect TikTok");
    await robot.open(url);
    assert.equal(channels.list(desk.workspaceId).length, 1);
    const before = trades();
    await robot.open(url);
    assert.match(flashOf(robot), /was finished before/);
    assert.equal(trades(), before);
    assert.equal(channels.list(desk.workspaceId).length, 1);
  });

  await t.test("begun too often", async () => {
    const { db } = server.running.wired.house;
    while (db.get<{ n: number }>("SELECT COUNT(*) AS n FROM oauth_flows")!.n < 30) {
      await robot.open(`${server.url}/channels`);
      await robot.press("Connect TikTok");
    }
    await robot.open(`${server.url}/channels`);
    await robot.press("Connect TikTok");
    assert.equal(robot.page.status, 429);
  });
});

test("the address to come back to is the one the browser used", async (t) => {
  const { server, robot } = await openDesk(t);
  const back = (html: string): string => new URL(html).searchParams.get("redirect_uri")!;
  await robot.open(`${server.url}/channels`);
  await robot.press("Connect TikTok");
  assert.equal(back(robot.page.url), `${server.url}/channels/callback/tiktok`);
  const local = server.url.replace("127.0.0.1", "localhost");
  const other = await signedIn(local, ada);
  const callback = await consent(other, { ...server, url: local }, "Connect TikTok");
  assert.ok(callback.startsWith(`${local}/channels/callback/tiktok?`));
  await other.open(callback);
  assert.match(flashOf(other), /is connected/, textOf(other.page.html).slice(0, 300));

  await t.test("and forms may end at the consent pages", async () => {
    const reply = await fetch(`${local}/channels`, { headers: (await credentials(local)).headers });
    const policy = reply.headers.get("content-security-policy")!;
    assert.match(
      policy,
      new RegExp(
        `form-action 'self' ${new URL(server.running.wired.house.outbound.browserUrl("https://www.tiktok.com/")).origin}`,
      ),
    );
  });
});
