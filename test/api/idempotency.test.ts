/** The same key and body give the first answer, whatever happens in between. */
import assert from "node:assert/strict";
import http from "node:http";
import test from "node:test";
import { sweep } from "../../src/api/idempotency.ts";
import { openDesk, type Desk } from "./desk.ts";

const as = (key: string) => ({ headers: { "idempotency-key": key } });
const count = (desk: Desk): number => desk.wired.house.db.get<{ n: number }>("SELECT COUNT(*) AS n FROM posts")!.n;

test("the same key and body give the first answer again, byte for byte", async (t) => {
  const desk = await openDesk(t);
  const text = "long enough to be compressed ".repeat(200);
  const first = await desk.call("POST", "/v1/posts", { text, media: [] }, as("one"));
  desk.clock.push(3600_000);
  const second = await desk.call("POST", "/v1/posts", { media: [], text }, as("one"));
  assert.equal(first.status, 201);
  assert.deepEqual([second.status, second.body], [first.status, first.body]);
  assert.deepEqual(
    [first.headers.get("idempotency-replayed"), second.headers.get("idempotency-replayed")],
    [null, "true"],
  );
  assert.equal(second.headers.get("content-type"), first.headers.get("content-type"));
  assert.equal(count(desk), 1);
});

test("another body or another address under the same key is a conflict", async (t) => {
  const desk = await openDesk(t);
  await desk.call("POST", "/v1/posts", { text: "a" }, as("one"));
  assert.equal((await desk.call("POST", "/v1/posts", { text: "b" }, as("one"))).status, 409);
  assert.equal((await desk.call("POST", "/v1/posts/validate", { text: "a" }, as("one"))).status, 409);
  assert.equal(count(desk), 1);
});

test("also for a retry, a person's word, a check and an import: done once, answered twice", async (t) => {
  const desk = await openDesk(t);
  const channels = [{ channelId: desk.channel("tiktok") }];
  const body = { media: [desk.media("video")], publish: "schedule", scheduledAt: "2026-12-01T10:00:00Z", channels };
  const post = await desk.call<{ publications: Array<{ id: string }> }>("POST", "/v1/posts", body);
  const target = `/v1/publications/${post.body.publications[0]!.id}`;
  const bring = (state: string, fence: string) =>
    desk.wired.house.db.run("UPDATE publications SET state = ?, fence = ?, problem = ?", [
      state,
      fence,
      JSON.stringify({ kind: "rejected", code: "x", message: "No.", remedy: "" }),
    ]);
  const twice = async (path: string, sent: unknown, key: string): Promise<number> => {
    const first = await desk.call("POST", path, sent, as(key));
    const second = await desk.call("POST", path, sent, as(key));
    assert.deepEqual([second.status, second.body], [first.status, first.body], path);
    assert.deepEqual(
      [first.headers.get("idempotency-replayed"), second.headers.get("idempotency-replayed")],
      [null, "true"],
    );
    return first.status;
  };
  bring("failed", "open");
  assert.equal(await twice(`${target}/retry`, undefined, "retry"), 200);
  assert.equal((await desk.call("POST", `${target}/retry`, undefined, as("another"))).status, 409);
  bring("unconfirmed", "committed");
  assert.equal(await twice(`${target}/confirm`, { landed: true }, "confirm"), 200);
  assert.equal((await desk.call("POST", `${target}/confirm`, { landed: false }, as("confirm"))).status, 409);
  assert.equal(await twice("/v1/posts/validate", body, "check"), 200);
  assert.equal(await twice("/v1/media/import", { url: "https://example.org/a.jpg" }, "import"), 202);
  const imported = desk.wired.house.db.get<{ n: number }>(
    "SELECT COUNT(*) AS n FROM media WHERE source_url IS NOT NULL",
  );
  assert.equal(imported?.n, 1);
  const events = (await desk.call<{ timeline: unknown[] }>("GET", target)).body.timeline;
  assert.equal(events.length, 3, JSON.stringify(events));
});

test("keys of two API keys do not meet", async (t) => {
  const desk = await openDesk(t);
  const mine = await desk.call("POST", "/v1/posts", { text: "a" }, as("one"));
  const theirs = await desk.call("POST", "/v1/posts", { text: "a" }, { ...as("one"), key: desk.strangerKey });
  assert.deepEqual([mine.status, theirs.status], [201, 201]);
  assert.notEqual(mine.body["id"], theirs.body["id"]);
});

test("refusals are given again, requests that could not be read are not kept", async (t) => {
  const desk = await openDesk(t);
  const refused = await desk.call("POST", "/v1/posts", { publish: "now" }, as("one"));
  const again = await desk.call("POST", "/v1/posts", { publish: "now" }, as("one"));
  assert.deepEqual([refused.status, again.status, again.headers.get("idempotency-replayed")], [422, 422, "true"]);
  assert.match(again.headers.get("content-type") ?? "", /problem\+json/);
  assert.deepEqual(again.body, refused.body);
  assert.equal((await desk.call("POST", "/v1/posts", { text: 5 }, as("two"))).status, 400);
  assert.equal((await desk.call("POST", "/v1/posts", { text: "5" }, as("two"))).status, 201);
});

test("a failure of ours is not kept: the next try may work", async (t) => {
  const desk = await openDesk(t);
  const { posts } = desk.wired;
  const { saveDraft } = posts;
  posts.saveDraft = () => {
    throw new Error("disk full");
  };
  assert.equal((await desk.call("POST", "/v1/posts", { text: "a" }, as("one"))).status, 500);
  posts.saveDraft = saveDraft;
  assert.equal((await desk.call("POST", "/v1/posts", { text: "a" }, as("one"))).status, 201);
});

test("side by side, one is carried out and all get its answer", async (t) => {
  const desk = await openDesk(t);
  const body = {
    text: "a",
    media: [desk.media("video")],
    publish: "now",
    channels: [{ channelId: desk.channel("tiktok") }],
  };
  const answers = await Promise.all(Array.from({ length: 8 }, () => desk.call("POST", "/v1/posts", body, as("one"))));
  assert.deepEqual(
    answers.map((answer) => answer.status),
    Array<number>(8).fill(201),
  );
  assert.equal(new Set(answers.map((answer) => answer.body["id"])).size, 1);
  assert.equal(answers.filter((answer) => answer.headers.get("idempotency-replayed") === null).length, 1);
  assert.equal(count(desk), 1);
});

test("a client that hangs up gets the answer at its next try", async (t) => {
  const desk = await openDesk(t);
  const { posts } = desk.wired;
  const { submit } = posts;
  let begun: () => void = () => undefined;
  const started = new Promise<void>((resolve) => (begun = resolve));
  let goOn: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (goOn = resolve));
  posts.submit = async (...args) => {
    begun();
    await gate;
    return submit.apply(posts, args);
  };
  const body = {
    text: "a",
    media: [desk.media("video")],
    publish: "now",
    channels: [{ channelId: desk.channel("tiktok") }],
  };
  const request = http.request(`${desk.url}/api/v1/posts`, {
    method: "POST",
    headers: { authorization: `Bearer ${desk.key}`, "content-type": "application/json", "idempotency-key": "one" },
  });
  request.on("error", () => undefined);
  request.end(JSON.stringify(body));
  await started;
  request.destroy();
  const again = desk.call("POST", "/v1/posts", body, as("one"));
  setImmediate(goOn);
  const answer = await again;
  assert.deepEqual([answer.status, answer.headers.get("idempotency-replayed")], [201, "true"]);
  assert.equal(count(desk), 1);
});

test("what a restart cut off is not started a second time", async (t) => {
  const desk = await openDesk(t);
  await desk.call("POST", "/v1/posts", { text: "a" }, as("one"));
  desk.wired.house.db.run("UPDATE idempotency_keys SET status = NULL, body = NULL");
  const answer = await desk.call("POST", "/v1/posts", { text: "a" }, as("one"));
  assert.equal(answer.status, 409);
  assert.match(String(answer.body["title"]), /answer .* is lost/);
  assert.equal(count(desk), 1);
});

test("after a day the key is free again, and old rows are swept", async (t) => {
  const desk = await openDesk(t);
  await desk.call("POST", "/v1/posts", { text: "a" }, as("one"));
  desk.clock.push(24 * 3600_000 - 1);
  assert.equal(sweep(desk.wired.house), 0);
  assert.equal((await desk.call("POST", "/v1/posts", { text: "b" }, as("one"))).status, 409);
  desk.clock.push(1);
  assert.equal((await desk.call("POST", "/v1/posts", { text: "b" }, as("one"))).status, 201);
  desk.clock.push(24 * 3600_000);
  assert.equal(sweep(desk.wired.house), 1);
});

test("a key that cannot be a key is refused", async (t) => {
  const desk = await openDesk(t);
  for (const key of ["", "a b", "x".repeat(256)]) {
    assert.equal((await desk.call("POST", "/v1/posts", { text: "a" }, as(key))).status, 400, key);
  }
});
