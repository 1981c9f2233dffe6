/** Signing in, renewing and withdrawing, over real sockets. */
import assert from "node:assert/strict";
import test from "node:test";
import { tradeCode } from "../../../src/oauth/index.ts";
import { PlatformError } from "../../../src/platforms/contract.ts";
import { tiktok } from "../../../src/platforms/tiktok/index.ts";
import { consent, openSandbox, redirectUri, signIn } from "../../support/sandbox.ts";
import { API, stage } from "./setup.ts";

const DAY = 86_400_000;

test("consent, tokens and the one destination", async (t) => {
  const { session } = await stage(t);
  const now = session.now();
  assert.match(session.tokens.accessToken, /^act\./);
  assert.match(session.tokens.refreshToken ?? "", /^rft\./);
  assert.ok(Math.abs((session.tokens.accessExpiresAt ?? 0) - now - DAY) < 5000);
  assert.ok(Math.abs((session.tokens.refreshExpiresAt ?? 0) - now - 365 * DAY) < 5000);
  assert.ok(session.scopes.includes("video.publish"));
  const [found] = session.destinations;
  assert.equal(found?.name, "Harbour Clockworks");
  assert.equal(found?.handle, "@harbourclockworks");
  assert.ok(found?.remoteId && found.avatarUrl && (await fetch(found.avatarUrl)).ok);
});

test("the profile is asked only for what was granted", async (t) => {
  const { session } = await stage(t, {
    without: ["user.info.profile", "video.publish", "video.list"],
  });
  assert.deepEqual([...session.scopes], ["user.info.basic", "video.upload"]);
  assert.equal(session.handle, "");
  assert.equal(session.destinations[0]?.name, "Harbour Clockworks");
  const facts = await tiktok.prepare(session);
  assert.deepEqual(
    tiktok.validate({ text: "", media: [], options: { mode: "direct" }, assets: {}, dueAt: null }, facts)[1]?.field,
    "mode",
  );
});

test("a refusal comes back as such, and the callback lists what was granted", async (t) => {
  const sandbox = await openSandbox();
  t.after(() => sandbox.close());
  const denied = await consent(sandbox, tiktok, { decision: "deny" });
  assert.equal(denied.query["error"], "access_denied");
  assert.equal(denied.query["state"], denied.state);
  const allowed = await consent(sandbox, tiktok, { without: ["video.list"] });
  const granted = tiktok.oauth.callbackScopes?.(allowed.query);
  assert.ok(granted?.includes("video.upload") && !granted.includes("video.list"));
  assert.equal(tiktok.oauth.callbackScopes?.({}), null);
});

test("a used code and a wrong redirect address are refused in plain words", async (t) => {
  const sandbox = await openSandbox();
  t.after(() => sandbox.close());
  const { query, verifier } = await consent(sandbox, tiktok);
  const client = (address: string) => ({
    clientId: "sandbox",
    clientSecret: "sandbox",
    redirectUri: address,
    post: (url: string, form: Record<string, string>) => sandbox.outbound.platform({ method: "POST", url, form }),
    get: (url: string, query: Record<string, string>) => sandbox.outbound.platform({ method: "GET", url, query }),
    now: () => sandbox.clock.now(),
  });
  const flow = { code: query["code"] ?? "", verifier };
  await tradeCode(tiktok.oauth, client(redirectUri), flow);
  await assert.rejects(tradeCode(tiktok.oauth, client(redirectUri), flow), {
    kind: "signed_out",
    code: "invalid_grant",
  });
  const next = await consent(sandbox, tiktok);
  await assert.rejects(
    tradeCode(tiktok.oauth, client(`${redirectUri}/`), { code: next.query["code"] ?? "", verifier: next.verifier }),
    { kind: "rejected", code: "invalid_request" },
  );
});

test("token answers that are no answers are transient", () => {
  const reply = (status: number, json: unknown) => ({ status, json, headers: {}, text: "" });
  for (const bad of [
    reply(200, undefined),
    reply(502, undefined),
    reply(200, {}),
    reply(500, { error: "server_error" }),
    reply(401, undefined),
    reply(400, "<html></html>"),
  ]) {
    assert.throws(
      () => tiktok.oauth.readTokens(bad, 0),
      (error: PlatformError) => error.kind === "transient",
    );
  }
  assert.throws(() => tiktok.oauth.readTokens(reply(200, { error: "invalid_grant" }), 0), { kind: "signed_out" });
});

test("a dead access token is renewed once, and the refresh token turns over", async (t) => {
  const { sandbox, session } = await stage(t);
  const before = session.tokens;
  sandbox.world.setBehaviour("tiktok", "token", "expired");
  await tiktok.destinations(session);
  assert.notEqual(session.tokens.accessToken, before.accessToken);
  assert.notEqual(session.tokens.refreshToken, before.refreshToken);
  session.tokens = before;
  await assert.rejects(session.renew(), { kind: "signed_out", code: "invalid_grant" });
});

test("a 401 without TikTok's envelope is answered with a new token too, a missing permission is not", async (t) => {
  const { sandbox, session } = await stage(t);
  const before = session.tokens.accessToken;
  const INFO = `GET ${API}/user/info/`;
  sandbox.world.faults.arm({ request: INFO, kind: "status", status: 401, body: "<html>no</html>" });
  assert.equal((await tiktok.destinations(session))[0]?.name, "Harbour Clockworks");
  const after = session.tokens.accessToken;
  assert.notEqual(after, before);
  const body = JSON.stringify({ error: { code: "scope_not_authorized", message: "", log_id: "1" } });
  sandbox.world.faults.arm({ request: INFO, kind: "status", status: 401, body });
  await assert.rejects(tiktok.destinations(session), { kind: "signed_out", code: "scope_not_authorized" });
  assert.equal(session.tokens.accessToken, after);
});

test("a pause is asked for in seconds or as a date", async (t) => {
  const { sandbox, session } = await stage(t);
  const body = JSON.stringify({ error: { code: "rate_limit_exceeded", message: "", log_id: "1" } });
  const now = sandbox.clock.now();
  for (const value of ["240", new Date(now + 240_000).toUTCString()]) {
    const headers = { "retry-after": value };
    sandbox.world.faults.arm({ request: `GET ${API}/user/info/`, kind: "status", status: 429, headers, body });
    await assert.rejects(tiktok.destinations(session), (error: PlatformError) => {
      const wait = (error.until ?? 0) - now;
      return error.kind === "rate_limited" && wait > 235_000 && wait < 260_000;
    });
  }
});

test("an account without an id is no account", async (t) => {
  const { sandbox, session } = await stage(t);
  const answer = (user: string) => `{"data":{"user":${user}},"error":{"code":"ok","message":"","log_id":"1"}}`;
  for (const [body, id] of [
    [answer('{"display_name":"A"}'), null],
    [answer('{"open_id":7678907398077074696,"display_name":"A"}'), "7678907398077074696"],
  ] as const) {
    sandbox.world.faults.arm({ request: `GET ${API}/user/info/`, kind: "status", status: 200, body });
    if (id === null) await assert.rejects(tiktok.destinations(session), { kind: "transient" });
    else assert.equal((await tiktok.destinations(session))[0]?.remoteId, id);
  }
});

test("a withdrawn sign-in ends as signed out", async (t) => {
  const { sandbox, session } = await stage(t);
  sandbox.world.setBehaviour("tiktok", "token", "revoked");
  await assert.rejects(tiktok.destinations(session), { kind: "signed_out" });
});

test("revoking ends the grant at TikTok, also from a dead access token", async (t) => {
  const { sandbox, session } = await stage(t);
  sandbox.clock.push(DAY + 1);
  const dead = session.tokens.accessToken;
  await tiktok.revoke(session);
  assert.notEqual(session.tokens.accessToken, dead, "renewed first");
  await assert.rejects(session.renew(), { kind: "signed_out" });
  await assert.rejects(tiktok.destinations(session), { kind: "signed_out" });
});

test("a revocation TikTok did not confirm is not taken for one", async (t) => {
  const { sandbox, session } = await stage(t);
  sandbox.world.faults.arm({ request: `POST ${API}/oauth/revoke/`, kind: "status", status: 503 });
  await assert.rejects(tiktok.revoke(session), { kind: "transient" });
  // Somebody in between answers in its place.
  sandbox.world.faults.arm({ request: `POST ${API}/oauth/revoke/`, kind: "wrong_type" });
  await assert.rejects(tiktok.revoke(session), { kind: "transient" });
  await tiktok.destinations(session);
});

test("nothing is kept of a second account on the consent page", async (t) => {
  const { sandbox } = await stage(t);
  const other = await signIn(sandbox, tiktok, { account: "1d0e4c7a-52f3-4a1e-9b1f-quietkitchen" });
  assert.equal(other.handle, "@quietkitchen");
});
