/** When the line, the process or the sign-in gives way: nothing appears twice, and nothing is lost. */
import assert from "node:assert/strict";
import test from "node:test";
import type { FacebookCheckpoint } from "../../../src/platforms/facebook/checkpoint.ts";
import {
  at,
  FEED,
  fenceOf,
  graphRefusal,
  KB,
  lastCheckpoint,
  MB,
  openPage,
  PIECE,
  platform,
  problemOf,
  publishedIn,
} from "./page.ts";

test("a repetition that is refused at once is a plain refusal", async (t) => {
  const { deliver, world } = await openPage(t);
  await platform.publish(deliver());
  const problem = await problemOf(platform.publish(deliver()));
  assert.deepEqual([problem.kind, problem.code], ["rejected", "506"]);
  assert.equal(world.feed().length, 1);
});

const unclear: Array<[string, object]> = [
  ["HTTP 500 without a body", { kind: "status", status: 500 }],
  ["code 1", { kind: "status", status: 400, body: graphRefusal(1) }],
  ["code 2", { kind: "status", status: 500, body: graphRefusal(2) }],
  ["is_transient", { kind: "status", status: 400, body: graphRefusal(99, { is_transient: true }) }],
  ["garbage", { kind: "garbage" }],
  ["half an answer", { kind: "truncated" }],
  ["a page", { kind: "wrong_type" }],
  ["a redirect", { kind: "redirect" }],
];
for (const [what, fault] of unclear) {
  test(`${what} to the deciding request leaves the outcome unknown`, async (t) => {
    const { deliver, world } = await openPage(t);
    world.faults.arm({ request: FEED, ...(fault as { kind: "status" }) });
    const job = deliver();
    assert.equal((await problemOf(platform.publish(job))).kind, "unknown_outcome");
    fenceOf(job);
  });
}

const definite: Array<[string, number, object, string]> = [
  ["signed out", 190, { error_subcode: 460 }, "signed_out"],
  ["app limit", 4, {}, "rate_limited"],
  ["Page limit", 80001, {}, "rate_limited"],
  ["blocked", 368, {}, "rejected"],
  ["permission", 200, {}, "rejected"],
];
for (const [what, code, more, kind] of definite) {
  test(`${what} (${code}) at the fence is a definite refusal`, async (t) => {
    const { deliver, world } = await openPage(t);
    world.faults.arm({ request: FEED, kind: "status", status: 400, body: graphRefusal(code, more) });
    const problem = await problemOf(platform.publish(deliver()));
    assert.equal(problem.kind, kind);
    assert.equal(world.feed().length, 0);
  });
}

test("limits: a Page's own ends when Meta says so, and posting goes on from the checkpoint", async (t) => {
  const { deliver, photo, world, clock } = await openPage(t);
  const job = deliver({ media: [await photo("one")] });
  const save = job.save;
  job.save = (checkpoint) => (save(checkpoint), world.setBehaviour("facebook", "limit", "page"));
  const problem = await problemOf(platform.publish(job));
  assert.equal(problem.kind, "rate_limited");
  assert.ok(Math.abs((problem.until ?? 0) - clock.now() - 19 * 60_000) < 5000);
  world.setBehaviour("facebook", "limit", "");
  job.save = save;
  publishedIn(await platform.resume(job, lastCheckpoint(job)));
  assert.deepEqual([world.feed().length, world.collection("facebook.photos").all().length], [1, 1]);
});

test("a restart after each photo uses those that are there; after a day they are uploaded anew", async (t) => {
  const { deliver, photo, world, sent, clock } = await openPage(t);
  const job = deliver({ media: [await photo("one"), await photo("two")] });
  world.faults.arm({ request: at("photos"), kind: "status", status: 503, skip: 1 });
  assert.equal((await problemOf(platform.publish(job))).kind, "transient");
  const kept = lastCheckpoint(job);
  sent.length = 0;
  publishedIn(await platform.resume(job, kept));
  assert.equal(sent.filter((line) => line.endsWith("/photos")).length, 1);
  clock.push(21 * 3_600_000);
  sent.length = 0;
  job.text = "next day";
  publishedIn(await platform.resume(job, kept));
  assert.equal(sent.filter((line) => line.endsWith("/photos")).length, 2);
});

test("a piece that is cut, or whose answer is lost, is agreed upon and goes on; the video stays one", async (t) => {
  for (const fault of [{ kind: "cut", bytes: 200 * KB }, { kind: "reset_after" }, { kind: "garbage_after" }] as const) {
    const { deliver, video, follow, world } = await openPage(t);
    world.faults.arm({ request: PIECE, skip: 2, ...fault });
    const job = deliver({ media: [video(3 * MB)] });
    assert.equal((await problemOf(platform.publish(job))).kind, "transient");
    const kept = lastCheckpoint(job);
    assert.ok(kept.phase === "chunks" && kept.start === MB);
    publishedIn(await follow(job, await platform.resume(job, kept)));
    assert.deepEqual([world.feed().length, world.feed()[0]?.files[0]?.bytes], [1, 3 * MB]);
    assert.equal(world.collection("facebook.videos").all().length, 1);
  }
});

test("an upload that Facebook forgot in part goes on where Facebook says", async (t) => {
  const { deliver, video, follow, world } = await openPage(t);
  world.setBehaviour("facebook", "upload", "forgets");
  const job = deliver({ media: [video(3 * MB)] });
  publishedIn(await follow(job, await platform.publish(job)));
  assert.equal(world.feed()[0]?.files[0]?.bytes, 3 * MB);
});

test("an upload that Facebook closed is begun anew, once", async (t) => {
  const { deliver, video, follow, world } = await openPage(t);
  world.setBehaviour("facebook", "upload", "expired");
  const job = deliver({ media: [video(3 * MB)] });
  publishedIn(await follow(job, await platform.publish(job)));
  assert.equal(world.feed().length, 1);
  assert.equal(world.collection("facebook.videos").all().length, 2);
});

test("a restart before, within and after the upload of a reel sends the file no more often than needed", async (t) => {
  const { deliver, video, follow, world, sent } = await openPage(t);
  const job = deliver({ media: [video(300 * KB)], options: { kind: "reel" } });
  const uploads = () => sent.filter((line) => line.includes("video-upload")).length;
  world.faults.arm({ request: "POST rupload.facebook.com/", kind: "cut", bytes: 100 * KB });
  assert.equal((await problemOf(platform.publish(job))).kind, "transient");
  world.faults.arm({ request: at("video_reels"), kind: "status", status: 429, body: "{}" });
  assert.equal((await problemOf(platform.resume(job, lastCheckpoint(job)))).kind, "rate_limited");
  assert.equal(uploads(), 2);
  const before = job.calls.findLast((call) => call.checkpoint.phase === "hosted")?.checkpoint as FacebookCheckpoint;
  publishedIn(await follow(job, await platform.resume(job, before)));
  assert.equal(uploads(), 2);
  assert.equal(world.feed().length, 1);
});

test("the token never goes to an address that is not Meta's", async (t) => {
  for (const address of [
    "https://rupload.facebook.com.example/x",
    "https://e@evil.example/",
    "ftp://rupload.facebook.com/x",
  ]) {
    const { deliver, video, world, sent } = await openPage(t);
    const body = JSON.stringify({ video_id: "1", upload_url: address });
    world.faults.arm({ request: at("video_reels"), kind: "status", status: 200, body });
    const problem = await problemOf(platform.publish(deliver({ media: [video(4 * KB)], options: { kind: "reel" } })));
    assert.deepEqual([problem.kind, problem.code, problem.sent], ["rejected", "foreign_upload_address", false]);
    assert.deepEqual(sent, ["GET /<page>/video_reels", "POST /<page>/video_reels start"]);
  }
});

test("an address at the sandbox itself is used as it comes", async (t) => {
  const { deliver, video, follow, world, sandbox, sent } = await openPage(t);
  const { url } = sandbox;
  const page = world.collection<{ id: string; pageId: string }>("facebook.videos");
  const job = deliver({ media: [video(4 * KB)], options: { kind: "reel" } });
  world.faults.arm({ request: "POST rupload.facebook.com/", kind: "status", status: 503 });
  await problemOf(platform.publish(job));
  const before = lastCheckpoint(job);
  assert.ok(before.phase === "hosted");
  const address = `${url}/rupload.facebook.com/video-upload/v26.0/${page.all()[0]?.id}`;
  publishedIn(await follow(job, await platform.resume(job, { ...before, address })));
  assert.equal(sent.filter((line) => line.includes("video-upload")).length, 2);
});

test("called off before the fence: nothing is begun any more, and what was uploaded is kept", async (t) => {
  const { deliver, video, world } = await openPage(t);
  const job = deliver({ media: [video(3 * MB)] });
  const stop = new AbortController();
  job.signal = stop.signal;
  const save = job.save;
  job.save = (checkpoint) => {
    save(checkpoint);
    if (checkpoint.phase === "chunks" && checkpoint.start > 0) stop.abort();
  };
  const problem = await problemOf(platform.publish(job));
  assert.deepEqual([problem.kind, problem.sent], ["transient", false]);
  assert.equal(world.feed().length, 0);
});
