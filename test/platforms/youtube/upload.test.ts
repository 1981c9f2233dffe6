/** Resumable upload over real sockets: the next byte is always the one YouTube names, and a video lands once. */
import assert from "node:assert/strict";
import test from "node:test";
import { CHUNK_BYTES } from "../../../src/platforms/youtube/limits.ts";
import { googleRefusal, MB, openStudio, platform, problemOf, UPLOAD } from "./studio.ts";

const CHUNK = CHUNK_BYTES;

test("a small video goes in one request, committed just before it, and is published once processed", async (t) => {
  const { deliver, follow, ranges, world } = await openStudio(t);
  const job = deliver(3 * MB + 17);
  const first = await platform.publish(job);
  assert.equal(first.state, "waiting");
  assert.deepEqual(ranges, [`0-${3 * MB + 16}`]);
  assert.deepEqual(
    job.calls.map((call) => `${call.kind} ${call.checkpoint.phase}`),
    ["save sending", "commit sending", "save landed"],
  );
  const outcome = await follow(job, first);
  const [item] = world.feed();
  assert.ok(outcome.state === "published" && item);
  assert.equal(outcome.url, `https://www.youtube.com/watch?v=${item.id}`);
  assert.equal(outcome.warnings, undefined);
  assert.equal(item.files[0]?.bytes, 3 * MB + 17);
  assert.equal(item.public, true);
  assert.equal(job.sent, 3 * MB + 17);
});

test("an 80 MB video goes in whole pieces; only the last one is committed", async (t) => {
  const { deliver, ranges, world } = await openStudio(t);
  const job = deliver(80 * MB + 5);
  await platform.publish(job);
  assert.deepEqual(ranges, [`0-${CHUNK - 1}`, `${CHUNK}-${2 * CHUNK - 1}`, `${2 * CHUNK}-${80 * MB + 4}`]);
  assert.deepEqual(
    job.calls.map((call) => [call.kind, call.checkpoint.phase === "sending" ? call.checkpoint.offset : "landed"]),
    [
      ["save", 0],
      ["save", CHUNK],
      ["save", 2 * CHUNK],
      ["commit", 2 * CHUNK],
      ["save", "landed"],
    ],
  );
  assert.equal(world.feed()[0]?.files[0]?.bytes, 80 * MB + 5);
});

test("when less was stored than sent, the next piece begins where Range says", async (t) => {
  const { deliver, ranges, world } = await openStudio(t);
  world.setBehaviour("youtube", "store", "less");
  await platform.publish(deliver(40 * MB));
  const stored = CHUNK - 262_144;
  assert.deepEqual(ranges, [`0-${CHUNK - 1}`, `${stored}-${40 * MB - 1}`]);
  assert.equal(world.feed().length, 1);
});

test("when less was stored of the last piece, YouTube is asked before the rest is sent", async (t) => {
  const { deliver, ranges, world } = await openStudio(t);
  world.setBehaviour("youtube", "store", "less");
  const job = deliver(MB);
  await platform.publish(job);
  assert.deepEqual(ranges, [`0-${MB - 1}`, "*", `${MB - 262_144}-${MB - 1}`]);
  assert.deepEqual(
    job.calls.map((call) => `${call.kind} ${call.checkpoint.phase}`),
    ["save sending", "commit sending", "commit sending", "save landed"],
    "between commit and landing nothing is saved: a save would say that YouTube has it",
  );
  assert.equal(world.feed().length, 1);
});

test("308 without Range means that nothing is stored", async (t) => {
  const { deliver, ranges, world } = await openStudio(t);
  world.setBehaviour("youtube", "range", "none");
  await platform.publish(deliver(36 * MB));
  assert.deepEqual(ranges.slice(0, 2), [`0-${CHUNK - 1}`, `0-${CHUNK - 1}`]);
  assert.equal(world.feed()[0]?.files[0]?.bytes, 36 * MB);
});

test("how Range is spelt does not matter, what it says does", async (t) => {
  for (const [range, next] of [
    [`bytes=0-${CHUNK - 1}`, CHUNK],
    [`0-${CHUNK - 1}`, CHUNK],
    [`bytes 0-${CHUNK - 1}`, CHUNK],
    ["bytes=5-9", 0],
  ] as const) {
    const { deliver, ranges, world } = await openStudio(t);
    world.faults.arm({ request: UPLOAD, kind: "status_after", status: 308, headers: { range } });
    await platform.publish(deliver(36 * MB)).catch(() => undefined);
    assert.equal(ranges[1]?.split("-")[0], String(next), range);
  }
});

test("the address for the bytes may be relative, and is never a stranger's", async (t) => {
  const { deliver, sandbox, session } = await openStudio(t);
  const request = session.request.bind(session);
  let shown: (address: string) => string = (address) => address;
  session.request = async (call) => {
    const reply = await request(call);
    const { location } = reply.headers;
    return location ? { ...reply, headers: { ...reply.headers, location: shown(location) } } : reply;
  };
  shown = (address) => address.slice(address.indexOf("/upload/youtube/"));
  assert.equal((await platform.publish(deliver(MB))).state, "waiting");
  shown = (address) => `https://www.googleapis.com${address.slice(address.indexOf("/upload/youtube/"))}`;
  assert.equal((await platform.publish(deliver(MB))).state, "waiting");
  assert.equal(sandbox.world.feed().length, 2);
  shown = () => "https://upload.evil.example/upload?upload_id=1";
  const strange = deliver(MB);
  assert.equal((await problemOf(platform.publish(strange))).code, "foreign_upload_address");
  assert.deepEqual(strange.calls, []);
  shown = () => "";
  assert.equal((await problemOf(platform.publish(deliver(MB)))).code, "no_upload_address");
});

test("a long Retry-After in mid-upload is left to the engine, with what is stored kept", async (t) => {
  const { deliver, ranges, world, clock } = await openStudio(t);
  const headers = { "retry-after": "600" };
  world.faults.arm({ request: UPLOAD, kind: "status_after", status: 503, headers });
  const job = deliver(36 * MB);
  const problem = await problemOf(platform.publish(job));
  assert.equal(problem.kind, "transient");
  assert.ok(Math.abs((problem.until ?? 0) - clock.now() - 600_000) < 10_000);
  await platform.resume(job, job.calls.at(-1)!.checkpoint);
  assert.deepEqual(ranges, [`0-${CHUNK - 1}`, "*", `${CHUNK}-${36 * MB - 1}`]);
  assert.equal(world.feed().length, 1);
});

test("503 on a piece: asks where it stands and goes on from there", async (t) => {
  const { deliver, ranges, world } = await openStudio(t);
  world.faults.arm({ request: UPLOAD, kind: "status_after", status: 503 });
  await platform.publish(deliver(36 * MB));
  assert.deepEqual(ranges, [`0-${CHUNK - 1}`, "*", `${CHUNK}-${36 * MB - 1}`]);
  assert.equal(world.feed().length, 1);
});

test("a connection cut in mid-piece loses only what came after the last whole unit", async (t) => {
  const { deliver, ranges, world } = await openStudio(t);
  world.faults.arm({ request: UPLOAD, kind: "cut", bytes: 5 * MB + 100 });
  const job = deliver(36 * MB);
  await platform.publish(job);
  assert.deepEqual(ranges, [`0-${CHUNK - 1}`, "*", `${5 * MB}-${36 * MB - 1}`]);
  const plain = world.feed()[0]?.files[0];
  const [twin] = await twinOf(t, 36 * MB);
  assert.equal(plain?.sha256, twin?.files[0]?.sha256, "the bytes are those of an undisturbed upload");
});

async function twinOf(t: Parameters<typeof openStudio>[0], bytes: number) {
  const { deliver, world } = await openStudio(t);
  await platform.publish(deliver(bytes));
  return world.feed();
}

test("no new session is opened when the upload's facts are refused; the reason is in plain words", async (t) => {
  const { deliver, world } = await openStudio(t);
  const body = googleRefusal("invalidTitle", { code: 400 });
  world.faults.arm({ request: "POST www.googleapis.com/upload/youtube/v3/videos", kind: "status", status: 400, body });
  const job = deliver(MB);
  const problem = await problemOf(platform.publish(job));
  assert.deepEqual([problem.kind, problem.code], ["rejected", "invalidTitle"]);
  assert.match(problem.message, /title/);
  assert.deepEqual(job.calls, []);
});

test("a definite refusal of the last piece is thrown as such", async (t) => {
  const { deliver, world } = await openStudio(t);
  const body = googleRefusal("uploadLimitExceeded", { code: 400 });
  world.faults.arm({ request: UPLOAD, kind: "status", status: 400, body });
  const problem = await problemOf(platform.publish(deliver(MB)));
  assert.deepEqual([problem.kind, problem.code], ["rate_limited", "uploadLimitExceeded"]);
});

test("what was chosen is sent as it is, every choice spelled out", async (t) => {
  const { deliver, world } = await openStudio(t);
  const options = {
    tags: "dawn, cold water",
    categoryId: "19",
    privacyStatus: "unlisted",
    madeForKids: "true",
    containsSyntheticMedia: "true",
    hasPaidPromotion: true,
    license: "creativeCommon",
    embeddable: "false",
    notifySubscribers: "false",
  };
  await platform.publish(deliver(MB, options));
  const [item] = world.feed();
  assert.equal(item?.title, "First light");
  assert.equal(item?.text, "What the morning looked like.");
  const { thumbnailSetAt, processedAt, reason, ...details } = item?.details ?? {};
  assert.deepEqual(details, {
    privacyStatus: "unlisted",
    selfDeclaredMadeForKids: true,
    license: "creativeCommon",
    embeddable: false,
    containsSyntheticMedia: true,
    tags: ["dawn", "cold water"],
    categoryId: "19",
    hasPaidProductPlacement: true,
    notifySubscribers: false,
  });
});
