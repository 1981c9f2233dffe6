/** What Meta's own pages and other people's bug reports say goes wrong with Pages, point by point. */
import assert from "node:assert/strict";
import test from "node:test";
import type { FacebookCheckpoint } from "../../../src/platforms/facebook/checkpoint.ts";
import { isSilent, standingOf, uploadOf, type Video } from "../../../src/platforms/facebook/status.ts";
import {
  at,
  FEED,
  fenceOf,
  FINISH_VIDEO,
  graphRefusal,
  KB,
  landedIn,
  lastCheckpoint,
  MB,
  MIRA,
  openPage,
} from "./page.ts";
import { platform, problemOf, publishedIn, type TestDelivery } from "./page.ts";

const READ_VIDEO = "GET graph.facebook.com/v26.0/9107";
/** The upload host has written down what arrived before the line broke. */
async function partArrived({ world }: Awaited<ReturnType<typeof openPage>>): Promise<void> {
  const stored = () => world.collection<{ stored: number }>("facebook.videos").all()[0]?.stored ?? 0;
  for (let waits = 0; stored() === 0 && waits < 100; waits += 1) await new Promise((done) => setTimeout(done, 10));
}

function checkpointIn(outcome: ReturnType<typeof landedIn>): FacebookCheckpoint {
  assert.ok(outcome.state === "waiting");
  return outcome.checkpoint;
}

const refused = (code: number, more: object = {}) =>
  ({ kind: "status", status: 400, body: graphRefusal(code, more) }) as const;
const answered = (body: object) => ({ kind: "status", status: 200, body: JSON.stringify(body) }) as const;

/** The checkpoint as the engine would find it after a restart. */
const stored = (job: TestDelivery): FacebookCheckpoint =>
  platform.checkpoint.parse(JSON.parse(JSON.stringify(lastCheckpoint(job))));

for (const [code, more] of [
  [100, { error_subcode: 1609005 }],
  [1500, {}],
  [200, { error_subcode: 1609008 }],
] as const) {
  test(`a link that Facebook refuses (${code}) goes into the text, once, and is told`, async (t) => {
    const { deliver, world, sent } = await openPage(t);
    world.faults.arm({ request: FEED, ...refused(code, more) });
    const options = { link: "https://example.org/kiln" };
    const outcome = publishedIn(await platform.publish(deliver({ options })));
    const [item, ...others] = world.feed();
    assert.equal(others.length, 0);
    assert.equal(item?.text, "What the kiln gave back today.\n\nhttps://example.org/kiln");
    assert.match(outcome.warnings?.join() ?? "", /has no card/);
    assert.equal(sent.filter((line) => line.startsWith("POST /<page>/feed")).length, 2);
  });
}

test("a link alone, without words, is refused in words; a second refusal too", async (t) => {
  const { deliver, world } = await openPage(t);
  world.faults.arm({ request: FEED, ...refused(1500), times: 3 });
  const options = { link: "https://example.org/kiln" };
  assert.deepEqual((await problemOf(platform.publish(deliver({ text: "", options })))).code, "1500");
  assert.deepEqual((await problemOf(platform.publish(deliver({ options })))).code, "1500");
  assert.equal(world.feed().length, 0);
});

test("a lost answer to the post without its card is found by the words that were sent", async (t) => {
  const { deliver, world, settle } = await openPage(t);
  world.faults.arm({ request: FEED, ...refused(1500) });
  world.faults.arm({ request: FEED, kind: "reset_after" });
  const job = deliver({ options: { link: "https://example.org/kiln" } });
  assert.equal((await problemOf(platform.publish(job))).kind, "unknown_outcome");
  const { verdict } = await settle(job, stored(job));
  const outcome = landedIn(verdict);
  assert.equal(world.feed().length, 1);
  assert.ok(outcome.state === "waiting" && outcome.checkpoint.phase === "landed");
  assert.equal(outcome.checkpoint.postId, world.feed()[0]?.id);
  assert.match(outcome.checkpoint.warnings.join(), /has no card/);
});

for (const [kind, edge, code, subcode] of [
  ["reel", "video_reels", 6000, 1363045],
  ["story", "video_stories", 6000, undefined],
  ["feed", "videos", 100, 1363041],
] as const) {
  test(`${kind}: "the video is not whole" (${subcode ?? code}) at the end sends it anew, once, then gives up in words`, async (t) => {
    const { deliver, video, follow, world } = await openPage(t);
    const request = at(edge);
    const skip = kind === "feed" ? 0 : 1;
    const fault = world.faults.arm({ request, ...refused(code, { error_subcode: subcode }), skip });
    const job = deliver({ media: [video(200 * KB)], options: { kind } });
    const problem = await problemOf(platform.publish(job));
    assert.equal(problem.kind, "rate_limited", "the fence is open again");
    publishedIn(await follow(job, await platform.resume(job, stored(job))));
    assert.equal(world.feed().filter((item) => item.public).length, 1);

    world.faults.arm({ ...fault, times: 1, skip });
    const hopeless = deliver({ media: [video(200 * KB)], options: { kind } });
    await problemOf(platform.publish(hopeless));
    world.faults.arm({ ...fault, times: 1, skip });
    const end = await problemOf(platform.resume(hopeless, stored(hopeless)));
    assert.equal(end.kind, "rejected");
    assert.match(end.remedy, /Export the video/);
  });
}

test("a reel's upload that broke off goes on at the byte that Facebook names", async (t) => {
  const page = await openPage(t);
  const { deliver, video, follow, world, requests } = page;
  const job = deliver({ media: [video(300 * KB)], options: { kind: "reel" } });
  world.faults.arm({ request: "POST rupload.facebook.com/", kind: "cut", bytes: 100 * KB });
  assert.equal((await problemOf(platform.publish(job))).kind, "transient");
  await partArrived(page);
  publishedIn(await follow(job, await platform.resume(job, stored(job))));
  const uploads = requests.filter(({ url }) => url.includes("rupload"));
  assert.deepEqual(
    uploads.map(({ headers }) => [headers?.["offset"], headers?.["file_size"]]),
    [
      ["0", String(300 * KB)],
      [String(100 * KB), String(300 * KB)],
    ],
  );
  assert.equal(world.feed()[0]?.files[0]?.bytes, 300 * KB);
});

test("an upload that Facebook will not go on with is opened anew", async (t) => {
  const page = await openPage(t);
  const { deliver, video, follow, world } = page;
  const job = deliver({ media: [video(300 * KB)], options: { kind: "reel" } });
  world.faults.arm({ request: "POST rupload.facebook.com/", kind: "cut", bytes: 100 * KB });
  await problemOf(platform.publish(job));
  await partArrived(page);
  const body = '{"debug_info":{"retriable":false,"type":"ProcessingFailedError","message":"offset"}}';
  world.faults.arm({ request: "POST rupload.facebook.com/", kind: "status", status: 400, body });
  publishedIn(await follow(job, await platform.resume(job, stored(job))));
  assert.equal(world.feed()[0]?.files[0]?.bytes, 300 * KB);
});

test("photos that are said to be in a post already: the post is looked for before anything is called refused", async (t) => {
  const { deliver, photo, world } = await openPage(t);
  const job = deliver({ media: [await photo("a")] });
  publishedIn(await platform.publish(job));
  // As after a restore: the photos are remembered, the post is not.
  const photos = job.calls.findLast((call) => call.checkpoint.phase === "photos")?.checkpoint;
  assert.ok(photos);
  const again = publishedIn(await platform.resume(job, photos));
  assert.equal(again.remoteId, world.feed()[0]?.id);
  assert.equal(world.feed().length, 1);
});

test("a first comment that is there already is not written again", async (t) => {
  const { deliver, world } = await openPage(t);
  const job = deliver({ options: { firstComment: "Open until six." } });
  publishedIn(await platform.publish(job));
  const open = job.calls.find(({ checkpoint }) => checkpoint.phase === "landed" && checkpoint.comment === "open");
  assert.ok(open);
  assert.equal(publishedIn(await platform.resume(job, open.checkpoint)).warnings, undefined);
  assert.equal(world.collection("facebook.comments").all().length, 1);
});

test("where no pieces are taken the video goes whole, with its words, in the deciding request", async (t) => {
  const { deliver, video, follow, world } = await openPage(t);
  world.setBehaviour("facebook", "pieces", "unknown");
  const job = deliver({ media: [video(3 * MB)], options: { title: "Kiln" } });
  const outcome = publishedIn(await follow(job, await platform.publish(job)));
  const [item, ...more] = world.feed();
  assert.deepEqual([item?.text, item?.title, more.length], ["What the kiln gave back today.", "Kiln", 0]);
  assert.equal(item?.files[0]?.bytes, 3 * MB);
  assert.ok(outcome.url?.includes(item?.id ?? "none"));
});

test("a video that went whole and whose answer was lost is found by its words; without words a person is asked", async (t) => {
  const { deliver, video, follow, world, clock, settle } = await openPage(t);
  world.setBehaviour("facebook", "pieces", "unknown");
  for (const text of ["What the kiln gave back today.", ""]) {
    world.setBehaviour("facebook", "answer", "error_after_success");
    const job = deliver({ text, media: [video(200 * KB)] });
    assert.equal((await problemOf(platform.publish(job))).kind, "unknown_outcome");
    clock.push(5000);
    const { verdict } = await settle(job, fenceOf(job));
    if (text === "") assert.equal(verdict.verdict, "unknown");
    else publishedIn(await follow(job, await platform.resume(job, checkpointIn(landedIn(verdict)))));
  }
  assert.equal(world.feed().length, 2);
});

test("a list that no longer knows a name is asked in the plainest way", async (t) => {
  const { deliver, world, settle, requests } = await openPage(t);
  world.faults.arm({ request: FEED, kind: "status_after" });
  const job = deliver();
  await problemOf(platform.publish(job));
  world.faults.arm({ request: `GET graph.facebook.com/v26.0/${MIRA}/published_posts`, ...refused(100) });
  landedIn((await settle(job, fenceOf(job))).verdict);
  assert.equal(requests.at(-1)?.query?.["fields"], "id,message,created_time,attachments{media_type,target}");
});

test("posts that say little of themselves are still told apart: unknown attachments, ids as numbers, no time", async (t) => {
  const { deliver, photo, world, settle } = await openPage(t);
  world.faults.arm({ request: FEED, kind: "reset_after" });
  const job = deliver({ media: [await photo("a"), await photo("b")] });
  await problemOf(platform.publish(job));
  const list = `GET graph.facebook.com/v26.0/${MIRA}/published_posts`;
  const message = "What the kiln gave back today.";
  world.faults.arm({
    request: list,
    ...answered({
      data: [
        { id: 77, message },
        { id: "78", message: null, attachments: null },
      ],
    }),
  });
  const outcome = landedIn((await settle(job, fenceOf(job))).verdict);
  assert.ok(outcome.state === "waiting" && outcome.checkpoint.phase === "landed");
  assert.equal(outcome.checkpoint.postId, `${MIRA}_77`);
});

test("a video story whose own video tells nothing is found among the Page's stories", async (t) => {
  const { deliver, video, world, clock, settle } = await openPage(t);
  world.faults.arm({ request: at("video_stories"), kind: "reset_after", skip: 1 });
  const job = deliver({ media: [video(200 * KB)], options: { kind: "story" } });
  await problemOf(platform.publish(job));
  clock.push(5000);
  world.faults.arm({ request: READ_VIDEO, ...answered({ id: "1" }), times: 40 });
  const outcome = landedIn((await settle(job, fenceOf(job))).verdict);
  assert.ok(outcome.state === "waiting" && outcome.checkpoint.phase === "landed");
  assert.ok(outcome.checkpoint.postId?.startsWith(`${MIRA}_`));
});

test("thirty reels a day: the next one waits before anything is uploaded", async (t) => {
  const { deliver, video, world, clock, sent } = await openPage(t);
  const created_time = new Date(clock.now()).toISOString();
  const data = Array.from({ length: 30 }, (_, n) => ({ id: String(n), created_time }));
  world.faults.arm({ request: `GET graph.facebook.com/v26.0/${MIRA}/video_reels`, ...answered({ data }) });
  const problem = await problemOf(platform.publish(deliver({ media: [video(4 * KB)], options: { kind: "reel" } })));
  assert.deepEqual([problem.kind, problem.code], ["rate_limited", "reels_per_day"]);
  assert.ok(problem.until! > clock.now() + 59 * 60_000);
  assert.equal(sent.length, 1);
});

test("an upload address that is missing is built; the video's id may be a number", async (t) => {
  const { deliver, video, requests, world } = await openPage(t);
  world.faults.arm({ request: at("video_reels"), ...answered({ video_id: 910712345678901 }) });
  await problemOf(platform.publish(deliver({ media: [video(4 * KB)], options: { kind: "reel" } })));
  assert.equal(requests.at(-1)?.url, "https://rupload.facebook.com/video-upload/v26.0/910712345678901");
});

test("a video's state in every spelling", () => {
  const of = (video: Partial<Video>): Video => ({ status: {}, ...video }) as Video;
  assert.equal(
    standingOf(of({ status: { video_status: "ready", publishing_phase: { publish_status: "published" } } })),
    "live",
  );
  assert.equal(standingOf(of({ published: true })), "live");
  assert.equal(standingOf(of({ published: true, status: { video_status: "processing" } })), "taken");
  assert.equal(standingOf(of({ published: false, status: { video_status: "ready" } })), "open");
  assert.equal(standingOf(of({ status: { video_status: "upload_complete" } })), "open");
  assert.equal(standingOf(of({ status: { video_status: "something_new" } })), "open");
  assert.equal(uploadOf(of({ status: { video_status: "upload_complete" } })), "all");
  assert.equal(
    uploadOf(of({ status: { video_status: "uploading", uploading_phase: { status: "in_progress" } } })),
    "some",
  );
  const early = { video_status: "processing", uploading_phase: { status: "in_progress" } };
  assert.equal(uploadOf(of({ status: early })), "some", "the phase counts, whatever the whole says");
  assert.equal(isSilent(of({})), true);
  assert.equal(isSilent(of({ status: { video_status: "ready" } })), false);
  const failed = of({
    status: { video_status: "processing", processing_phase: { error: { message: "Resolution too low" } } },
  });
  assert.throws(() => standingOf(failed), /Resolution too low/);
});

test("a link that comes late is filled in; the comment is not written again", async (t) => {
  const { deliver, video, world, clock, follow } = await openPage(t);
  const job = deliver({ media: [video(4 * KB)], options: { kind: "reel", firstComment: "Sound on." } });
  const first = await platform.publish(job);
  assert.ok(first.state === "waiting");
  clock.push(5000);
  const live = { video_status: "ready", publishing_phase: { publish_status: "published" } };
  world.faults.arm({ request: READ_VIDEO, ...answered({ id: "1", status: live }) });
  const without = publishedIn(await platform.resume(job, platform.checkpoint.parse(first.checkpoint)));
  assert.deepEqual([without.url, without.remoteId?.startsWith(`${MIRA}_9107`)], [null, true]);
  assert.ok(without.checkpoint && without.lookAgainAt);
  const end = publishedIn(await follow(job, await platform.resume(job, platform.checkpoint.parse(without.checkpoint))));
  assert.ok(end.url?.includes("/reel/") && end.checkpoint === undefined);
  assert.equal(world.collection("facebook.comments").all().length, 1);
});

test("a name that a video no longer has does not hide its state", async (t) => {
  const { deliver, video, follow, world } = await openPage(t);
  const job = deliver({ media: [video(2 * MB)] });
  world.faults.arm({ request: READ_VIDEO, ...refused(100), times: 1 });
  publishedIn(await follow(job, await platform.publish(job)));
  assert.ok(FINISH_VIDEO);
});
