/** After an unknown outcome: the upload is asked, then the channel; nothing is ever sent. */
import assert from "node:assert/strict";
import test from "node:test";
import type { YoutubeCheckpoint } from "../../../src/platforms/youtube/checkpoint.ts";
import { landedIn, lastCheckpoint, MB, openStudio, platform, problemOf, UPLOAD } from "./studio.ts";

type Studio = Awaited<ReturnType<typeof openStudio>>;

/** A delivery whose deciding request was answered with 404: the upload's address is gone for good. */
async function lostAddress(studio: Studio) {
  const job = studio.deliver(2 * MB);
  studio.world.faults.arm({ request: UPLOAD, kind: "status", status: 404 });
  assert.equal((await problemOf(platform.publish(job))).kind, "unknown_outcome");
  studio.world.setBehaviour("youtube", "session", "gone");
  return { job, fence: lastCheckpoint(job) };
}

test("the address is gone after the fence: absent only after three listings over ten minutes", async (t) => {
  const studio = await openStudio(t);
  const { job, fence } = await lostAddress(studio);
  let at: YoutubeCheckpoint = fence;
  const began = studio.clock.now();
  let listings = 0;
  for (;;) {
    listings += 1;
    const verdict = await platform.reconcile(job, at);
    if (verdict.verdict === "absent") {
      assert.equal(verdict.checkpoint, undefined, "publish starts anew");
      break;
    }
    assert.ok(verdict.verdict === "later" && verdict.checkpoint);
    at = platform.checkpoint.parse(JSON.parse(JSON.stringify(verdict.checkpoint)));
    studio.clock.push(verdict.lookAgainAt - studio.clock.now());
  }
  assert.ok(listings >= 3);
  assert.ok(studio.clock.now() - began >= 10 * 60_000);
});

test("the address is gone but the video is on the channel: landed", async (t) => {
  const studio = await openStudio(t);
  const job = studio.deliver(2 * MB);
  await platform.publish(job);
  const fence = job.calls.find((call) => call.kind === "commit")?.checkpoint;
  studio.world.setBehaviour("youtube", "session", "gone");
  assert.ok(fence);
  const outcome = landedIn(await platform.reconcile(job, fence));
  assert.ok(outcome.state === "waiting" && outcome.checkpoint.phase === "landed");
  assert.equal(outcome.checkpoint.videoId, studio.world.feed()[0]?.id);
  assert.equal((await studio.follow(job, outcome)).state, "published");
});

test("a video of the same title with another file size, an older one, and another's title are not taken for ours", async (t) => {
  const studio = await openStudio(t);
  await platform.publish(studio.deliver(2 * MB));
  studio.clock.push(20 * 60_000);
  await platform.publish(studio.deliver(3 * MB));
  await platform.publish(studio.deliver(2 * MB, { title: "Second light" }));
  const { job, fence } = await lostAddress(studio);
  assert.equal((await platform.reconcile(job, fence)).verdict, "later");
});

test("no answer and no listing: later, and in the end a person is asked", async (t) => {
  const studio = await openStudio(t);
  const { job, fence } = await lostAddress(studio);
  studio.world.setBehaviour("youtube", "quota", "units");
  let at: YoutubeCheckpoint = fence;
  const waits: number[] = [];
  for (;;) {
    const verdict = await platform.reconcile(job, at);
    if (verdict.verdict === "unknown") break;
    assert.ok(verdict.verdict === "later" && verdict.checkpoint);
    at = verdict.checkpoint;
    // In tenths of a second: the clock runs on while it is read.
    waits.push(Math.round((verdict.lookAgainAt - studio.clock.now()) / 100));
    studio.clock.push(verdict.lookAgainAt - studio.clock.now());
  }
  assert.ok(waits.length > 10);
  assert.deepEqual(
    waits,
    [...waits].sort((a, b) => a - b),
  );
});

test("a dead line or a withdrawn sign-in is never taken for absent", async (t) => {
  const studio = await openStudio(t);
  const job = studio.deliver(2 * MB);
  await platform.publish(job);
  const fence = job.calls.find((call) => call.kind === "commit")?.checkpoint;
  assert.ok(fence);
  studio.world.faults.arm({ request: "*", kind: "refuse" });
  assert.equal((await platform.reconcile(job, fence)).verdict, "later");
  studio.world.setBehaviour("youtube", "token", "revoked");
  assert.equal((await platform.reconcile(job, fence)).verdict, "later");
  studio.world.setBehaviour("youtube", "token", "");
  assert.equal((await platform.reconcile(job, fence)).verdict, "landed");
});

test("an expired token is renewed while asking", async (t) => {
  const studio = await openStudio(t);
  const job = studio.deliver(2 * MB);
  await platform.publish(job);
  const fence = job.calls.find((call) => call.kind === "commit")?.checkpoint;
  studio.world.setBehaviour("youtube", "token", "expired");
  assert.ok(fence);
  landedIn(await platform.reconcile(job, fence));
});

test("what has landed stays landed without asking", async (t) => {
  const studio = await openStudio(t);
  const job = studio.deliver(MB);
  await platform.publish(job);
  studio.world.faults.arm({ request: "*", kind: "refuse", times: -1 });
  landedIn(await platform.reconcile(job, lastCheckpoint(job)));
});

test("without a kept uploads list the channel is asked for it", async (t) => {
  const studio = await openStudio(t);
  const job = studio.deliver(MB);
  await platform.publish(job);
  const fence = job.calls.find((call) => call.kind === "commit")?.checkpoint;
  studio.world.setBehaviour("youtube", "session", "gone");
  job.session = { ...studio.session, extra: {} };
  assert.ok(fence);
  landedIn(await platform.reconcile(job, fence));
});
