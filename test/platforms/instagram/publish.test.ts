/** The usual course of each kind of post: prepared unseen, published once, with its link. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test from "node:test";
import { CONTAINER, CREATE, openStudio, platform, problemOf } from "./studio.ts";

const kinds = (job: { calls: Array<{ kind: string; checkpoint: { phase: string } }> }) =>
  job.calls.map(({ kind, checkpoint }) => `${kind} ${checkpoint.phase}`);

test("a photo: container saved at once, looked at until ready, published with one request", async (t) => {
  const { photo, deliver, drive, world, files, sent, session } = await openStudio(t);
  const job = deliver({ media: [await photo()], text: "First light. #dawn", options: { altText: "A harbour." } });
  const { state, outcome } = await drive(job);
  assert.equal(state, "published");
  assert.deepEqual(kinds(job), ["save preparing", "save preparing", "commit deciding", "save landed"]);
  const [item, ...more] = world.feed();
  assert.equal(more.length, 0);
  assert.equal(outcome?.remoteId, item?.id);
  assert.equal(outcome?.url, item?.url);
  assert.deepEqual(
    [item?.text, item?.details["productType"], item?.details["altText"], item?.handle],
    ["First light. #dawn", "FEED", "A harbour.", "@miraokafor"],
  );
  assert.deepEqual(files.asked, ["1.jpg"]);
  assert.equal(sent.filter((call) => call.endsWith("/media_publish")).length, 1);
  assert.ok(
    sent.indexOf(`GET /${session.remoteId}/content_publishing_limit`) < sent.indexOf(`POST /${session.remoteId}/media`),
  );
});

test("a carousel: each part and the whole are looked at, order and descriptions are kept", async (t) => {
  const { photo, clip, deliver, drive, world, containers } = await openStudio(t);
  const media = [await photo(1080, 1080, { altText: "One." }), clip(), await photo(1080, 1080, { altText: "Three." })];
  const end = await drive(deliver({ media, text: "Three views.", options: { collaborators: ["@late.trains"] } }));
  assert.equal(end.state, "published");
  assert.equal(containers().length, 4);
  const [item, ...more] = world.feed();
  assert.equal(more.length, 0);
  assert.deepEqual(
    item?.files.map((file) => file.mime),
    ["image/jpeg", "video/mp4", "image/jpeg"],
  );
  assert.equal(item?.text, "Three views.");
  assert.deepEqual(item?.details["parts"], [{ altText: "One." }, {}, { altText: "Three." }]);
  assert.deepEqual(item?.details["collaborators"], ["late.trains"]);
});

test("one part that cannot be fetched is asked for again, its siblings are not", async (t) => {
  const { photo, deliver, drive, world, containers, files } = await openStudio(t);
  const media = [await photo(), await photo(), await photo()];
  const job = deliver({ media });
  const save = job.save;
  job.save = (checkpoint) => {
    save(checkpoint);
    if (job.calls.length === 1) world.setBehaviour("instagram", "fetch", "fail_once");
  };
  const end = await drive(job);
  assert.equal(end.state, "published");
  assert.match(end.problems[0]?.message ?? "", /^2\.jpg: Instagram could not fetch/);
  assert.equal(containers().length, 4);
  assert.deepEqual(files.asked, ["1.jpg", "2.jpg", "3.jpg"]);
  assert.equal(world.feed().length, 1);
});

test("a part that Instagram refuses ends the post and names the file; nothing is left out silently", async (t) => {
  const { photo, deliver, drive, world } = await openStudio(t);
  const end = await drive(deliver({ media: [await photo(), await photo(1000, 2000), await photo()] }));
  assert.equal(end.state, "failed");
  assert.match(end.problem?.message ?? "", /^2\.jpg: The image is too tall/);
  assert.equal(end.problem?.code, "36003/2207009");
  assert.equal(world.feed().length, 0);
});

test("a reel by address: cover frame, Reels tab only, its own link", async (t) => {
  const { clip, deliver, drive, world, files } = await openStudio(t);
  const options = { kind: "reel", shareToFeed: false, coverTimestampMs: 1200, isAiGenerated: true };
  const end = await drive(deliver({ media: [clip()], options }));
  const { details, url } = world.feed()[0]!;
  assert.deepEqual(
    [details["productType"], details["shareToFeed"], details["thumbOffset"], details["is_ai_generated"]],
    ["REELS", false, 1200, true],
  );
  assert.match(url ?? "", /\/reel\//);
  assert.equal(end.outcome?.url, url);
  assert.deepEqual(files.asked, ["1.mp4"]);
});

test("a single video in the feed becomes a reel; an image as cover is fetched and wins", async (t) => {
  const { clip, photo, deliver, drive, world, files } = await openStudio(t);
  const cover = await photo(1080, 1920, { id: "cover" });
  const options = { coverMediaId: "cover", coverTimestampMs: 99_000 };
  const end = await drive(deliver({ media: [clip()], assets: [cover], options }));
  assert.equal(end.state, "published");
  assert.equal(world.feed()[0]?.details["productType"], "REELS");
  assert.deepEqual(files.asked, ["1.jpg", "2.mp4"]);
});

test("through Facebook a reel's bytes are sent, byte for byte, and nothing is fetched", async (t) => {
  const { clip, deliver, drive, world, files, sent } = await openStudio(t, { way: "facebook" });
  const video = { ...clip({ bytes: 300_000 }), publicUrl: async () => null };
  const job = deliver({ media: [video], options: { kind: "reel" } });
  assert.equal((await drive(job)).state, "published");
  assert.deepEqual(files.asked, []);
  assert.equal(job.sent, 300_000);
  const parts: Buffer[] = [];
  for await (const part of video.read(0, video.bytes)) parts.push(part as Buffer);
  const sha256 = createHash("sha256").update(Buffer.concat(parts)).digest("hex");
  assert.equal(world.feed()[0]?.files[0]?.sha256, sha256);
  assert.equal(sent.filter((call) => call.includes("ig-api-upload")).length, 1);
});

test("a line that breaks while bytes are sent: the same container, from the start", async (t) => {
  const { clip, deliver, drive, world, containers } = await openStudio(t, { way: "facebook" });
  world.faults.arm({ request: "POST rupload.facebook.com/ig-api-upload/", kind: "cut", bytes: 20_000 });
  const end = await drive(deliver({ media: [clip({ bytes: 200_000 })], options: { kind: "reel" } }));
  assert.equal(end.state, "published");
  assert.equal(containers().length, 1);
  assert.equal(world.feed()[0]?.files[0]?.bytes, 200_000);
});

for (const kind of ["photo", "video"] as const) {
  test(`a ${kind} story: no text, no co-authors, found under stories`, async (t) => {
    const { clip, photo, deliver, drive, world } = await openStudio(t);
    const media = [kind === "photo" ? await photo(1080, 1920) : clip()];
    const job = deliver({ media, text: "Not shown.", options: { kind: "story", collaborators: ["late.trains"] } });
    const end = await drive(job);
    assert.equal(end.state, "published");
    const item = world.feed()[0]!;
    assert.deepEqual([item.text, item.details["productType"], item.details["collaborators"]], ["", "STORY", undefined]);
    assert.match(end.outcome?.url ?? "", /\/stories\/miraokafor\//);
  });
}

test("without a public address nothing is sent at all, and the remedy says how to get one", async (t) => {
  const { photo, clip, deliver, sent } = await openStudio(t);
  const hidden = { publicUrl: async () => null };
  sent.length = 0;
  for (const media of [
    { ...(await photo()), ...hidden },
    { ...clip(), ...hidden },
  ]) {
    const problem = await problemOf(platform.publish(deliver({ media: [await photo(), media] })));
    assert.deepEqual([problem.kind, problem.code, problem.sent], ["rejected", "no_public_address", false]);
    assert.match(problem.remedy, /PUBLIC_URL/);
  }
  assert.deepEqual(sent, []);
});

test("through Facebook images still need a public address", async (t) => {
  const { photo, deliver } = await openStudio(t, { way: "facebook" });
  const image = { ...(await photo()), publicUrl: async () => null };
  assert.equal((await problemOf(platform.publish(deliver({ media: [image] })))).code, "no_public_address");
});

test("a processing that does not end is parked and looked at again, never made anew within its day", async (t) => {
  const { clip, deliver, world, containers, clock } = await openStudio(t);
  world.setBehaviour("instagram", "processing", "never");
  const job = deliver({ media: [clip()] });
  let outcome = await platform.publish(job);
  const waits: number[] = [];
  for (let look = 0; look < 40; look += 1) {
    assert.ok(outcome.state === "waiting");
    waits.push(Math.round((outcome.lookAgainAt - clock.now()) / 1000));
    clock.push(outcome.lookAgainAt - clock.now());
    outcome = await platform.resume(job, outcome.checkpoint);
  }
  assert.deepEqual(waits.slice(0, 6), [3, 5, 10, 15, 30, 60]);
  assert.equal(waits.at(-1), 300);
  assert.equal(containers().length, 1);
  world.setBehaviour("instagram", "processing", "");
  assert.ok(outcome.state === "waiting");
  assert.equal((await platform.resume(job, outcome.checkpoint)).state, "published");
  assert.equal(world.feed().length, 1);
});

test("what lapses after a day is made anew; three times at most", async (t) => {
  const { clip, deliver, world, containers, clock } = await openStudio(t);
  world.setBehaviour("instagram", "processing", "never");
  const job = deliver({ media: [clip()] });
  let outcome = await platform.publish(job);
  const nextDay = async () => {
    for (const hours of [24, 0]) {
      assert.ok(outcome.state === "waiting");
      clock.push(hours * 3_600_000);
      outcome = await platform.resume(job, outcome.checkpoint);
    }
  };
  for (const made of [2, 3, 4]) {
    await nextDay();
    assert.equal(containers().length, made);
  }
  const problem = await problemOf(nextDay());
  assert.deepEqual([problem.kind, problem.code], ["rejected", "2207020"]);
  assert.equal(world.feed().length, 0);
});

test("a failed processing says why; a fault of Instagram's own is tried anew three times", async (t) => {
  const { clip, deliver, drive, world, containers } = await openStudio(t);
  world.setBehaviour("instagram", "processing", "fail:2207026");
  const final = await drive(deliver({ media: [clip()] }));
  assert.deepEqual([final.state, final.problem?.code], ["failed", "2207026"]);
  assert.match(final.problem?.message ?? "", /does not take this kind of video/);
  assert.equal(containers().length, 1);
  world.setBehaviour("instagram", "processing", "fail:2207082");
  const passing = await drive(deliver({ media: [clip()] }));
  assert.deepEqual([passing.state, passing.problem?.code], ["failed", "2207082"]);
  assert.equal(containers().length, 5);
});

test("a failure without its code is read from the sentence", async (t) => {
  const { clip, deliver, drive, world } = await openStudio(t);
  world.setBehaviour("instagram", "processing", "fail:2207026");
  world.setBehaviour("instagram", "status", "text_only");
  const end = await drive(deliver({ media: [clip()] }));
  assert.deepEqual([end.state, end.problem?.code], ["failed", "ERROR"]);
  assert.match(end.problem?.message ?? "", /Media download has failed/);
});

test("the day's posts are used up: known before anything is made", async (t) => {
  const { photo, deliver, world, containers, clock } = await openStudio(t);
  world.setBehaviour("instagram", "quota", "full");
  const job = deliver({ media: [await photo()] });
  const problem = await problemOf(platform.publish(job));
  assert.deepEqual([problem.kind, problem.code], ["rate_limited", "9/2207042"]);
  assert.match(problem.message, /50 posts/);
  assert.ok(problem.until! > clock.now() + 3_000_000);
  assert.deepEqual([containers().length, job.calls.length], [0, 0]);
});

test("a quota that cannot be read keeps nobody from posting", async (t) => {
  const { photo, deliver, drive, world, session } = await openStudio(t);
  const request = `GET graph.instagram.com/v26.0/${session.remoteId}/content_publishing_limit`;
  world.faults.arm({ request, kind: "garbage", times: -1 });
  assert.equal((await drive(deliver({ media: [await photo()] }))).state, "published");
});

test("making and looking stumble over faults of the line and go on where they were", async (t) => {
  const { photo, deliver, drive, world } = await openStudio(t);
  world.faults.arm({ request: CREATE, kind: "status", status: 503, times: 2 });
  world.faults.arm({ request: CREATE, kind: "reset_after", times: 1, skip: 2 });
  world.faults.arm({ request: CONTAINER, kind: "garbage_after", times: 1 });
  const end = await drive(deliver({ media: [await photo()] }));
  assert.equal(end.state, "published");
  assert.equal(world.feed().length, 1);
});
