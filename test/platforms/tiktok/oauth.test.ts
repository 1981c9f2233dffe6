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
    without: ["user.info.profile", "user.info.stats", "video.publish", "video.list"],
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
  const allowed = await consent(sandbox, tiktok, { without: ["user.info.stats"] });
  const granted = tiktok.oauth.callbackScopes?.(allowed.query);
  assert.ok(granted?.includes("video.upload") && !granted.includes("user.info.stats"));
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
  await tiktok.destinations(session);
});

test("nothing is kept of a second account on the consent page", async (t) => {
  const { sandbox } = await stage(t);
  const other = await signIn(sandbox, tiktok, { account: "1d0e4c7a-52f3-4a1e-9b1f-quietkitchen" });
  assert.equal(other.handle, "@quietkitchen");
});
