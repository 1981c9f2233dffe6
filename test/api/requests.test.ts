/** What holds for every call: keys, scopes, limits, error shapes, strangers. */
import assert from "node:assert/strict";
import test from "node:test";
import { createApiKey } from "../../src/accounts/index.ts";
import { addAccount, addMember, addWorkspace } from "../posts/core/rows.ts";
import { startTestServer } from "../support/server.ts";
import { openDesk, type Answer, type Desk, type Problem } from "./desk.ts";

function isProblem(answer: Answer<Problem>, status: number): void {
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  assert.match(answer.headers.get("content-type") ?? "", /^application\/problem\+json/);
  assert.equal(answer.body.status, status);
  for (const field of ["type", "title", "detail"] as const) assert.ok(answer.body[field].length > 0, field);
}

test("without a known key every call is refused, and says how to ask", async (t) => {
  const desk = await openDesk(t);
  for (const key of [null, "", "wrong", `${desk.key}x`, "x".repeat(5000)]) {
    const answer = await desk.call<Problem>("GET", "/v1/posts", undefined, { key });
    isProblem(answer, 401);
    assert.match(answer.headers.get("www-authenticate") ?? "", /^Bearer realm="postern"/);
  }
  const basic = await desk.call<Problem>("GET", "/v1/posts", undefined, {
    key: null,
    headers: { authorization: "Basic YTpi" },
  });
  isProblem(basic, 401);
  desk.wired.house.db.run("UPDATE api_keys SET revoked_at = 1");
  isProblem(await desk.call<Problem>("GET", "/v1/posts"), 401);
});

test("a key without the scope write reads and validates, and changes nothing", async (t) => {
  const desk = await openDesk(t);
  const how = { key: desk.readKey };
  assert.equal((await desk.call("GET", "/v1/posts", undefined, how)).status, 200);
  assert.equal((await desk.call("POST", "/v1/posts/validate", { text: "Hello" }, how)).status, 200);
  const writes: Array<[string, string, unknown]> = [
    ["POST", "/v1/posts", { text: "Hello" }],
    ["PATCH", "/v1/posts/x", {}],
    ["DELETE", "/v1/posts/x", undefined],
    ["POST", "/v1/media/import", { url: "https://example.org/a.jpg" }],
    ["DELETE", "/v1/channels/x", undefined],
    ["POST", "/v1/publications/x/retry", undefined],
  ];
  for (const [method, target, body] of writes) {
    const answer = await desk.call<Problem>(method, target, body, how);
    isProblem(answer, 403);
    assert.match(answer.headers.get("www-authenticate") ?? "", /insufficient_scope.*write/);
  }
  assert.equal((await desk.call("GET", "/v1/posts", undefined, { key: desk.newKey(["write"]) })).status, 403);
});

test("what belongs to another workspace is not there", async (t) => {
  const desk = await openDesk(t);
  const channelId = desk.channel("tiktok");
  const mediaId = desk.media("video");
  const post = await desk.call<{ id: string; publications: Array<{ id: string }> }>("POST", "/v1/posts", {
    text: "Mine",
    media: [mediaId],
    publish: "schedule",
    scheduledAt: "2026-12-01T17:30:00+01:00",
    channels: [{ channelId }],
  });
  assert.equal(post.status, 201, JSON.stringify(post.body));
  const publicationId = post.body.publications[0]!.id;
  const how = { key: desk.strangerKey };
  const calls: Array<[string, string, unknown?]> = [
    ["GET", `/v1/posts/${post.body.id}`],
    ["PATCH", `/v1/posts/${post.body.id}`, { text: "Theirs" }],
    ["DELETE", `/v1/posts/${post.body.id}`],
    ["GET", `/v1/media/${mediaId}`],
    ["PATCH", `/v1/media/${mediaId}`, { title: "Theirs" }],
    ["DELETE", `/v1/media/${mediaId}`],
    ["GET", `/v1/channels/${channelId}`],
    ["DELETE", `/v1/channels/${channelId}`],
    ["GET", `/v1/publications/${publicationId}`],
    ["POST", `/v1/publications/${publicationId}/retry`],
    ["POST", `/v1/publications/${publicationId}/confirm`, { landed: true }],
  ];
  for (const [method, target, body] of calls) {
    const foreign = await desk.call<Problem>(method, target, body, how);
    isProblem(foreign, 404);
    const unknown = await desk.call<Problem>(method, target.replace(/[0-9a-f-]{36}/, "0-0"), body, how);
    assert.deepEqual(foreign.body, unknown.body, `${method} ${target}`);
  }
  for (const list of ["posts", "media", "channels"]) {
    assert.deepEqual((await desk.call("GET", `/v1/${list}`, undefined, how)).body, { items: [], nextCursor: null });
  }
  assert.equal((await desk.call("GET", `/v1/posts/${post.body.id}`)).body["text"], "Mine");
});

test("bodies and queries that do not fit are named field by field", async (t) => {
  const desk = await openDesk(t);
  const paths = async (body: unknown) => {
    const answer = await desk.call<Problem>("POST", "/v1/posts", body);
    isProblem(answer, 400);
    return (answer.body.errors ?? []).map((error) => error.path);
  };
  assert.deepEqual(await paths({ text: 5, channels: [{ channelId: "a" }, { text: "no id" }] }), [
    "text",
    "channels.1.channelId",
  ]);
  assert.deepEqual(await paths({ scheduledAt: "2026-12-01T17:30:00" }), ["scheduledAt"]);
  assert.deepEqual(await paths({ scheduledAt: "tomorrow" }), ["scheduledAt"]);
  assert.deepEqual(await paths({ publish: "later" }), ["publish"]);
  assert.equal((await paths({ txet: "typo" })).length, 1);
  isProblem(await desk.call<Problem>("POST", "/v1/posts", "{ not json"), 400);
  isProblem(await desk.call<Problem>("POST", "/v1/posts", '{"__proto__":{"a":1}}'), 400);
  isProblem(await desk.call<Problem>("POST", "/v1/posts"), 400);
  isProblem(await desk.call<Problem>("GET", "/v1/posts?limit=1000"), 400);
  isProblem(await desk.call<Problem>("GET", "/v1/posts?cursor=nonsense"), 400);
  isProblem(
    await desk.call<Problem>("POST", "/v1/publications/x/confirm", { landed: true, url: "javascript:alert(1)" }),
    400,
  );
});

test("other kinds of body, too much of it, and unknown addresses are refused as problems", async (t) => {
  const desk = await openDesk(t);
  const text = { headers: { "content-type": "text/plain" } };
  isProblem(await desk.call<Problem>("POST", "/v1/posts", "hello", text), 415);
  isProblem(await desk.call<Problem>("POST", "/v1/media", { url: "x" }), 415);
  isProblem(await desk.call<Problem>("POST", "/v1/posts", { text: "x".repeat(2_000_000) }), 413);
  isProblem(await desk.call<Problem>("GET", "/v1/nothing"), 404);
  const put = await desk.call<Problem>("PUT", "/v1/posts");
  isProblem(put, 405);
  assert.equal(put.headers.get("allow"), "POST, GET, HEAD");
  isProblem(await desk.call<Problem>("PATCH", "/v1/publications/x/retry"), 405);
  isProblem(await desk.call<Problem>("GET", "/v1/posts/x/elsewhere"), 404);
  isProblem(await desk.call<Problem>("GET", "/elsewhere"), 404);
});

test("a failure of ours says nothing of its cause", async (t) => {
  const desk = await openDesk(t);
  const { posts } = desk.wired;
  posts.list = () => {
    throw new Error("secret detail in /data/postern.db");
  };
  const answer = await desk.call<Problem>("GET", "/v1/posts");
  isProblem(answer, 500);
  assert.ok(!JSON.stringify(answer.body).includes("secret detail"));
});

async function askTimes(desk: Desk, times: number, how: { key: string | null }): Promise<number[]> {
  const statuses: number[] = [];
  for (let n = 0; n < times; n += 1) statuses.push((await desk.call("GET", "/v1/platforms", undefined, how)).status);
  return statuses;
}

test("a key may ask 120 times a minute, and another key is not held up by it", async (t) => {
  const desk = await openDesk(t);
  const statuses = await askTimes(desk, 121, { key: desk.key });
  assert.deepEqual(statuses, [...Array<number>(120).fill(200), 429]);
  const refused = await desk.call<Problem>("GET", "/v1/platforms");
  isProblem(refused, 429);
  const wait = Number(refused.headers.get("retry-after"));
  assert.ok(wait >= 1 && wait <= 60, String(wait));
  assert.equal((await desk.call("GET", "/v1/platforms", undefined, { key: desk.readKey })).status, 200);
});

test("wrong keys are slowed down by address, right ones from there still pass", async (t) => {
  const desk = await openDesk(t);
  const statuses = await askTimes(desk, 31, { key: "wrong" });
  assert.deepEqual(statuses, [...Array<number>(30).fill(401), 429]);
  assert.equal((await desk.call("GET", "/v1/platforms")).status, 200);
});

test("answers are not stored by caches, set no cookies and carry the security headers", async (t) => {
  const desk = await openDesk(t);
  const { headers } = await desk.call("GET", "/v1/platforms");
  assert.equal(headers.get("cache-control"), "no-store");
  assert.equal(headers.get("set-cookie"), null);
  assert.equal(headers.get("x-content-type-options"), "nosniff");
  assert.equal(headers.get("access-control-allow-origin"), null);
});

test("in the whole server the API needs no origin and no cookie, and answers in its own way", async (t) => {
  const server = await startTestServer();
  t.after(() => server.close());
  const { house } = server.running.wired;
  const [accountId, workspaceId] = [addAccount(house), addWorkspace(house)];
  addMember(house, workspaceId, accountId);
  const { secret } = createApiKey(house, { accountId, workspaceId, name: "test", scopes: ["read", "write"] });
  const headers = {
    authorization: `Bearer ${secret}`,
    "content-type": "application/json",
    origin: "https://elsewhere.example",
    "sec-fetch-site": "cross-site",
  };
  const stored = await fetch(`${server.url}/api/v1/posts`, {
    method: "POST",
    headers,
    body: '{"text":"From a script"}',
  });
  assert.deepEqual([stored.status, stored.headers.get("set-cookie")], [201, null]);
  assert.ok((await stored.text()).includes("From a script"));
  const lost = await fetch(`${server.url}/api/v1/elsewhere`, { headers });
  assert.match(lost.headers.get("content-type") ?? "", /problem\+json/);
  await lost.text();
  const names = server.running.wired.clocks.map((clock) => clock.name);
  assert.ok(names.includes("forget idempotency keys"), names.join());
});
