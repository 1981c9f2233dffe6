/** Posts and publications through the API: every call, exact names, exact times. */
import assert from "node:assert/strict";
import test from "node:test";
import { openDesk, type Desk, type Problem } from "./desk.ts";

interface Publication {
  id: string;
  state: string;
  dueAt: string;
  timeline: Array<{ at: string; event: string; detail: string }>;
}

interface Post {
  id: string;
  text: string;
  state: string;
  scheduledAt: string | null;
  timeZone: string;
  version: number;
  media: string[];
  channels: Array<{ channelId: string; text: string | null; media: string[] | null; options: object }>;
  publications: Publication[];
}

function fitting(desk: Desk, changes: object = {}): object {
  return {
    text: "The sea",
    media: [desk.media("video")],
    scheduledAt: "2026-12-01T17:30:00+01:00",
    timeZone: "Europe/Paris",
    publish: "schedule",
    channels: [{ channelId: desk.channel("tiktok") }],
    ...changes,
  };
}

test("a scheduled post comes back with exactly the promised names", async (t) => {
  const desk = await openDesk(t);
  const created = await desk.call<Post>("POST", "/v1/posts", fitting(desk));
  assert.equal(created.status, 201, JSON.stringify(created.body));
  assert.deepEqual(Object.keys(created.body).sort(), [
    "channels",
    "createdAt",
    "id",
    "media",
    "publications",
    "scheduledAt",
    "state",
    "text",
    "timeZone",
    "updatedAt",
    "version",
  ]);
  assert.equal(created.body.scheduledAt, "2026-12-01T16:30:00.000Z");
  assert.equal(created.body.state, "planned");
  const found = await desk.call<Post>("GET", `/v1/posts/${created.body.id}`);
  assert.deepEqual(found.body, created.body);
  const publication = created.body.publications[0]!;
  const alone = await desk.call<Publication>("GET", `/v1/publications/${publication.id}`);
  assert.deepEqual(alone.body, publication);
  assert.deepEqual(Object.keys(alone.body).sort(), [
    "attempt",
    "channelId",
    "dueAt",
    "id",
    "platform",
    "postId",
    "problem",
    "publishedAt",
    "remoteId",
    "startedAt",
    "state",
    "timeline",
    "url",
  ]);
  assert.deepEqual([alone.body.state, alone.body.dueAt], ["scheduled", "2026-12-01T16:30:00.000Z"]);
  assert.deepEqual(alone.body.timeline, [{ at: "2026-11-22T12:00:00.000Z", event: "Scheduled", detail: "" }]);
});

test("a draft may be anything that can be stored; its zone is the workspace's by default", async (t) => {
  const desk = await openDesk(t);
  const { status, body } = await desk.call<Post>("POST", "/v1/posts", { text: "Only words" });
  assert.deepEqual(
    [status, body.state, body.timeZone, body.scheduledAt, body.publications],
    [201, "draft", "Europe/Paris", null, []],
  );
  const foreign = await desk.call<Problem>("POST", "/v1/posts", {
    text: "x",
    channels: [{ channelId: "nobody" }],
    timeZone: "Mars/Olympus",
  });
  assert.equal(foreign.status, 422);
  assert.deepEqual(
    foreign.body.errors?.map((error) => error.path),
    ["timeZone", "channels.0.channelId"],
  );
  assert.equal((await desk.call<{ items: Post[] }>("GET", "/v1/posts")).body.items.length, 1);
});

test("a post with problems is refused with all of them, and nothing is stored", async (t) => {
  const desk = await openDesk(t);
  const [tiktok, youtube] = [desk.channel("tiktok"), desk.channel("youtube")];
  const body = fitting(desk, {
    publish: "now",
    channels: [
      { channelId: tiktok, options: { mode: "direct", colour: "red" } },
      { channelId: youtube, options: { privacyStatus: "private", madeForKids: false } },
    ],
  });
  const refused = await desk.call<Problem>("POST", "/v1/posts", body);
  assert.equal(refused.status, 422);
  assert.match(refused.headers.get("content-type") ?? "", /^application\/problem\+json/);
  const errors = refused.body.errors ?? [];
  for (const error of errors) {
    assert.deepEqual(Object.keys(error).sort(), ["channelId", "field", "message", "path", "remedy"]);
    assert.ok(error.message && error.remedy);
  }
  const named = errors.map((error) => [error.channelId, error.field, error.path].join(" "));
  assert.ok(named.includes(`${tiktok} privacyLevel channels.0.options.privacyLevel`), named.join("\n"));
  assert.ok(named.includes(`${tiktok} colour channels.0.options.colour`));
  assert.ok(named.includes(`${youtube} title channels.1.options.title`));
  const validated = await desk.call<{ problems: unknown[] }>("POST", "/v1/posts/validate", body);
  assert.equal(validated.status, 200);
  assert.deepEqual(validated.body.problems, errors);
  assert.deepEqual((await desk.call("GET", "/v1/posts")).body, { items: [], nextCursor: null });
  const draft = await desk.call<Post>("POST", "/v1/posts", { ...body, publish: "draft" });
  assert.deepEqual([draft.status, draft.body.state], [201, "draft"]);
});

test("a post that fits has no problems when it is validated, and is not stored by it", async (t) => {
  const desk = await openDesk(t);
  assert.deepEqual((await desk.call("POST", "/v1/posts/validate", fitting(desk))).body, { problems: [] });
  const none = await desk.call<{ problems: Array<{ field: string }> }>("POST", "/v1/posts/validate", {
    publish: "schedule",
  });
  assert.deepEqual(
    none.body.problems.map((problem) => problem.field),
    ["scheduledAt", "channels"],
  );
  assert.deepEqual((await desk.call("GET", "/v1/posts")).body, { items: [], nextCursor: null });
});

test("now is due at once", async (t) => {
  const desk = await openDesk(t);
  const { body } = await desk.call<Post>("POST", "/v1/posts", fitting(desk, { publish: "now", scheduledAt: null }));
  assert.equal(body.publications[0]?.dueAt, "2026-11-22T12:00:00.000Z");
});

test("a change keeps what it does not name, keeps a planned post planned, and minds the version", async (t) => {
  const desk = await openDesk(t);
  const { body: post } = await desk.call<Post>("POST", "/v1/posts", fitting(desk));
  const target = `/v1/posts/${post.id}`;
  const moved = await desk.call<Post>("PATCH", target, { scheduledAt: "2026-12-02T08:00:00Z", version: post.version });
  assert.equal(moved.status, 200, JSON.stringify(moved.body));
  assert.deepEqual(
    [moved.body.state, moved.body.text, moved.body.media, moved.body.version],
    ["planned", post.text, post.media, 2],
  );
  assert.deepEqual(
    [moved.body.publications[0]?.id, moved.body.publications[0]?.dueAt],
    [post.publications[0]?.id, "2026-12-02T08:00:00.000Z"],
  );
  const stale = await desk.call<Problem>("PATCH", target, { text: "Late", version: 1 });
  assert.equal(stale.status, 409);
  const bad = await desk.call<Problem>("PATCH", target, { media: [] });
  assert.deepEqual([bad.status, bad.body.errors?.[0]?.field], [422, "media"]);
  const retimed = await desk.call<Post>("PATCH", target, { text: "Again" });
  assert.deepEqual([retimed.body.text, retimed.body.scheduledAt], ["Again", "2026-12-02T08:00:00.000Z"]);
  const off = await desk.call<Post>("PATCH", target, { publish: "draft" });
  assert.deepEqual([off.body.state, off.body.publications[0]?.state], ["draft", "cancelled"]);
  assert.equal((await desk.call<Post>("PATCH", target, { scheduledAt: null })).body.scheduledAt, null);
});

test("deleting calls off; what is on its way stays", async (t) => {
  const desk = await openDesk(t);
  const { body: post } = await desk.call<Post>("POST", "/v1/posts", fitting(desk));
  desk.wired.house.db.run("UPDATE publications SET state = 'publishing'");
  for (const [method, body] of [
    ["PATCH", { text: "x" }],
    ["DELETE", undefined],
  ] as const) {
    const refused = await desk.call<Problem>(method, `/v1/posts/${post.id}`, body);
    assert.deepEqual([refused.status, refused.body.type], [409, "urn:postern:conflict"]);
  }
  desk.wired.house.db.run("UPDATE publications SET state = 'scheduled'");
  const deleted = await desk.call<string>("DELETE", `/v1/posts/${post.id}`);
  assert.deepEqual([deleted.status, deleted.body], [204, ""]);
  assert.equal((await desk.call("GET", `/v1/posts/${post.id}`)).status, 404);
});

test("the list pages and filters", async (t) => {
  const desk = await openDesk(t);
  const channelId = desk.channel("tiktok");
  for (let n = 0; n < 5; n += 1) {
    desk.clock.push(1000);
    const channels = n === 2 ? [{ channelId }] : [];
    await desk.call("POST", "/v1/posts", { text: `Post ${n}`, scheduledAt: `2026-12-0${n + 1}T10:00:00Z`, channels });
  }
  const texts = async (query: string) =>
    (await desk.call<{ items: Post[] }>("GET", `/v1/posts?${query}`)).body.items.map((post) => post.text).join();
  const first = await desk.call<{ items: Post[]; nextCursor: string }>("GET", "/v1/posts?limit=3");
  assert.equal(first.body.items.map((post) => post.text).join(), "Post 4,Post 3,Post 2");
  assert.equal(await texts(`limit=3&cursor=${first.body.nextCursor}`), "Post 1,Post 0");
  assert.equal(await texts(`channelId=${channelId}`), "Post 2");
  assert.equal(await texts("search=post%204"), "Post 4");
  assert.equal(await texts("from=2026-12-02T10:00:00Z&to=2026-12-03T12:00:00%2B02:00"), "Post 1");
  assert.equal(await texts("state=planned"), "");
});

test("a person's word moves a publication; a word at the wrong time is a conflict", async (t) => {
  const desk = await openDesk(t);
  const { body: post } = await desk.call<Post>("POST", "/v1/posts", fitting(desk));
  const target = `/v1/publications/${post.publications[0]!.id}`;
  for (const [path, body] of [
    ["retry", undefined],
    ["confirm", { landed: true }],
  ] as const) {
    assert.equal((await desk.call("POST", `${target}/${path}`, body)).status, 409, path);
  }
  const problem = JSON.stringify({ kind: "rejected", code: "x", message: "No.", remedy: "Change it." });
  desk.wired.house.db.run("UPDATE publications SET state = 'failed', problem = ?", [problem]);
  assert.deepEqual((await desk.call("GET", target)).body["problem"], JSON.parse(problem));
  const retried = await desk.call<Publication>("POST", `${target}/retry`);
  assert.deepEqual([retried.status, retried.body.state], [200, "scheduled"]);
  desk.wired.house.db.run("UPDATE publications SET state = 'unconfirmed', fence = 'committed', problem = ?", [problem]);
  const confirmed = await desk.call("POST", `${target}/confirm`, {
    landed: true,
    url: "https://www.tiktok.com/@ada/video/1",
  });
  assert.deepEqual(
    [confirmed.body["state"], confirmed.body["url"], confirmed.body["publishedAt"]],
    ["published", "https://www.tiktok.com/@ada/video/1", "2026-11-22T12:00:00.000Z"],
  );
});
