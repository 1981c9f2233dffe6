/** One consent, several destinations: the choice, its end, and channels that live on one grant. */
import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import Fastify from "fastify";
import { accountRoutes, visitors } from "../../src/accounts/index.ts";
import { channelRoutes, Channels } from "../../src/channels/index.ts";
import type { Destination, Platform } from "../../src/platforms/contract.ts";
import { findPlatform } from "../../src/platforms/index.ts";
import { securityHeaders } from "../../src/web/headers.ts";
import { webFoundation } from "../../src/web/index.ts";
import { Robot, textOf } from "../support/robot.ts";
import { ada, startTestServer, type TestServer } from "../support/server.ts";
import { consent, DAY, flashOf, issued, MINUTE, signedIn, workspaceOf } from "./desk.ts";

const tiktok = findPlatform("tiktok")!;
const me = { method: "GET", url: "https://open.tiktokapis.com/v2/user/info/", query: { fields: "open_id" } } as const;

const page = (n: number, more: Partial<Destination> = {}): Destination => ({
  remoteId: `page-${n}`,
  name: `Page ${n}`,
  handle: `@page${n}`,
  avatarUrl: "https://p16-sign.tiktokcdn.com/avatar/page.jpeg",
  ...more,
});

/** TikTok's sign-in, but three pages behind each consent. */
const pages: Platform = { ...tiktok, destinations: async () => [page(1), page(2), page(3)] };

/** The panel's channel pages with a list of platforms of one's own, on a socket of their own beside the real server. */
async function open(t: TestContext, platforms: readonly Platform[]) {
  const server = await startTestServer({ separateSandbox: true });
  t.after(() => server.close());
  const { wired } = server.running;
  const channels = new Channels(wired.house, platforms);
  const app = Fastify({ logger: false, forceCloseConnections: true });
  securityHeaders(app, { https: false });
  await webFoundation(app, wired.house);
  visitors(app, wired.house);
  await app.register(accountRoutes, wired);
  await app.register(channelRoutes, { house: wired.house, channels });
  const url = await app.listen({ port: 0, host: "127.0.0.1" });
  t.after(() => app.close());
  const robot = new Robot();
  await robot.open(`${url}/sign-up`);
  await robot.press("Create account", ada);
  const beside: TestServer = { ...server, url };
  return { server: beside, robot, channels, house: wired.house, workspaceId: workspaceOf(server, ada.email) };
}

test("several destinations are offered, the chosen ones connected", async (t) => {
  const { server, robot, channels, house, workspaceId } = await open(t, [pages]);
  await robot.open(await consent(robot, server, "Connect TikTok"));
  assert.match(robot.page.url, /\/channels\/choose\/[\w-]+$/);
  assert.match(textOf(robot.page.html), /Which of these\?.*Page 1 @page1.*Page 2.*Page 3/);
  assert.equal([...robot.page.html.matchAll(/src="data:image\/webp;base64,/g)].length, 3);
  assert.equal(channels.list(workspaceId).length, 0);
  const choice = robot.page.url;
  const sealed = house.db.get<{ found: string }>("SELECT found_sealed AS found FROM oauth_flows")!.found;
  assert.match(sealed, /^x1\./);

  await t.test("none chosen is asked again", async () => {
    await robot.press("Connect", { destination: [] });
    assert.equal(robot.page.status, 422);
    assert.ok(robot.has("Choose at least one"));
  });

  await t.test("two chosen are two channels", async () => {
    await robot.open(choice);
    await robot.press("Connect", { destination: ["page-1", "page-3", "page-of-somebody-else"] });
    assert.equal(flashOf(robot), "Page 1, Page 3 are connected.");
    assert.deepEqual(
      channels.list(workspaceId).map((one) => one.remoteId),
      ["page-1", "page-3"],
    );
    assert.ok(channels.list(workspaceId).every((one) => one.hasAvatar));
  });

  await t.test("what was found is forgotten", async () => {
    assert.equal(house.db.get("SELECT 1 FROM oauth_flows WHERE found_sealed IS NOT NULL"), undefined);
    await robot.open(choice);
    assert.match(flashOf(robot), /took too long/);
  });

  await t.test("what is connected already is marked, and renewed when chosen", async () => {
    await robot.open(await consent(robot, server, "Connect TikTok"));
    assert.equal([...textOf(robot.page.html).matchAll(/Connected already/g)].length, 2);
    const mine = robot.page.url;
    const other = await signedIn(server.url, ada);
    await other.open(mine);
    assert.match(flashOf(other), /took too long/, "another session of the same person may not choose");
    await robot.open(mine);
    await robot.press("Connect");
    assert.equal(channels.list(workspaceId).length, 3);
  });

  await t.test("ten minutes later there is nothing to choose", async () => {
    await robot.open(await consent(robot, server, "Connect TikTok"));
    server.clock.push(10 * MINUTE);
    await robot.press("Connect");
    assert.match(flashOf(robot), /took too long/);
  });

  await t.test("one grant, one renewal for all that live on it", async () => {
    server.clock.push(2 * DAY);
    const before = issued(server, "tiktok refresh token");
    const ids = channels.list(workspaceId).map((one) => one.id);
    const sessions = await Promise.all(ids.map((id) => channels.session(id)));
    assert.equal(issued(server, "tiktok refresh token"), before + 1);
    for (const session of sessions) assert.equal((await session.request(me)).status, 200);
  });

  await t.test("the grant is withdrawn with the last of them", async () => {
    const [first, ...rest] = channels.list(workspaceId).map((one) => one.id);
    const receipt = await channels.disconnect(workspaceId, first!);
    assert.equal(receipt.revoked, false);
    assert.match(receipt.revocation, /another channel here was connected with the same sign-in/);
    assert.equal((await (await channels.session(rest[0]!)).request(me)).status, 200);
    await channels.disconnect(workspaceId, rest[0]!);
    assert.equal((await channels.disconnect(workspaceId, rest[1]!)).revoked, true);
  });
});

test("reconnecting finds its own among several", async (t) => {
  const { server, robot, channels, workspaceId } = await open(t, [pages]);
  await robot.open(await consent(robot, server, "Connect TikTok"));
  await robot.press("Connect", { destination: ["page-2"] });
  const { id } = channels.list(workspaceId)[0]!;
  channels.signOut(id, "Said a test.");
  await robot.open(await consent(robot, server, "Reconnect"));
  assert.equal(flashOf(robot), "Page 2 is signed in at TikTok again.");
  assert.deepEqual(
    channels.list(workspaceId).map((one) => [one.id, one.state]),
    [[id, "ready"]],
  );
});

test("a destination with a token of its own uses it, and nothing found is said", async (t) => {
  let found: Destination[] = [];
  const { server, robot, channels, house, workspaceId } = await open(t, [
    { ...tiktok, destinations: async () => found },
  ]);
  await robot.open(await consent(robot, server, "Connect TikTok"));
  assert.match(flashOf(robot), /There is nothing to connect behind this TikTok sign-in/);
  const tokens = {
    accessToken: "a token of its own",
    accessExpiresAt: null,
    refreshToken: null,
    refreshExpiresAt: null,
    scopes: null,
  };
  found = [page(1, { tokens, extra: { kind: "page" }, avatarUrl: null })];
  await robot.open(await consent(robot, server, "Connect TikTok"));
  const [channel] = channels.list(workspaceId);
  assert.deepEqual(channel!.extra, { kind: "page" });
  assert.equal(channel!.hasAvatar, false);
  const session = await channels.session(channel!.id);
  assert.equal(await session.accessToken(), "a token of its own");
  assert.equal(house.db.get<{ r: string | null }>("SELECT refresh_token_sealed AS r FROM channels")!.r, null);
  await robot.open(`${server.url}/channels`);
  assert.ok(robot.has("does not run out"));
});

test("a second way to sign in", async (t) => {
  const few = tiktok.oauth.scopes.filter((scope) => scope.required);
  const way = {
    id: "few",
    label: "with few permissions",
    about: "Choose this in a test.",
    app: "tiktok",
    oauth: { ...tiktok.oauth, scopes: few },
  };
  const { server, robot, channels, workspaceId } = await open(t, [{ ...tiktok, ways: [way] }]);
  await robot.open(await consent(robot, server, "Connect TikTok with few permissions"));
  const [channel] = channels.list(workspaceId);
  assert.equal(channel!.extra["way"], "few");
  assert.deepEqual(
    channel!.scopes,
    few.map((scope) => scope.id),
  );
  assert.ok(!robot.has("It may not"), "what this way does not ask for is not missing");
  server.clock.push(2 * DAY);
  assert.equal((await (await channels.session(channel!.id)).request(me)).status, 200);

  await t.test("reconnecting goes the same way, connecting anew may change it", async () => {
    channels.signOut(channel!.id, "Said a test.");
    await robot.open(await consent(robot, server, "Reconnect"));
    assert.equal(channels.list(workspaceId)[0]!.extra["way"], "few");
    await robot.open(await consent(robot, server, "Connect TikTok"));
    assert.equal(channels.list(workspaceId)[0]!.extra["way"], undefined);
    assert.equal(channels.list(workspaceId)[0]!.scopes.length, 5);
  });
});
