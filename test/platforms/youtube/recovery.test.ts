/** When the line, the process, the token or the address gives way: the upload goes on, and a video lands once. */
import assert from "node:assert/strict";
import test from "node:test";
import { CHUNK_BYTES } from "../../../src/platforms/youtube/limits.ts";
import {
  googleRefusal,
  landedIn,
  lastCheckpoint,
  MB,
  openStudio,
  platform,
  problemOf,
  UPLOAD,
  type TestDelivery,
} from "./studio.ts";

const CHUNK = CHUNK_BYTES;

test("the reply to the last byte is lost: the upload's own address still tells, and nothing is sent twice", async (t) => {
  const { deliver, follow, ranges, world } = await openStudio(t);
  world.faults.arm({ request: UPLOAD, kind: "reset_after" });
  const job = deliver(2 * MB);
  const outcome = await follow(job, await platform.publish(job));
  assert.equal(outcome.state, "published");
  assert.deepEqual(ranges, [`0-${2 * MB - 1}`, "*"]);
  assert.equal(world.feed().length, 1);
});

test("a reply to the last byte that cannot be read is asked for again", async (t) => {
  const { deliver, ranges, world } = await openStudio(t);
  world.faults.arm({ request: UPLOAD, kind: "garbage_after" });
  assert.equal((await platform.publish(deliver(MB))).state, "waiting");
  assert.deepEqual(ranges, [`0-${MB - 1}`, "*"]);
  assert.equal(world.feed().length, 1);
});

test("the line stays dead after the last byte: outcome unknown, and reconcile finds the one video", async (t) => {
  const { deliver, follow, world } = await openStudio(t);
  world.faults.arm({ request: UPLOAD, kind: "reset_after" });
  world.faults.arm({ request: UPLOAD, kind: "refuse", times: -1 });
  const job = deliver(2 * MB);
  stopAfterCommit(job);
  assert.equal((await problemOf(platform.publish(job))).kind, "unknown_outcome");
  assert.equal(job.calls.at(-1)?.kind, "commit");
  world.faults.clear();
  job.signal = new AbortController().signal;
  const outcome = await follow(job, landedIn(await platform.reconcile(job, lastCheckpoint(job))));
  assert.equal(outcome.state, "published");
  assert.equal(world.feed().length, 1);
});

test("cut after the fence: reconcile is absent with the rest to send, and resume sends only that", async (t) => {
  const { deliver, follow, ranges, world } = await openStudio(t);
  world.faults.arm({ request: UPLOAD, kind: "cut", bytes: MB + 9 });
  world.faults.arm({ request: UPLOAD, kind: "refuse", times: -1 });
  const job = deliver(4 * MB);
  stopAfterCommit(job);
  assert.equal((await problemOf(platform.publish(job))).kind, "unknown_outcome");
  world.faults.clear();
  job.signal = new AbortController().signal;
  const verdict = await platform.reconcile(job, lastCheckpoint(job));
  assert.ok(verdict.verdict === "absent" && verdict.checkpoint);
  ranges.length = 0;
  const outcome = await follow(job, await platform.resume(job, verdict.checkpoint));
  assert.equal(outcome.state, "published");
  assert.deepEqual(ranges, ["*", `${MB}-${4 * MB - 1}`]);
  assert.equal(world.feed().length, 1);
});

/** The process is told to stop while the deciding request is open. */
function stopAfterCommit(job: TestDelivery): void {
  const stop = new AbortController();
  job.signal = stop.signal;
  const { commit } = job;
  job.commit = (checkpoint) => {
    commit(checkpoint);
    setTimeout(() => stop.abort(), 200);
  };
}

test("resume after a restart asks first and never counts for itself", async (t) => {
  const { deliver, ranges, world } = await openStudio(t);
  const job = deliver(70 * MB);
  const stop = new AbortController();
  job.signal = stop.signal;
  const save = job.save;
  job.save = (checkpoint) => {
    save(checkpoint);
    if (checkpoint.phase === "sending" && checkpoint.offset > 0) stop.abort();
  };
  assert.equal((await problemOf(platform.publish(job))).kind, "transient");
  const kept = lastCheckpoint(job);
  job.save = save;
  job.signal = new AbortController().signal;
  ranges.length = 0;
  // An older checkpoint than what YouTube stored: a save that never reached the disk.
  await platform.resume(job, { ...kept, offset: 0 } as typeof kept);
  assert.deepEqual(ranges, ["*", `${CHUNK}-${2 * CHUNK - 1}`, `${2 * CHUNK}-${70 * MB - 1}`]);
  assert.equal(world.feed().length, 1);
});

test("the token runs out midway: renewed once, same upload", async (t) => {
  const { deliver, world, session } = await openStudio(t);
  let renewals = 0;
  const renew = session.renew.bind(session);
  session.renew = async () => ((renewals += 1), renew());
  const job = deliver(36 * MB);
  const save = job.save;
  job.save = (checkpoint) => {
    save(checkpoint);
    if (checkpoint.phase === "sending" && checkpoint.offset > 0) world.setBehaviour("youtube", "token", "expired");
  };
  assert.equal((await platform.publish(job)).state, "waiting");
  assert.equal(renewals, 1);
  assert.equal(world.collection("youtube.uploads").all().length, 1);
  assert.equal(world.feed().length, 1);
});

test("the grant is withdrawn midway: signed out, the fence is open, nothing is on the channel", async (t) => {
  const { deliver, world } = await openStudio(t);
  const job = deliver(MB);
  const commit = job.commit;
  job.commit = (checkpoint) => (commit(checkpoint), world.setBehaviour("youtube", "token", "revoked"));
  const problem = await problemOf(platform.publish(job));
  assert.equal(problem.kind, "signed_out");
  assert.deepEqual(
    job.calls.map((call) => call.kind),
    ["save", "commit"],
    "a save would say that YouTube has it",
  );
  assert.equal(world.feed().length, 0);
});

test("the address is lost before the fence: the channel is looked at, then everything goes into a new upload", async (t) => {
  const { deliver, ranges, world, follow } = await openStudio(t);
  const job = deliver(36 * MB);
  world.faults.arm({ request: UPLOAD, kind: "status", status: 404 });
  const outcome = await follow(job, await platform.publish(job));
  assert.equal(outcome.state, "published");
  assert.deepEqual(ranges, [`0-${CHUNK - 1}`, `0-${CHUNK - 1}`, `${CHUNK}-${36 * MB - 1}`]);
  assert.equal(world.collection("youtube.uploads").all().length, 2);
  assert.equal(world.feed().length, 1);
});

test("the address is lost but the video is on the channel: it is found there and not sent again", async (t) => {
  const { deliver, world, follow } = await openStudio(t);
  const job = deliver(2 * MB);
  await platform.publish(job);
  const opened = job.calls[0]?.checkpoint;
  assert.ok(opened);
  world.setBehaviour("youtube", "session", "gone");
  job.calls.length = 0;
  const outcome = await follow(job, await platform.resume(job, opened));
  assert.equal(outcome.state, "published");
  assert.deepEqual(
    job.calls.slice(0, 2).map((call) => `${call.kind} ${call.checkpoint.phase}`),
    ["commit landed", "save landed"],
    "it can no longer be called off as unsent",
  );
  assert.equal(world.feed().length, 1);
});

test("the address is lost after the fence was reopened: one look at the channel is not enough", async (t) => {
  const { deliver, ranges, world } = await openStudio(t);
  const job = deliver(2 * MB);
  const body = googleRefusal("rateLimitExceeded", { code: 429 });
  world.faults.arm({ request: UPLOAD, kind: "status", status: 429, body });
  assert.equal((await problemOf(platform.publish(job))).kind, "rate_limited");
  world.setBehaviour("youtube", "session", "gone");
  ranges.length = 0;
  assert.equal((await problemOf(platform.resume(job, lastCheckpoint(job)))).kind, "unknown_outcome");
  assert.equal(job.calls.at(-1)?.kind, "commit");
  assert.deepEqual(ranges, ["*"]);
});
