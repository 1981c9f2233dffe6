/** After an unknown outcome: the feed, the video or the stories are asked, and a post lands once. */
import assert from "node:assert/strict";
import test from "node:test";
import type { FacebookCheckpoint } from "../../../src/platforms/facebook/checkpoint.ts";
import {
  at,
  FEED,
  fenceOf,
  FINISH_VIDEO,
  graphRefusal,
  KB,
  landedIn,
  openPage,
  platform,
  problemOf,
  publishedIn,
  type TestDelivery,
} from "./page.ts";

type Office = Awaited<ReturnType<typeof openPage>>;

/** Every kind of post with the path of its deciding request. */
async function everyKind(office: Office): Promise<Array<[string, TestDelivery]>> {
  const { deliver, photo, video } = office;
  return [
    [FEED, deliver({ text: "words alone" })],
    [FEED, deliver({ text: "", options: { link: "https://example.org/a" } })],
    [FEED, deliver({ text: "", media: [await photo("one")] })],
    [FEED, deliver({ text: "two", media: [await photo("two"), await photo("three")] })],
    [FINISH_VIDEO, deliver({ media: [video(4 * KB)] })],
    [at("video_reels"), deliver({ media: [video(5 * KB)], options: { kind: "reel" } })],
    [at("video_stories"), deliver({ media: [video(6 * KB)], options: { kind: "story" } })],
    [at("photo_stories"), deliver({ media: [await photo("four")], options: { kind: "story" } })],
  ];
}

test("the deciding answer is lost, for every kind of post: found again, and there once", async (t) => {
  const office = await openPage(t);
  for (const [index, [, job]] of (await everyKind(office)).entries()) {
    office.world.setBehaviour("facebook", "answer", "error_after_success");
    assert.equal((await problemOf(platform.publish(job))).kind, "unknown_outcome");
    const { verdict } = await office.settle(job, fenceOf(job));
    const outcome = publishedIn(await office.follow(job, landedIn(verdict)));
    assert.ok(outcome.remoteId && outcome.url, `kind ${index}`);
    assert.equal(office.world.feed().length, index + 1);
  }
});

test("the deciding request never arrives: absent after patient looks, and then it goes out once", async (t) => {
  const office = await openPage(t);
  for (const [index, [request, job]] of (await everyKind(office)).entries()) {
    const skip = request.includes("reels") || request.includes("video_stories") ? 1 : 0;
    office.world.faults.arm({ request, kind: "refuse", skip });
    const problem = await problemOf(platform.publish(job));
    assert.equal(problem.kind, "unknown_outcome");
    const began = office.clock.now();
    const { verdict, looks } = await office.settle(job, fenceOf(job));
    assert.ok(verdict.verdict === "absent" && verdict.checkpoint, `kind ${index}`);
    assert.ok(looks >= 2 && office.clock.now() - began >= 20_000);
    const again = platform.checkpoint.parse(JSON.parse(JSON.stringify(verdict.checkpoint)));
    publishedIn(await office.follow(job, await platform.resume(job, again)));
    assert.equal(office.world.feed().length, index + 1);
  }
});

test("a post that only shows up late is found, not sent again", async (t) => {
  const { deliver, world, settle, follow } = await openPage(t);
  const job = deliver();
  world.setBehaviour("facebook", "answer", "error_after_success");
  await problemOf(platform.publish(job));
  world.setBehaviour("facebook", "list", "empty");
  const first = await platform.reconcile(job, fenceOf(job));
  assert.ok(first.verdict === "later" && first.checkpoint);
  world.setBehaviour("facebook", "list", "");
  const { verdict } = await settle(job, first.checkpoint);
  publishedIn(await follow(job, landedIn(verdict)));
  assert.equal(world.feed().length, 1);
});

test("a list that stays blind: the second try is refused as a repetition, and a person is asked in the end", async (t) => {
  const { deliver, world, settle } = await openPage(t);
  const job = deliver();
  world.setBehaviour("facebook", "answer", "error_after_success");
  await problemOf(platform.publish(job));
  world.setBehaviour("facebook", "list", "empty");
  const { verdict } = await settle(job, fenceOf(job));
  assert.ok(verdict.verdict === "absent" && verdict.checkpoint);
  const problem = await problemOf(platform.resume(job, verdict.checkpoint));
  assert.deepEqual([problem.kind, problem.code], ["unknown_outcome", "506"]);
  assert.equal((await settle(job, fenceOf(job))).verdict.verdict, "unknown");
  assert.equal(world.feed().length, 1);
});

test("photos of a lost post cannot be posted again: that refusal leads back to asking", async (t) => {
  const { deliver, photo, world, settle, follow } = await openPage(t);
  const job = deliver({ media: [await photo("one"), await photo("two")] });
  world.setBehaviour("facebook", "answer", "error_after_success");
  await problemOf(platform.publish(job));
  world.setBehaviour("facebook", "list", "empty");
  const { verdict } = await settle(job, fenceOf(job));
  assert.ok(verdict.verdict === "absent" && verdict.checkpoint);
  assert.equal((await problemOf(platform.resume(job, verdict.checkpoint))).code, "100/1366051");
  world.setBehaviour("facebook", "list", "");
  const found = await settle(job, fenceOf(job));
  publishedIn(await follow(job, landedIn(found.verdict)));
  assert.equal(world.feed().length, 1);
});

test("the same words of an earlier post, and a second one like it, are not taken for ours", async (t) => {
  const { deliver, world, clock, settle } = await openPage(t);
  await platform.publish(deliver());
  await platform.publish(deliver({ text: "something between" }));
  clock.push(10 * 60_000);
  const job = deliver();
  world.faults.arm({ request: FEED, kind: "refuse" });
  await problemOf(platform.publish(job));
  const fence = fenceOf(job);
  assert.equal((await platform.reconcile(job, fence)).verdict, "later");
  await platform.publish(deliver());
  await platform.publish(deliver({ text: "something between" }));
  await platform.publish(deliver());
  assert.equal((await settle(job, fence)).verdict.verdict, "unknown", "two that could be it");
});

test("signed out while asking is told; a refusal to tell is waited out, and in the end given to a person", async (t) => {
  const { deliver, world, settle } = await openPage(t);
  const job = deliver();
  world.setBehaviour("facebook", "answer", "error_after_success");
  await problemOf(platform.publish(job));
  const fence = fenceOf(job);
  world.setBehaviour("facebook", "token", "revoked");
  assert.equal((await problemOf(platform.reconcile(job, fence))).kind, "signed_out");
  world.setBehaviour("facebook", "token", "");
  world.faults.arm({ request: "GET", kind: "status", status: 403, body: graphRefusal(10), times: -1 });
  const { verdict, looks } = await settle(job, fence);
  assert.equal(verdict.verdict, "unknown");
  assert.ok(looks > 10);
  world.faults.clear();
  assert.equal((await settle(job, fence)).verdict.verdict, "landed");
});

test("a checkpoint from before anything was decided is absent, as it stands", async (t) => {
  const { deliver } = await openPage(t);
  const at: FacebookCheckpoint = { phase: "photos", photoIds: ["1"], since: 0 };
  assert.deepEqual(await platform.reconcile(deliver(), at), { verdict: "absent", checkpoint: at });
});
