/** When the deciding request ends in doubt: the container is asked, then the profile, and a post lands once. */
import assert from "node:assert/strict";
import test from "node:test";
import type { Deciding, InstagramCheckpoint } from "../../../src/platforms/instagram/checkpoint.ts";
import {
  CONTAINER,
  CREATE,
  graphRefusal,
  IG,
  openStudio,
  platform,
  problemOf,
  PUBLISH,
  type TestDelivery,
} from "./studio.ts";

const HOUR = 3_600_000;

function committed(job: TestDelivery): Deciding {
  const call = job.calls.findLast(({ kind }) => kind === "commit");
  assert.ok(call?.checkpoint.phase === "deciding");
  return call.checkpoint;
}

/** Follows a fresh delivery up to the answer of its deciding request. */
async function upToDeciding(studio: Awaited<ReturnType<typeof openStudio>>, job: TestDelivery) {
  let outcome = await platform.publish(job);
  for (let looks = 0; looks < 20; looks += 1) {
    if (outcome.state !== "waiting") return outcome;
    studio.clock.push(outcome.lookAgainAt - studio.clock.now());
    outcome = await platform.resume(job, outcome.checkpoint);
  }
  return outcome;
}

for (const behaviour of ["commit_then_500", "commit_then_spam"]) {
  test(`${behaviour}: the error is not believed, and the one post is found with its link`, async (t) => {
    const { photo, deliver, drive, world, containers } = await openStudio(t);
    world.setBehaviour("instagram", "publish", behaviour);
    const job = deliver({ media: [await photo()] });
    const end = await drive(job);
    assert.deepEqual([end.state, end.verdicts], ["published", ["landed"]]);
    assert.equal(end.problems[0]?.kind, "unknown_outcome");
    const [item, ...more] = world.feed();
    assert.equal(more.length, 0);
    assert.deepEqual([end.outcome?.remoteId, end.outcome?.url], [item?.id, item?.url]);
    assert.equal(containers().length, 1);
  });
}

for (const kind of ["reset_after", "garbage_after", "status_after"] as const) {
  test(`the answer is lost (${kind}): landed, once`, async (t) => {
    const { clip, deliver, drive, world } = await openStudio(t);
    world.faults.arm({ request: PUBLISH, kind });
    const end = await drive(deliver({ media: [clip()], options: { kind: "reel" } }));
    assert.deepEqual([end.state, end.verdicts], ["published", ["landed"]]);
    assert.equal(end.outcome?.url, world.feed()[0]?.url);
    assert.equal(world.feed().length, 1);
  });
}

test("an outage before the effect: not published, so the same container is published, never another one", async (t) => {
  const { photo, deliver, drive, world, containers, sent } = await openStudio(t);
  world.faults.arm({ request: PUBLISH, kind: "status", status: 500, times: 2 });
  const job = deliver({ media: [await photo()] });
  const end = await drive(job);
  assert.equal(end.state, "published");
  assert.equal(end.verdicts.filter((verdict) => verdict === "absent").length, 2);
  assert.equal(containers().length, 1);
  assert.equal(sent.filter((call) => call.endsWith("/media_publish")).length, 3);
  assert.equal(
    new Set(
      job.calls.filter(({ kind }) => kind === "commit").map(({ checkpoint }) => (checkpoint as Deciding).containerId),
    ).size,
    1,
  );
  assert.equal(world.feed().length, 1);
});

test("a real block against spam: tried ever more rarely with the same container, and goes through in the end", async (t) => {
  const { photo, deliver, drive, world, containers, clock, sent } = await openStudio(t);
  world.setBehaviour("instagram", "publish", "spam");
  const began = clock.now();
  const job = deliver({ media: [await photo()] });
  const commit = job.commit;
  job.commit = (checkpoint) => {
    commit(checkpoint);
    if (committed(job).tries === 3) world.setBehaviour("instagram", "publish", "");
  };
  const end = await drive(job);
  assert.equal(end.state, "published");
  assert.equal(sent.filter((call) => call.endsWith("/media_publish")).length, 3);
  assert.ok(clock.now() - began >= 8 * HOUR);
  assert.match(
    end.problems.map((problem) => problem.message).join(),
    /blocks what this account does .* Nothing is published/,
  );
  assert.equal(containers().length, 1);
  assert.equal(world.feed().length, 1);
});

test("nothing can be read by its id: published after a minute of asking, the link comes from the list", async (t) => {
  const { photo, deliver, drive, world } = await openStudio(t);
  world.setBehaviour("instagram", "reads", "reads_100_33");
  const end = await drive(deliver({ media: [await photo()] }));
  assert.equal(end.state, "published");
  assert.equal(end.outcome?.url, world.feed()[0]?.url);
  assert.equal(world.feed().length, 1);
});

test("nothing can be read and the answer is lost: the profile tells by words, kind and time", async (t) => {
  const { photo, clip, deliver, drive, world } = await openStudio(t);
  await drive(deliver({ media: [await photo()], text: "Another morning." }));
  await drive(deliver({ media: [clip()], text: "Second light." }));
  world.setBehaviour("instagram", "reads", "reads_100_33");
  world.setBehaviour("instagram", "publish", "commit_then_500");
  const end = await drive(deliver({ media: [await photo()], text: "Second light.\r\nAgain." }));
  assert.equal(end.state, "published");
  assert.equal(end.outcome?.remoteId, world.feed()[2]?.id);
  assert.equal(world.feed().length, 3);
});

test("two posts that fit are never told apart by being newest: published without a link, or asked about", async (t) => {
  const studio = await openStudio(t);
  const { photo, deliver, drive, world } = studio;
  await drive(deliver({ media: [await photo()], text: "Same words." }));
  world.setBehaviour("instagram", "publish", "commit_then_500");
  const readable = await drive(deliver({ media: [await photo()], text: "Same words." }));
  assert.deepEqual([readable.state, readable.outcome?.remoteId, readable.outcome?.url], ["published", null, null]);
  assert.match(readable.warnings.join(), /does not say which one it is/);

  world.setBehaviour("instagram", "publish", "commit_then_500");
  const job = deliver({ media: [await photo()], text: "Same words." });
  await problemOf(upToDeciding(studio, job));
  await drive(deliver({ media: [await photo()], text: "Same words." }));
  world.setBehaviour("instagram", "reads", "reads_100_33");
  let at: InstagramCheckpoint = committed(job);
  let verdict = await platform.reconcile(job, at);
  while (verdict.verdict === "later") {
    at = verdict.checkpoint ?? at;
    studio.clock.push(verdict.lookAgainAt - studio.clock.now());
    verdict = await platform.reconcile(job, at);
  }
  assert.equal(verdict.verdict, "unknown");
  assert.equal(world.feed().length, 4);
});

test("nothing can be read, nothing is found: asked for ten minutes, then the same container is tried again", async (t) => {
  const { photo, deliver, drive, world, clock, sent, containers } = await openStudio(t);
  world.setBehaviour("instagram", "reads", "reads_100_33");
  world.faults.arm({ request: PUBLISH, kind: "status", status: 500 });
  const job = deliver({ media: [await photo()] });
  const began = clock.now();
  const end = await drive(job);
  assert.equal(end.state, "published");
  assert.ok(clock.now() - began >= 10 * 60_000);
  assert.equal(sent.filter((call) => call.endsWith("/media_publish")).length, 2);
  assert.deepEqual([containers().length, world.feed().length], [1, 1]);
});

test("not even the lists can be read: never called failed, and in the end a person is asked", async (t) => {
  const { photo, deliver, drive, world, containers } = await openStudio(t);
  world.setBehaviour("instagram", "reads", "reads_100_33");
  const refused = { kind: "status", status: 400, times: -1 } as const;
  for (const read of [
    `GET ${IG}17841400000000011/media`,
    `GET ${IG}17841400000000011?`,
    `GET ${IG}17841400000000011`,
  ]) {
    world.faults.arm({ request: read, ...refused, body: graphRefusal(100, 33) });
  }
  world.faults.arm({ request: PUBLISH, ...refused, status: 500, body: graphRefusal(2) });
  const end = await drive(deliver({ media: [await photo()] }), 150);
  assert.equal(end.state, "unconfirmed");
  assert.equal(end.verdicts.filter((verdict) => verdict === "absent").length, 4);
  assert.equal(containers().length, 1);
});

test("the list below the account tells where the list of its own is refused", async (t) => {
  const { photo, deliver, drive, world } = await openStudio(t);
  world.setBehaviour("instagram", "reads", "reads_100_33");
  world.setBehaviour("instagram", "publish", "commit_then_500");
  world.faults.arm({
    request: `GET ${IG}17841400000000011/media`,
    kind: "status",
    status: 400,
    times: -1,
    body: graphRefusal(100, 33),
  });
  const end = await drive(deliver({ media: [await photo()] }));
  assert.deepEqual([end.state, end.outcome?.remoteId], ["published", world.feed()[0]?.id]);
});

test("a container that Instagram says it does not have is asked for once more, then made anew", async (t) => {
  const { photo, deliver, drive, world, containers, clock } = await openStudio(t);
  world.setBehaviour("instagram", "reads", "reads_100_33");
  world.faults.arm({ request: PUBLISH, kind: "status", status: 400, times: 2, body: graphRefusal(24, 2207008) });
  const began = clock.now();
  const end = await drive(deliver({ media: [await photo()] }));
  assert.equal(end.state, "published");
  assert.ok(clock.now() - began >= 60_000);
  assert.deepEqual([containers().length, world.feed().length], [2, 1]);
});

test("once an answer was in doubt, a container that is said to be gone is never made anew", async (t) => {
  const { photo, deliver, drive, world, containers } = await openStudio(t);
  world.setBehaviour("instagram", "reads", "reads_100_33");
  world.faults.arm({ request: PUBLISH, kind: "status", status: 500 });
  world.faults.arm({ request: PUBLISH, kind: "status", status: 400, times: -1, body: graphRefusal(24, 2207008) });
  const end = await drive(deliver({ media: [await photo()] }), 150);
  assert.equal(end.state, "unconfirmed");
  assert.deepEqual([containers().length, world.feed().length], [1, 0]);
});

test("a carousel's part that is gone when the carousel is made: all parts are made anew", async (t) => {
  const { photo, deliver, drive, world, containers } = await openStudio(t);
  const parts = [await photo(), await photo()];
  world.faults.arm({ request: CREATE, kind: "status", status: 400, skip: 2, body: graphRefusal(24, 2207008) });
  const end = await drive(deliver({ media: parts }));
  assert.equal(end.state, "published");
  assert.deepEqual([containers().filter((one) => one.child).length, world.feed().length], [4, 1]);
});

test("publishing that goes on without end is waited for, and landed when it ends", async (t) => {
  const studio = await openStudio(t);
  const { photo, deliver, world, clock } = studio;
  world.setBehaviour("instagram", "processing", "");
  const job = deliver({ media: [await photo()] });
  const commit = job.commit;
  job.commit = (checkpoint) => (commit(checkpoint), world.setBehaviour("instagram", "processing", "stuck"));
  assert.equal((await problemOf(upToDeciding(studio, job))).kind, "unknown_outcome");
  let at: InstagramCheckpoint = committed(job);
  for (let look = 0; look < 20; look += 1) {
    const verdict = await platform.reconcile(job, at);
    assert.ok(verdict.verdict === "later");
    at = verdict.checkpoint ?? at;
    clock.push(verdict.lookAgainAt - clock.now());
  }
  world.setBehaviour("instagram", "processing", "");
  assert.equal((await platform.reconcile(job, at)).verdict, "landed");
  assert.equal(world.feed().length, 1);
});

test("a dead line or a withdrawn sign-in is never taken for absent", async (t) => {
  const studio = await openStudio(t);
  const { photo, deliver, world } = studio;
  world.setBehaviour("instagram", "publish", "commit_then_500");
  const job = deliver({ media: [await photo()] });
  await problemOf(upToDeciding(studio, job));
  world.faults.arm({ request: CONTAINER, kind: "refuse" });
  assert.equal((await problemOf(platform.reconcile(job, committed(job)))).kind, "transient");
  world.setBehaviour("instagram", "token", "revoked");
  assert.equal((await problemOf(platform.reconcile(job, committed(job)))).kind, "signed_out");
  world.setBehaviour("instagram", "token", "");
  assert.equal((await platform.reconcile(job, committed(job))).verdict, "landed");
});

test("an answer that is only lost is not yet an absence: the request gets a moment to finish", async (t) => {
  const studio = await openStudio(t);
  const { photo, deliver, world, clock } = studio;
  world.faults.arm({ request: PUBLISH, kind: "status", status: 500 });
  const job = deliver({ media: [await photo()] });
  await problemOf(upToDeciding(studio, job));
  const verdict = await platform.reconcile(job, committed(job));
  assert.ok(verdict.verdict === "later" && verdict.lookAgainAt - clock.now() <= 5000);
});

const definite: Array<[string, string, string, number | null]> = [
  ["not ready", graphRefusal(9007, 2207027, "Media ID is not available"), "rate_limited", 5000],
  ["the day's quota", graphRefusal(9, 2207042), "rate_limited", HOUR],
  ["a throttle of the account", graphRefusal(80002), "rate_limited", 600_000],
  ["a dead sign-in", graphRefusal(190, 460), "signed_out", null],
  ["a restricted account", graphRefusal(25, 2207050), "rejected", null],
];
for (const [what, body, kind, wait] of definite) {
  test(`refused for certain (${what}): ${kind}, and the same container goes on`, async (t) => {
    const studio = await openStudio(t);
    const { photo, deliver, world, clock, containers } = studio;
    world.faults.arm({ request: PUBLISH, kind: "status", status: 400, body });
    const job = deliver({ media: [await photo()] });
    const problem = await problemOf(upToDeciding(studio, job));
    assert.equal(problem.kind, kind);
    assert.equal(job.calls.at(-1)?.kind, "commit", "a save would say that Instagram has it");
    if (wait !== null) assert.ok(Math.abs(problem.until! - clock.now() - wait) < 2000);
    const outcome = await platform.resume(job, committed(job));
    assert.equal(outcome.state, "published");
    assert.deepEqual([containers().length, world.feed().length], [1, 1]);
  });
}

test("a second try that is refused because the first had worked is asked about, and landed", async (t) => {
  const studio = await openStudio(t);
  const { photo, deliver, drive, world } = studio;
  world.setBehaviour("instagram", "publish", "commit_then_500");
  const job = deliver({ media: [await photo()] });
  await problemOf(upToDeciding(studio, job));
  // Unreadable, so the module tries the same container again: Instagram says that it is published already.
  world.setBehaviour("instagram", "reads", "reads_100_33");
  const again = await problemOf(platform.resume(job, { ...committed(job), doubted: true }));
  assert.equal(again.kind, "unknown_outcome");
  world.setBehaviour("instagram", "reads", "");
  assert.equal((await platform.reconcile(job, committed(job))).verdict, "landed");
  assert.equal(world.feed().length, 1);
  // And once it can be read, it is not tried at all: the fence is set and answered at once.
  const calls = job.calls.length;
  const outcome = await platform.resume(job, committed(job));
  assert.equal(outcome.state, "published");
  assert.deepEqual(
    job.calls.slice(calls).map(({ kind, checkpoint }) => `${kind} ${checkpoint.phase}`),
    ["commit deciding", "save landed"],
  );
  assert.ok((await drive(deliver({ media: [await photo()], text: "Next." }))).outcome?.url);
});

test("the container's day ends before a repeat: looked for on the profile, then made anew", async (t) => {
  const studio = await openStudio(t);
  const { photo, deliver, drive, world, clock, containers } = studio;
  world.faults.arm({ request: PUBLISH, kind: "status", status: 500 });
  const job = deliver({ media: [await photo()] });
  await problemOf(upToDeciding(studio, job));
  clock.push(25 * HOUR);
  const verdict = await platform.reconcile(job, committed(job));
  assert.ok(verdict.verdict === "absent" && verdict.checkpoint?.phase === "preparing");
  let outcome = await platform.resume(job, verdict.checkpoint);
  while (outcome.state === "waiting") {
    clock.push(outcome.lookAgainAt - clock.now());
    outcome = await platform.resume(job, outcome.checkpoint);
  }
  assert.equal(outcome.state, "published");
  assert.equal(containers().length, 2);
  assert.equal(world.feed().length, 1);
  assert.equal((await drive(deliver({ media: [await photo()], text: "Next day." }))).state, "published");
});

test("the link cannot be read: published at once, the link later, and never a failure", async (t) => {
  const studio = await openStudio(t);
  const { photo, deliver, world, clock } = studio;
  const job = deliver({ media: [await photo()] });
  const commit = job.commit;
  job.commit = (checkpoint) => {
    commit(checkpoint);
    for (const node of ["1800", "17841400000000011"]) {
      world.faults.arm({ request: `GET ${IG}${node}`, kind: "status", status: 500, times: -1 });
    }
  };
  const outcome = await upToDeciding(studio, job);
  assert.ok(outcome.state === "published" && outcome.checkpoint && outcome.lookAgainAt);
  assert.equal(outcome.remoteId, world.feed()[0]?.id);
  assert.equal(outcome.url, null);
  world.faults.clear();
  clock.push(outcome.lookAgainAt - clock.now());
  const later = await platform.resume(job, outcome.checkpoint);
  assert.ok(later.state === "published" && later.lookAgainAt === undefined);
  assert.equal(later.url, world.feed()[0]?.url);
});

test("a sign-in refused in passing is asked for once more", async (t) => {
  const { photo, deliver, drive, world } = await openStudio(t);
  world.setBehaviour("instagram", "token", "expired");
  assert.equal((await drive(deliver({ media: [await photo()] }))).state, "published");
  const job = deliver({ media: [await photo()], text: "Second." });
  const commit = job.commit;
  job.commit = (checkpoint) => (commit(checkpoint), world.setBehaviour("instagram", "token", "expired"));
  assert.equal((await drive(job)).state, "published");
  assert.equal(world.feed().length, 2);
});
