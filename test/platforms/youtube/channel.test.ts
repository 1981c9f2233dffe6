/** Signing a YouTube channel in and out, what it brings to the form, and its numbers. */
import assert from "node:assert/strict";
import test from "node:test";
import type { PlatformResponse } from "../../../src/platforms/contract.ts";
import type { YoutubePreparation } from "../../../src/platforms/youtube/channel.ts";
import { youtube } from "../../../src/platforms/youtube/index.ts";
import { ACCOUNT_WITHOUT_CHANNEL, channels } from "../../../src/sandbox/youtube/seeds.ts";
import { consent, openSandbox, signIn } from "../../support/sandbox.ts";
import { MB, openStudio, platform, problemOf } from "./studio.ts";

const FORCE_SSL = "https://www.googleapis.com/auth/youtube.force-ssl";

test("consent brings the chosen channel, its uploads list and a refresh token", async (t) => {
  const { session } = await openStudio(t, { account: channels[1]?.id });
  assert.equal(session.destinations.length, 1);
  assert.equal(session.remoteId, channels[1]?.id);
  assert.equal(session.handle, "@harbourkitchen");
  assert.equal(session.destinations[0]?.name, "Harbour Kitchen");
  assert.equal(session.extra["uploads"], `UU${channels[1]?.id.slice(2)}`);
  assert.equal(session.extra["longUploadsStatus"], "eligible");
  assert.ok(session.tokens.refreshToken);
  assert.equal(session.scopes.length, 3);
});

test("a brand channel's video lands on the brand channel", async (t) => {
  const { deliver, world } = await openStudio(t, { account: channels[1]?.id });
  await platform.publish(deliver(MB));
  assert.equal(world.feed()[0]?.handle, "@harbourkitchen");
});

test("a Google account without a channel is told so", async (t) => {
  const sandbox = await openSandbox();
  t.after(() => sandbox.close());
  const problem = await problemOf(signIn(sandbox, youtube, { account: ACCOUNT_WITHOUT_CHANNEL }));
  assert.deepEqual([problem.kind, problem.code], ["rejected", "no_channel"]);
  assert.equal(problem.message, "This Google account has no YouTube channel.");
});

test("saying no comes back as access_denied, with the state", async (t) => {
  const sandbox = await openSandbox();
  t.after(() => sandbox.close());
  const { query, state } = await consent(sandbox, youtube, { decision: "deny" });
  assert.deepEqual(query, { state, error: "access_denied" });
});

test("a renewal brings no refresh token and works; the old one goes on working", async (t) => {
  const { session } = await openStudio(t);
  const { refreshToken, accessToken } = session.tokens;
  await session.renew();
  await session.renew();
  assert.equal(session.tokens.refreshToken, refreshToken);
  assert.notEqual(session.tokens.accessToken, accessToken);
  assert.equal((await youtube.destinations(session)).length, 1);
});

const reply = (status: number, json: unknown): PlatformResponse => ({ status, headers: {}, text: "", json });
const NOW = 1_000_000;

test("token replies are judged by what they say, not by their status", () => {
  const read = youtube.oauth.readTokens;
  const good = read(reply(200, { access_token: "a", expires_in: 3599, scope: "x y", token_type: "Bearer" }), NOW);
  assert.deepEqual(good, {
    accessToken: "a",
    accessExpiresAt: NOW + 3_599_000,
    refreshToken: null,
    refreshExpiresAt: null,
    scopes: ["x", "y"],
  });
  const kind = (status: number, json: unknown) => {
    try {
      read(reply(status, json), NOW);
    } catch (error) {
      return (error as { kind: string }).kind;
    }
    return "read";
  };
  assert.equal(kind(400, { error: "invalid_grant", error_description: "Bad Request" }), "signed_out");
  assert.equal(kind(200, { error: "invalid_grant" }), "signed_out");
  assert.equal(kind(401, { error: "invalid_client" }), "rejected");
  assert.equal(kind(400, { error: "redirect_uri_mismatch" }), "rejected");
  assert.equal(kind(503, { error: "server_error" }), "transient");
  assert.equal(kind(502, undefined), "transient");
  assert.equal(kind(200, { token_type: "Bearer" }), "transient");
});

test("of a token reply only the access token decides; the rest may come in other clothes", () => {
  const read = (json: object) => youtube.oauth.readTokens(reply(200, { access_token: "a", ...json }), NOW);
  assert.equal(read({ expires_in: "3599" }).accessExpiresAt, NOW + 3_599_000);
  assert.equal(read({ expires_in: null }).accessExpiresAt, null);
  for (const nothing of [undefined, null, "", 7]) assert.equal(read({ refresh_token: nothing }).refreshToken, null);
  assert.deepEqual(read({ scope: null, id_token: "x", extra: {} }).scopes, null);
});

test("a testing project's seven days are kept with the token", () => {
  const facts = { access_token: "a", refresh_token: "r", refresh_token_expires_in: 604_799 };
  assert.equal(youtube.oauth.readTokens(reply(200, facts), NOW).refreshExpiresAt, NOW + 604_799_000);
});

test("a channel is read whatever surrounds its id and title, and its picture can be fetched", async (t) => {
  const { session, world, sandbox } = await openStudio(t);
  const [found] = await youtube.destinations(session);
  const picture = await sandbox.outbound.download(found?.avatarUrl ?? "", { maxBytes: 100_000, fromPlatform: true });
  picture.body.resume();
  assert.deepEqual([picture.status, picture.headers["content-type"]], [200, "image/jpeg"]);
  const channel = { id: "UCodd", snippet: { title: "Odd", customUrl: 7, thumbnails: { default: {} } } };
  const body = JSON.stringify({ items: [{ ...channel, contentDetails: {}, status: null, extra: [] }] });
  world.faults.arm({ request: "GET www.googleapis.com/youtube/v3/channels", kind: "status", status: 200, body });
  const [odd] = await youtube.destinations(session);
  assert.deepEqual([odd?.remoteId, odd?.name, odd?.handle, odd?.avatarUrl], ["UCodd", "Odd", "Odd", null]);
  for (const none of ['{"items":null}', '{"items":[]}', "{}"]) {
    world.faults.arm({
      request: "GET www.googleapis.com/youtube/v3/channels",
      kind: "status",
      status: 200,
      body: none,
    });
    assert.equal((await problemOf(youtube.destinations(session))).code, "no_channel");
  }
});

test("counters that come as numbers are the same counters", async (t) => {
  const { session, world } = await openStudio(t);
  const body = '{"items":[{"id":"abc","statistics":{"viewCount":12,"likeCount":"3","commentCount":null}}]}';
  world.faults.arm({ request: "GET www.googleapis.com/youtube/v3/videos", kind: "status", status: 200, body });
  const readings = await youtube.metrics(session, ["abc"]);
  assert.deepEqual(readings["abc"], { views: 12, likes: 3, comments: null, shares: null });
});

test("the form gets channel, categories that can be chosen, and playlists", async (t) => {
  const { session } = await openStudio(t);
  const known = (await youtube.prepare(session)) as YoutubePreparation;
  assert.equal(known.name, "Mira Okafor");
  assert.equal(known.longUploads, "allowed");
  assert.ok(known.categories?.some((category) => category.id === "22"));
  assert.ok(!known.categories?.some((category) => category.id === "18"), "not assignable");
  assert.equal(known.playlists?.length, 2);
  assert.equal(known.mayUsePlaylists, true);
});

test("what fails beside the form does not block it", async (t) => {
  const { session, world } = await openStudio(t, { without: [FORCE_SSL] });
  world.faults.arm({
    request: "GET www.googleapis.com/youtube/v3/videoCategories",
    kind: "status",
    status: 503,
    times: -1,
  });
  world.faults.arm({ request: "GET www.googleapis.com/youtube/v3/playlists", kind: "garbage", times: -1 });
  world.faults.arm({ request: "GET www.googleapis.com/youtube/v3/channels", kind: "refuse", times: -1 });
  const known = (await youtube.prepare(session)) as YoutubePreparation;
  assert.deepEqual(known, {
    name: "@miraokafor",
    handle: "@miraokafor",
    avatarUrl: null,
    longUploads: "allowed",
    categories: null,
    playlists: null,
    mayUsePlaylists: false,
  });
});

test("a lost sign-in is heard while composing; a dead line is not taken for one", async (t) => {
  const { session, world } = await openStudio(t);
  world.faults.arm({ request: "*", kind: "refuse", times: -1 });
  assert.equal((await problemOf(youtube.destinations(session))).kind, "transient");
  world.faults.clear();
  world.setBehaviour("youtube", "token", "revoked");
  assert.equal((await problemOf(youtube.prepare(session))).kind, "signed_out");
});

test("numbers come in batches of fifty; a missing counter is null, not zero", async (t) => {
  const { deliver, session, world, clock } = await openStudio(t);
  await platform.publish(deliver(MB));
  await platform.publish(deliver(MB, { madeForKids: true }));
  clock.push(50 * 3_600_000);
  await session.renew();
  const [open, kids] = world.feed().map((item) => item.id);
  assert.ok(open && kids);
  const absent = Array.from({ length: 60 }, (_, n) => `missing-${n}`);
  let calls = 0;
  const { request } = session;
  session.request = (call) => ((calls += 1), request(call));
  const readings = await youtube.metrics(session, [open, ...absent, kids]);
  assert.equal(calls, 2);
  assert.ok((readings[open]?.views ?? 0) >= 50);
  assert.equal(typeof readings[open]?.comments, "number");
  assert.equal(readings[open]?.shares, null);
  assert.equal(readings[kids]?.comments, null);
  assert.equal(readings["missing-3"], null);
  assert.equal(Object.keys(readings).length, 62);
});

test("revoking ends the grant at Google; twice does no harm, a dead line and a stranger's answer are told", async (t) => {
  const { session, world } = await openStudio(t);
  for (const kind of ["refuse", "wrong_type"] as const) {
    world.faults.arm({ request: "POST oauth2.googleapis.com/revoke", kind });
    assert.equal((await problemOf(youtube.revoke(session))).kind, "transient");
  }
  assert.equal((await youtube.destinations(session)).length, 1, "nothing is withdrawn yet");
  await youtube.revoke(session);
  await youtube.revoke(session);
  assert.equal((await problemOf(youtube.destinations(session))).kind, "signed_out");
});
