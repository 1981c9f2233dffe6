/** After the last byte: processing, thumbnail, playlist, and what YouTube made of it against what was asked. */
import assert from "node:assert/strict";
import test from "node:test";
import { failures, rejections } from "../../../src/platforms/youtube/words.ts";
import { waitBefore } from "../../../src/platforms/youtube/status.ts";
import { googleRefusal, lastCheckpoint, MB, openStudio, platform, problemOf } from "./studio.ts";

const SHORT = { width: 1080, height: 1920, durationMs: 30_000 };
const THUMBNAIL = "POST www.googleapis.com/upload/youtube/v3/thumbnails/set";
const INSERT = "POST www.googleapis.com/youtube/v3/playlistItems";

test("a processing that never ends stays waiting, with ever slower looks, and ends when YouTube does", async (t) => {
  const { deliver, follow, world } = await openStudio(t);
  world.setBehaviour("youtube", "processing", "never");
  const job = deliver(MB);
  const outcome = await follow(job, await platform.publish(job), 60);
  assert.ok(outcome.state === "waiting");
  assert.ok(outcome.lookAgainAt - job.now() > 290_000);
  world.setBehaviour("youtube", "processing", "");
  assert.equal((await follow(job, outcome)).state, "published");
});

test("after two days of processing a person is asked to look, and nothing is uploaded again", async (t) => {
  const { deliver, world, clock, session } = await openStudio(t);
  world.setBehaviour("youtube", "processing", "never");
  const job = deliver(MB);
  await platform.publish(job);
  clock.push(47 * 3_600_000);
  await session.renew();
  assert.equal((await platform.resume(job, lastCheckpoint(job))).state, "waiting");
  clock.push(2 * 3_600_000);
  await session.renew();
  const problem = await problemOf(platform.resume(job, lastCheckpoint(job)));
  assert.deepEqual([problem.kind, problem.code], ["unknown_outcome", "still_processing"]);
  assert.equal(world.feed().length, 1);
});

test("looks begin quick and never get quicker", () => {
  const waits = Array.from({ length: 200 }, (_, looks) => waitBefore(looks));
  assert.equal(waits[0], 2000);
  assert.deepEqual(
    waits,
    [...waits].sort((a, b) => a - b),
  );
});

for (const reason of ["codec", "emptyFile"]) {
  test(`a processing that failed for ${reason} is final and says why`, async (t) => {
    const { deliver, follow, world } = await openStudio(t);
    world.setBehaviour("youtube", "processing", `fail:${reason}`);
    const job = deliver(MB);
    const problem = await problemOf(platform.publish(job).then((outcome) => follow(job, outcome)));
    assert.deepEqual([problem.kind, problem.code, problem.message], ["rejected", reason, failures[reason]?.message]);
  });
}

for (const reason of ["duplicate", "copyright"]) {
  test(`a video rejected for ${reason} is final and says why`, async (t) => {
    const { deliver, follow, world } = await openStudio(t);
    world.setBehaviour("youtube", "processing", `reject:${reason}`);
    const job = deliver(MB);
    const problem = await problemOf(platform.publish(job).then((outcome) => follow(job, outcome)));
    assert.deepEqual([problem.kind, problem.code, problem.message], ["rejected", reason, rejections[reason]?.message]);
  });
}

test("a video that vanished from the channel is waited for, then said to be gone", async (t) => {
  const { deliver, follow, world, clock } = await openStudio(t);
  world.setBehaviour("youtube", "processing", "never");
  const job = deliver(MB);
  const first = await platform.publish(job);
  const [item] = world.feed();
  world.collection("youtube.videos").delete(item?.id ?? "");
  assert.equal((await follow(job, first, 3)).state, "waiting");
  clock.push(16 * 60_000);
  const problem = await problemOf(platform.resume(job, lastCheckpoint(job)));
  assert.deepEqual([problem.kind, problem.code], ["rejected", "videoNotFound"]);
});

test("private instead of public is published with a warning, said once", async (t) => {
  const { deliver, follow, world } = await openStudio(t);
  world.setBehaviour("youtube", "privacy", "forced_private");
  const job = deliver(MB);
  const outcome = await follow(job, await platform.publish(job));
  assert.ok(outcome.state === "published");
  assert.equal(outcome.warnings?.length, 1);
  assert.match(outcome.warnings?.[0] ?? "", /private instead of public/);
});

test("a video on another channel than the one connected is published with a warning", async (t) => {
  const { deliver, follow, session } = await openStudio(t);
  session.remoteId = "UCsomebodyElse0000000000";
  const job = deliver(MB);
  const outcome = await follow(job, await platform.publish(job));
  assert.ok(outcome.state === "published");
  assert.match(outcome.warnings?.[0] ?? "", /another YouTube channel/);
});

test("the thumbnail of an ordinary video is set at once", async (t) => {
  const { deliver, world } = await openStudio(t);
  world.setBehaviour("youtube", "processing", "never");
  await platform.publish(deliver(MB, { thumbnailMediaId: "thumbnail" }));
  assert.ok(world.feed()[0]?.details["thumbnailSetAt"]);
});

test("the thumbnail of a Short is set after processing; the link is a Short's", async (t) => {
  const { deliver, follow, world } = await openStudio(t);
  world.setBehaviour("youtube", "shape", "short");
  const job = deliver(MB, { thumbnailMediaId: "thumbnail" }, SHORT);
  const first = await platform.publish(job);
  assert.equal(world.feed()[0]?.details["thumbnailSetAt"], null);
  const outcome = await follow(job, first);
  const [item] = world.feed();
  assert.ok(outcome.state === "published");
  assert.equal(outcome.warnings, undefined);
  assert.equal(outcome.url, `https://www.youtube.com/shorts/${item?.id}`);
  assert.ok(Number(item?.details["thumbnailSetAt"]) >= Number(item?.details["processedAt"]));
});

test("a thumbnail that comes too early is set after processing, once", async (t) => {
  const { deliver, follow, world } = await openStudio(t);
  world.setBehaviour("youtube", "shape", "short");
  world.setBehaviour("youtube", "processing", "slow");
  // Not recognised as a Short here: its sides were not measured.
  const job = deliver(MB, { thumbnailMediaId: "thumbnail" }, { width: null, height: null });
  const first = await platform.publish(job);
  world.faults.arm({
    request: "POST www.googleapis.com/upload/youtube/v3/thumbnails",
    kind: "status",
    status: 500,
    skip: 1,
    times: -1,
  });
  const outcome = await follow(job, first, 20);
  assert.ok(outcome.state === "published");
  assert.equal(outcome.warnings, undefined);
  assert.ok(world.feed()[0]?.details["thumbnailSetAt"]);
});

test("processed is processed, whatever else is said; a notice YouTube did not take over is told", async (t) => {
  const { deliver, world } = await openStudio(t);
  const job = deliver(MB, { hasPaidPromotion: true });
  await platform.publish(job);
  const id = world.feed()[0]?.id;
  const status = { uploadStatus: "processed", privacyStatus: "public" };
  const video = {
    id,
    status,
    processingDetails: { processingStatus: "terminated" },
    paidProductPlacementDetails: { hasPaidProductPlacement: false },
  };
  const body = JSON.stringify({ items: [video] });
  world.faults.arm({ request: "GET www.googleapis.com/youtube/v3/videos", kind: "status", status: 200, body });
  const outcome = await platform.resume(job, lastCheckpoint(job));
  assert.ok(outcome.state === "published");
  assert.match(outcome.warnings?.[0] ?? "", /paid promotion/);
});

test("a refused thumbnail is a warning with its remedy; the video is published", async (t) => {
  const { deliver, follow, world } = await openStudio(t);
  world.setBehaviour("youtube", "thumbnail", "forbidden");
  const job = deliver(MB, { thumbnailMediaId: "thumbnail" });
  const outcome = await follow(job, await platform.publish(job));
  assert.ok(outcome.state === "published");
  assert.match(outcome.warnings?.join() ?? "", /thumbnail was not set.*youtube\.com\/verify/);
});

test("a thumbnail that stumbles once is tried again, with a token renewed if need be", async (t) => {
  const { deliver, follow, world } = await openStudio(t);
  world.faults.arm({ request: THUMBNAIL, kind: "status", status: 503 });
  const job = deliver(MB, { thumbnailMediaId: "thumbnail" });
  const outcome = await follow(job, await platform.publish(job));
  assert.ok(outcome.state === "published" && !outcome.warnings);
  assert.ok(world.feed()[0]?.details["thumbnailSetAt"]);
});

test("the playlist gets the video once, even when the answer to the insert is lost", async (t) => {
  const { deliver, follow, world, session } = await openStudio(t);
  const preparation = (await platform.prepare(session)) as { playlists: Array<{ id: string }> };
  const playlistId = preparation.playlists[0]?.id ?? "";
  world.faults.arm({ request: INSERT, kind: "reset_after" });
  const job = deliver(MB, { playlistId });
  const outcome = await follow(job, await platform.publish(job));
  assert.ok(outcome.state === "published" && !outcome.warnings);
  const items = world.collection<{ playlistId: string }>("youtube.playlist-items").all();
  assert.equal(items.filter((item) => item.playlistId === playlistId).length, 1);
});

test("a playlist that is gone is a warning; so is one without the permission", async (t) => {
  for (const without of [[], ["https://www.googleapis.com/auth/youtube.force-ssl"]]) {
    const { deliver, follow, session } = await openStudio(t, { without });
    const playlistId = without.length ? `PLday${session.remoteId.slice(2)}` : "PLnowhere";
    const job = deliver(MB, { playlistId });
    const outcome = await follow(job, await platform.publish(job));
    assert.ok(outcome.state === "published");
    assert.match(outcome.warnings?.[0] ?? "", /not added to the playlist/);
  }
});

test("a crash between landing and finishing: resume does only what is left", async (t) => {
  const { deliver, follow, world } = await openStudio(t);
  const job = deliver(MB, { thumbnailMediaId: "thumbnail" });
  await platform.publish(job);
  const landed = job.calls.find((call) => call.checkpoint.phase === "landed")?.checkpoint;
  assert.ok(landed?.phase === "landed" && !landed.thumbnailDone);
  const outcome = await follow(job, await platform.resume(job, landed));
  assert.equal(outcome.state, "published");
  assert.equal(world.feed().length, 1);
});

test("a look that YouTube refuses for want of units is snoozed, not failed", async (t) => {
  const { deliver, world } = await openStudio(t);
  const body = googleRefusal("quotaExceeded", { code: 403, domain: "youtube.quota" });
  world.faults.arm({ request: "GET www.googleapis.com/youtube/v3/videos", kind: "status", status: 403, body });
  const job = deliver(MB);
  const problem = await problemOf(platform.publish(job));
  assert.equal(problem.kind, "rate_limited");
  assert.equal(lastCheckpoint(job).phase, "landed");
});
