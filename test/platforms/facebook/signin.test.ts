/** Connecting Pages: consent, lasting tokens, portfolios, missing roles, withdrawal, and what the form is told. */
import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import type { Destination } from "../../../src/platforms/contract.ts";
import { facebook } from "../../../src/platforms/facebook/index.ts";
import type { FacebookPreparation } from "../../../src/platforms/facebook/pages.ts";
import { authorizeAddress } from "../../../src/oauth/index.ts";
import { pages, people } from "../../../src/sandbox/meta/seeds.ts";
import { consent, openSandbox, redirectUri, signIn } from "../../support/sandbox.ts";
import { KB, MIRA, openPage, platform, problemOf, publishedIn } from "./page.ts";

const [, tomas, jon, ana] = people.map((person) => person.id);
const nameOf = (id: string) => pages.find((page) => page.id === id)?.name;

async function open(t: TestContext) {
  const sandbox = await openSandbox();
  t.after(() => sandbox.close());
  return sandbox;
}

test("consent brings the Page with a token of its own that never ends", async (t) => {
  const { session } = await openPage(t);
  const [page] = session.destinations;
  assert.equal(session.destinations.length, 1);
  assert.deepEqual([page?.remoteId, page?.name, page?.handle], [MIRA, "Mira Okafor Ceramics", "@miraokaforceramics"]);
  assert.ok(page?.avatarUrl?.startsWith("https://"));
  assert.equal(page?.tokens?.accessExpiresAt, null);
  assert.equal(page?.tokens?.refreshToken, null);
  assert.deepEqual(page?.tokens?.scopes, ["public_profile", ...facebook.oauth.scopes.map((scope) => scope.id)]);
});

test("the person's own token is traded for a lasting one first", async (t) => {
  const sandbox = await open(t);
  await signIn(sandbox, facebook, { account: tomas });
  const kinds = sandbox.world
    .collection<{ kind: string; expiresAt: number | null; issuedAt: number }>("meta.tokens")
    .all();
  const days = kinds.map(({ kind, expiresAt, issuedAt }) => [
    kind,
    expiresAt && Math.round((expiresAt - issuedAt) / 86_400_000),
  ]);
  assert.deepEqual(days, [
    ["user", 0],
    ["user", 60],
    ["page", null],
    ["page", null],
    ["page", null],
    ["page", null],
  ]);
});

const offered = (all: readonly Destination[]) => all.filter((one) => one.barred === undefined);

test("several Pages at once, those of a portfolio among them; one without the task is shown with the reason", async (t) => {
  const { destinations } = await signIn(await open(t), facebook, { account: tomas });
  assert.deepEqual(
    offered(destinations).map(({ name, handle }) => [name, handle]),
    [
      ["Harbour Kitchen", "@harbourkitchen"],
      ["Late Trains", "Late Trains"],
      ["Lamp Café", "@lampcafe"],
    ],
  );
  assert.equal(new Set(offered(destinations).map((one) => one.tokens?.accessToken)).size, 3);
  const barred = destinations.at(-1);
  assert.deepEqual([barred?.name, barred?.tokens], ["Harbour Market", undefined]);
  assert.match(barred?.barred ?? "", /lacks the task Content \(CREATE_CONTENT\)\. Ask somebody with full control/);
});

test("without the permission for portfolios their Pages are still found, by the ids that the consent names", async (t) => {
  const choice = { account: tomas, without: ["business_management"] };
  const { destinations } = await signIn(await open(t), facebook, choice);
  assert.deepEqual(
    offered(destinations)
      .map(({ remoteId }) => nameOf(remoteId))
      .sort(),
    ["Harbour Kitchen", "Lamp Café", "Late Trains"],
  );
});

test("lists of several pages are read to their end", async (t) => {
  const { session, world, sent } = await openPage(t, { account: tomas });
  const tokens = world.collection<{ kind: string; token: string }>("meta.tokens").all();
  const person = tokens.findLast((token) => token.kind === "user");
  session.tokens = { ...session.tokens, accessToken: person?.token ?? "" };
  session.remoteId = "";
  const request = session.request.bind(session);
  session.request = (call) =>
    request({ ...call, query: { ...call.query, ...(call.query?.["limit"] ? { limit: 1 } : {}) } });
  assert.equal((await facebook.destinations(session)).length, 4);
  assert.equal(sent.filter((line) => line === "GET /me/accounts").length, 2);
});

test("a role without the task is explained, and so is having no Page", async (t) => {
  const sandbox = await open(t);
  const task = await problemOf(signIn(sandbox, facebook, { account: jon }));
  assert.deepEqual([task.kind, task.code], ["rejected", "task_missing"]);
  assert.match(task.message, /Harbour Market: .*CREATE_CONTENT/);
  const none = await problemOf(signIn(sandbox, facebook, { account: ana }));
  assert.deepEqual([none.kind, none.code], ["rejected", "no_page"]);
  assert.match(none.remedy, /portfolio/);
});

test("what Meta leaves out or words oddly about a Page does not spoil the list", async (t) => {
  const sandbox = await open(t);
  const body = JSON.stringify({
    data: [
      {
        id: 270000000000011,
        name: null,
        access_token: "EAAodd",
        tasks: null,
        picture: null,
        instagram_business_account: null,
      },
      { id: "270000000000031", name: "Harbour Market" },
    ],
  });
  sandbox.world.faults.arm({ request: "GET graph.facebook.com/v26.0/me/accounts", kind: "status", status: 200, body });
  const debug = { data: { is_valid: true, expires_at: 0, type: "PAGE", scopes: null } };
  sandbox.world.faults.arm({
    request: "GET graph.facebook.com/v26.0/debug_token",
    kind: "status",
    status: 200,
    times: 2,
    body: JSON.stringify(debug),
  });
  const { destinations } = await signIn(sandbox, facebook, { without: ["business_management"] });
  assert.deepEqual(
    destinations.map(({ remoteId, name, barred }) => [remoteId, name, barred === undefined]),
    [
      [MIRA, MIRA, true],
      ["270000000000031", "Harbour Market", false],
    ],
  );
});

test("a Page token that would run out is not kept", async (t) => {
  const sandbox = await open(t);
  sandbox.world.setBehaviour("facebook", "exchange", "short");
  const problem = await problemOf(signIn(sandbox, facebook));
  assert.deepEqual([problem.kind, problem.code], ["rejected", "page_token_expires"]);
});

test("a connected Page is read anew with its own token", async (t) => {
  const { session } = await openPage(t);
  const [page, ...more] = await facebook.destinations(session);
  assert.equal(more.length, 0);
  assert.deepEqual([page?.remoteId, page?.name, page?.tokens], [MIRA, "Mira Okafor Ceramics", undefined]);
});

test("a permission that is needed and was unticked is named", async (t) => {
  const problem = await problemOf(signIn(await open(t), facebook, { without: ["pages_manage_posts"] }));
  assert.deepEqual([problem.kind, problem.code], ["rejected", "scope_missing"]);
  assert.match(problem.message, /post to your Pages/);
});

test("saying no comes back as access_denied, with the state", async (t) => {
  const { query, state } = await consent(await open(t), facebook, { decision: "deny" });
  assert.equal(query["error"], "access_denied");
  assert.equal(query["error_reason"], "user_denied");
  assert.equal(query["state"], state);
});

test("unticked permissions are known from what Facebook granted, not from what was asked", async (t) => {
  const { session } = await openPage(t, { without: ["read_insights", "pages_manage_engagement"] });
  assert.ok(!session.scopes.includes("read_insights"));
  assert.ok(session.scopes.includes("pages_manage_posts"));
  const facts = (await facebook.prepare(session)) as FacebookPreparation;
  assert.equal(facts.mayComment, false);
});

test("an app without the optional permissions: the whole dialog fails, and the second way works", async (t) => {
  const sandbox = await open(t);
  sandbox.world.setBehaviour("facebook", "use_case", "posting_only");
  await assert.rejects(signIn(sandbox, facebook), /Invalid Scopes|did not redirect/);
  const [way] = facebook.ways ?? [];
  assert.ok(way);
  const session = await signIn(sandbox, { ...facebook, oauth: way.oauth });
  assert.equal(session.destinations.length, 1);
  assert.equal(way.app, "facebook");
  assert.deepEqual(
    way.oauth.scopes.map((scope) => scope.required),
    [true, true, true],
  );
});

test("the person's own token running out does not concern the Page; there is nothing to renew with", async (t) => {
  const { deliver, world } = await openPage(t);
  assert.equal(facebook.oauth.renew, undefined);
  world.setBehaviour("facebook", "token", "expired");
  publishedIn(await platform.publish(deliver()));
  for (const mode of ["revoked", "password_changed"]) {
    world.setBehaviour("facebook", "token", mode);
    const problem = await problemOf(platform.publish(deliver()));
    assert.equal(problem.kind, "signed_out");
    assert.ok(problem.message.length > 20 && problem.remedy.length > 10);
  }
});

test("disconnecting withdraws a consent that covers this Page alone", async (t) => {
  const { session, world, deliver } = await openPage(t);
  await facebook.revoke(session);
  assert.ok(
    world
      .collection<{ revoked: boolean }>("meta.tokens")
      .all()
      .every((token) => token.revoked),
  );
  assert.equal((await problemOf(platform.publish(deliver()))).kind, "signed_out");
  await facebook.revoke(session);
});

test("disconnecting one Page of several leaves the others signed in, and says how to withdraw by hand", async (t) => {
  const { session, world } = await openPage(t, { account: tomas });
  const problem = await problemOf(facebook.revoke(session));
  assert.deepEqual([problem.kind, problem.code], ["rejected", "shared_grant"]);
  assert.match(problem.remedy, /business_tools/);
  assert.ok(
    world
      .collection<{ revoked: boolean }>("meta.tokens")
      .all()
      .every((token) => !token.revoked),
  );
});

test("the form shows the Page fresh from Facebook, and how many reels it has had", async (t) => {
  const { session, deliver, video, follow, world } = await openPage(t);
  const job = deliver({ media: [video(4 * KB)], options: { kind: "reel" } });
  await follow(job, await platform.publish(job));
  assert.deepEqual(await facebook.prepare(session), {
    name: "Mira Okafor Ceramics",
    handle: "@miraokaforceramics",
    avatarUrl: `https://scontent.xx.fbcdn.net/sandbox/${MIRA}`,
    mayComment: true,
    reelsToday: 1,
  });
  world.faults.arm({ request: "GET", kind: "status", status: 500, times: 2 });
  const less = (await facebook.prepare(session)) as FacebookPreparation;
  assert.deepEqual([less.handle, less.reelsToday], ["@miraokaforceramics", null]);
  world.setBehaviour("facebook", "token", "revoked");
  assert.equal((await problemOf(facebook.prepare(session))).kind, "signed_out");
});

test("the task for comments is looked at too", async (t) => {
  const { session } = await openPage(t, { account: tomas });
  session.extra = { tasks: "ANALYZE,CREATE_CONTENT" };
  assert.equal(((await facebook.prepare(session)) as FacebookPreparation).mayComment, false);
});

test("numbers: views, reactions, comments; null where Facebook gives none or nobody may ask", async (t) => {
  const { session, deliver, world } = await openPage(t);
  const { remoteId } = publishedIn(await platform.publish(deliver()));
  const id = remoteId ?? "";
  const readings = await facebook.metrics(session, [id, `${MIRA}_1`]);
  const { views, likes, comments } = readings[id] ?? {};
  assert.ok([views, likes, comments].every((value) => typeof value === "number"));
  assert.equal(readings[`${MIRA}_1`], null);

  const shy = await openPage(t, { without: ["read_insights", "pages_read_user_content"] });
  const other = publishedIn(await platform.publish(shy.deliver())).remoteId ?? "";
  const { [other]: less } = await facebook.metrics(shy.session, [other]);
  assert.deepEqual([less?.views, less?.likes, less?.comments], [null, null, null]);

  world.faults.arm({ request: "GET", kind: "status", status: 400, body: '{"error":{"code":4,"message":"limit"}}' });
  assert.equal((await problemOf(facebook.metrics(session, [id]))).kind, "rate_limited");
});

test("with a configuration of Facebook Login for Business no scope is named, and what was granted is asked for", async (t) => {
  const sandbox = await open(t);
  const flow = { state: "s", verifier: "v" };
  const at = { clientId: "sandbox", redirectUri, configuration: "4711" };
  const url = new URL(authorizeAddress(facebook.oauth, at, flow));
  assert.deepEqual(
    ["config_id", "override_default_response_type", "response_type", "scope"].map((name) => url.searchParams.get(name)),
    ["4711", "true", "code", null],
  );
  const page = await (await fetch(sandbox.outbound.browserUrl(url.href))).text();
  assert.match(page, /pages_manage_posts/);
  url.searchParams.set("scope", "pages_show_list");
  assert.equal((await fetch(sandbox.outbound.browserUrl(url.href))).status, 400);
});
