/** Signing Instagram accounts in by both ways, keeping the sign-in alive, and what each way brings. */
import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import type { PlatformResponse } from "../../../src/platforms/contract.ts";
import { instagram } from "../../../src/platforms/instagram/index.ts";
import type { Prepared } from "../../../src/platforms/instagram/prepare.ts";
import { accounts } from "../../../src/sandbox/instagram/seeds.ts";
import { people } from "../../../src/sandbox/meta/seeds.ts";
import { consent, openSandbox, signIn } from "../../support/sandbox.ts";
import { byFacebook, openStudio, problemOf } from "./studio.ts";

const DAY = 24 * 3_600_000;
const [mira, kitchen, personal] = accounts;

async function open(t: TestContext) {
  const sandbox = await openSandbox();
  t.after(() => sandbox.close());
  return sandbox;
}

test("Instagram's own sign-in: one account, its id to the last digit, a token of sixty days", async (t) => {
  const { session, clock } = await openStudio(t, { account: kitchen?.id });
  assert.equal(session.destinations.length, 1);
  assert.equal(session.remoteId, "17841400000000021");
  assert.deepEqual([session.handle, session.destinations[0]?.name], ["@harbourkitchen", "Harbour Kitchen"]);
  assert.deepEqual(session.extra, {
    way: "",
    username: "harbourkitchen",
    accountType: "BUSINESS",
    appScopedId: kitchen?.appScopedId,
  });
  const days = (session.tokens.accessExpiresAt! - clock.now()) / DAY;
  assert.ok(days > 59.9 && days <= 60, "the short token was traded for a long one");
  assert.equal(session.tokens.refreshToken, null, "so it is renewed long before its end");
  assert.equal(session.scopes.length, 4);
});

test("both envelopes of the code's reply are read, with the scopes that were left ticked", async (t) => {
  const sandbox = await open(t);
  const without = ["instagram_business_manage_insights"];
  const flat = await signIn(sandbox, instagram, { without });
  sandbox.world.setBehaviour("instagram", "envelope", "data");
  const wrapped = await signIn(sandbox, instagram, { without });
  assert.deepEqual(flat.scopes, wrapped.scopes);
  assert.ok(!flat.scopes.includes(without[0]!) && flat.scopes.length === 3);
});

const reply = (status: number, json: unknown): PlatformResponse => ({ status, headers: {}, text: "", json });

test("token replies in every shape, and refusals by what they say", () => {
  const read = (json: unknown, status = 200) => instagram.oauth.readTokens(reply(status, json), 1000);
  assert.deepEqual(read({ access_token: "a", user_id: 17, permissions: ["x", "y"] }).scopes, ["x", "y"]);
  assert.deepEqual(read({ access_token: "a", user_id: "17", permissions: "x, y" }).scopes, ["x", "y"]);
  assert.deepEqual(read({ data: [{ access_token: "a", permissions: "x,y" }] }).scopes, ["x", "y"]);
  assert.equal(read({ access_token: "a", token_type: "bearer", expires_in: 100 }).accessExpiresAt, 101_000);
  assert.equal(read({ access_token: "a" }).accessExpiresAt, 1000 + 3_600_000, "a short token lives an hour");
  const kind = (json: unknown, status: number) => {
    try {
      read(json, status);
      return "read";
    } catch (error) {
      return (error as { kind: string }).kind;
    }
  };
  const used = {
    error_type: "OAuthException",
    code: 400,
    error_message: "Matching code was not found or was already used",
  };
  assert.equal(kind(used, 400), "rejected");
  assert.equal(kind(used, 200), "rejected");
  assert.equal(kind({ error: { code: 190, message: "x" } }, 400), "signed_out");
  assert.equal(kind(undefined, 502), "transient");
  assert.equal(kind({ data: [] }, 200), "transient");
});

test("a token is renewed with itself from its second day on; a refusal before that does not end it", async (t) => {
  const { session, clock, sent } = await openStudio(t);
  const first = session.tokens.accessToken;
  assert.equal((await problemOf(session.renew())).kind, "rejected");
  assert.equal((await instagram.destinations(session)).length, 1);
  clock.push(50 * DAY);
  sent.length = 0;
  await session.renew();
  assert.deepEqual(sent, ["GET /refresh_access_token"]);
  assert.notEqual(session.tokens.accessToken, first);
  assert.ok(session.tokens.accessExpiresAt! - clock.now() > 59 * DAY);
  assert.equal((await instagram.destinations(session)).length, 1);
});

test("a token that ran out or was withdrawn cannot be renewed: signed out", async (t) => {
  const { session, clock, world } = await openStudio(t);
  clock.push(2 * DAY);
  world.setBehaviour("instagram", "token", "revoked");
  assert.equal((await problemOf(session.renew())).kind, "signed_out");
  world.setBehaviour("instagram", "token", "");
  world.faults.arm({ request: "GET graph.instagram.com/refresh_access_token", kind: "refuse" });
  assert.equal((await problemOf(session.renew())).kind, "transient", "the old one is kept");
  clock.push(60 * DAY);
  assert.equal((await problemOf(session.renew())).kind, "signed_out");
  assert.equal((await problemOf(instagram.destinations(session))).kind, "signed_out");
});

test("a personal account is told what it lacks and how to change it", async (t) => {
  const problem = await problemOf(signIn(await open(t), instagram, { account: personal?.id }));
  assert.deepEqual([problem.kind, problem.code], ["rejected", "personal_account"]);
  assert.match(problem.message, /@jonfalk is a personal Instagram account/);
  assert.match(problem.remedy, /switch to a professional account/);
});

test("saying no comes back as access_denied, with the state", async (t) => {
  const { query, state } = await consent(await open(t), instagram, { decision: "deny" });
  assert.equal(query["error"], "access_denied");
  assert.equal(query["state"], state);
});

test("through a Facebook Page: the linked account with the Page's own token, which does not run out", async (t) => {
  const { session } = await openStudio(t, { way: "facebook" });
  assert.equal(session.remoteId, mira?.id);
  assert.deepEqual(session.extra, {
    way: "facebook",
    username: "miraokafor",
    pageId: "270000000000011",
    pageName: "Mira Okafor Ceramics",
    personId: people[0]?.id,
  });
  assert.equal(session.tokens.accessExpiresAt, null);
  assert.ok(session.tokens.scopes?.includes("instagram_content_publish"));
  assert.equal(instagram.ways?.[0]?.oauth.renew, undefined, "there is nothing to renew with");
});

test("of several Pages those with a professional account are listed; one without the task with the reason", async (t) => {
  const { session } = await openStudio(t, { way: "facebook", account: people[1]?.id });
  assert.deepEqual(
    session.destinations.map(({ handle, barred }) => [handle, barred === undefined]),
    [
      ["@harbourkitchen", true],
      ["@harbourmarket", false],
    ],
  );
  assert.match(session.destinations[1]?.barred ?? "", /Harbour Market .* lacks the task Content/);
});

test("Pages without an account, and no Page at all, are told apart in words", async (t) => {
  const sandbox = await open(t);
  const unlinked = await problemOf(signIn(sandbox, byFacebook, { account: people[2]?.id }));
  assert.equal(unlinked.code, "no_linked_account");
  assert.match(unlinked.message, /Harbour Market/);
  const none = await problemOf(signIn(sandbox, byFacebook, { account: people[3]?.id }));
  assert.equal(none.code, "no_pages");
  assert.match(none.remedy, /Instagram's own sign-in/);
});

test("the second way is described for the channels page, and uses the Facebook app", () => {
  const [way, ...more] = instagram.ways ?? [];
  assert.equal(more.length, 0);
  assert.deepEqual([way?.id, way?.label, way?.app], ["facebook", "through a Facebook Page", "facebook"]);
  assert.ok(way?.oauth.scopes.filter((scope) => scope.required).length === 4);
});

test("a token on the other host is dead there", async (t) => {
  const { session } = await openStudio(t);
  const mixed = { ...session, extra: { ...session.extra, way: "facebook" } };
  const problem = await problemOf(instagram.prepare(mixed));
  assert.deepEqual([problem.kind, problem.code], ["signed_out", "190"]);
});

for (const way of [undefined, "facebook"] as const) {
  test(`the form gets name, quota and permissions (${way ?? "own way"})`, async (t) => {
    const { session, photo, deliver, drive, world } = await openStudio(t, { way });
    await drive(deliver({ media: [await photo()] }));
    const known = (await instagram.prepare(session)) as Prepared;
    assert.deepEqual(known, {
      name: "Mira Okafor",
      handle: "@miraokafor",
      avatarUrl: known.avatarUrl,
      quota: { used: 1, total: 50 },
      mayComment: true,
      takesBytes: way === "facebook",
    });
    const request = `GET graph.${way ?? "instagram"}.com/v26.0/${session.remoteId}/content_publishing_limit`;
    world.faults.arm({ request, kind: "status", status: 500 });
    assert.equal(((await instagram.prepare(session)) as Prepared).quota, null);
    world.setBehaviour("instagram", "token", "revoked");
    assert.equal((await problemOf(instagram.prepare(session))).kind, "signed_out");
  });
}

test("disconnecting says honestly how to withdraw access by hand, and calls nobody", async (t) => {
  const { session, sent } = await openStudio(t);
  sent.length = 0;
  const problem = await problemOf(instagram.revoke(session));
  assert.deepEqual([problem.kind, problem.code], ["rejected", "no_revocation"]);
  assert.match(problem.remedy, /Apps and websites/);
  assert.deepEqual(sent, []);
});

test("through Facebook a consent for this account alone is withdrawn; one that covers more is not", async (t) => {
  const alone = await openStudio(t, { way: "facebook" });
  await instagram.revoke(alone.session);
  const tokens = alone.world.collection<{ revoked: boolean }>("meta.tokens").all();
  assert.ok(tokens.length > 0 && tokens.every((token) => token.revoked));
  const several = await openStudio(t, { way: "facebook", account: people[1]?.id });
  const problem = await problemOf(instagram.revoke(several.session));
  assert.deepEqual([problem.kind, problem.code], ["rejected", "no_revocation"]);
  assert.match(problem.remedy, /facebook\.com\/settings/);
});

test("through Facebook a token that would run out is not kept", async (t) => {
  const sandbox = await open(t);
  sandbox.world.setBehaviour("facebook", "exchange", "short");
  const problem = await problemOf(signIn(sandbox, byFacebook));
  assert.deepEqual([problem.kind, problem.code], ["rejected", "no_linked_account"]);
  assert.match(problem.message, /^@miraokafor cannot be connected\. .* would soon end\. Connect again\./);
});

test("numbers by kind of post: each is asked for what it has; what is missing is null", async (t) => {
  const { session, photo, clip, deliver, drive, clock, world } = await openStudio(t);
  await drive(deliver({ media: [await photo()], text: "Feed." }));
  await drive(deliver({ media: [clip()], text: "Reel." }));
  await drive(deliver({ media: [await photo()], options: { kind: "story" } }));
  const [feed, reel, story] = world.feed().map((item) => item.id);
  const early = await instagram.metrics(session, [story!]);
  assert.equal(early[story!]?.views, null, "too few viewers yet");
  clock.push(3_600_000);
  const readings = await instagram.metrics(session, [feed!, reel!, story!, "18009999999999999"]);
  for (const id of [feed!, reel!, story!]) {
    assert.ok(readings[id]!.views! >= 60);
    assert.equal(typeof readings[id]!.shares, "number");
  }
  assert.equal(typeof readings[story!]!.comments, "number", "replies");
  assert.equal(readings["18009999999999999"], null);
});

test("one number that Instagram dropped does not take the others with it", async (t) => {
  const { session, photo, deliver, drive, world, clock } = await openStudio(t);
  await drive(deliver({ media: [await photo()] }));
  clock.push(3_600_000);
  const [id] = world.feed().map((item) => item.id);
  const body = JSON.stringify({ error: { code: 100, message: "(#100) unsupported metric" } });
  world.faults.arm({
    request: `GET graph.instagram.com/v26.0/${id}/insights`,
    kind: "status",
    status: 400,
    body,
    times: 2,
  });
  const reading = (await instagram.metrics(session, [id!]))[id!]!;
  assert.equal(
    [reading.views, reading.likes, reading.comments, reading.shares].filter((value) => value === null).length <= 1,
    true,
  );
});
