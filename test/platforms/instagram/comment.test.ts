/** The first comment: written once, by the account itself, and never a reason to fail. */
import assert from "node:assert/strict";
import test from "node:test";
import { platform, IG, openStudio, type TestDelivery } from "./studio.ts";

const COMMENT = `POST ${IG}1800`;
const COMMENTED = { firstComment: "More in the #bio" };

const commentsIn = (world: { collection<T>(name: string): { all(): T[] } }) =>
  world.collection<{ text: string; username: string }>("instagram.comments").all();

test("written after publishing, as the account", async (t) => {
  const { photo, deliver, drive, world } = await openStudio(t);
  const end = await drive(deliver({ media: [await photo()], options: COMMENTED }));
  assert.deepEqual([end.state, end.warnings], ["published", []]);
  const [comment, ...more] = commentsIn(world);
  assert.deepEqual([comment?.text, comment?.username, more.length], ["More in the #bio", "miraokafor", 0]);
});

for (const kind of ["reset_after", "status_after"] as const) {
  test(`an answer that is lost (${kind}) is looked for in the list, and nothing is written twice`, async (t) => {
    const { photo, deliver, drive, world } = await openStudio(t);
    world.faults.arm({ request: COMMENT, kind });
    const end = await drive(deliver({ media: [await photo()], options: COMMENTED }));
    assert.deepEqual([end.state, end.warnings], ["published", []]);
    assert.equal(commentsIn(world).length, 1);
  });
}

test("a request that never arrived leaves a warning, said once; the post stays published", async (t) => {
  const { photo, deliver, drive, world } = await openStudio(t);
  world.faults.arm({ request: COMMENT, kind: "status", status: 500 });
  const end = await drive(deliver({ media: [await photo()], options: COMMENTED }));
  assert.equal(end.state, "published");
  assert.equal(end.warnings.length, 1);
  assert.match(end.warnings[0]!, /may be missing/);
  assert.equal(commentsIn(world).length, 0);
});

test("without the permission it is a warning in words", async (t) => {
  const without = ["instagram_business_manage_comments"];
  const { photo, deliver, drive } = await openStudio(t, { without });
  const end = await drive(deliver({ media: [await photo()], options: COMMENTED }));
  assert.equal(end.state, "published");
  assert.match(end.warnings[0] ?? "", /was not written: .*permission is missing/);
});

test("a process that died while writing it asks first", async (t) => {
  const { photo, deliver, drive, world } = await openStudio(t);
  const job: TestDelivery = deliver({ media: [await photo()], options: COMMENTED });
  await drive(job);
  const begun = job.calls.find(({ checkpoint }) => checkpoint.phase === "landed" && checkpoint.comment === "sent");
  assert.ok(begun);
  const outcome = await platform.resume(job, begun.checkpoint);
  assert.ok(outcome.state === "published" && !outcome.warnings);
  assert.equal(commentsIn(world).length, 1);
});

test("a comment that is there already is not written again: after a restore the memory is older than the post", async (t) => {
  const { photo, deliver, drive, world } = await openStudio(t);
  const job: TestDelivery = deliver({ media: [await photo()], options: COMMENTED });
  await drive(job);
  const open = job.calls.find(({ checkpoint }) => checkpoint.phase === "landed" && checkpoint.comment === "open");
  assert.ok(open);
  const outcome = await platform.resume(job, open.checkpoint);
  assert.ok(outcome.state === "published" && !outcome.warnings);
  assert.equal(commentsIn(world).length, 1);
});

test("somebody else's comment with the same words is not taken for ours; a list that cannot be read keeps nobody", async (t) => {
  const { photo, deliver, drive, world } = await openStudio(t);
  const list = (data: object[]) => ({ kind: "status", status: 200, body: JSON.stringify({ data }) }) as const;
  const request = `GET ${IG}1800`;
  world.faults.arm({ request, ...list([{ id: 5, text: "More in the #bio", username: "somebody" }, { text: null }]) });
  await drive(deliver({ media: [await photo()], options: COMMENTED }));
  world.faults.arm({ request, kind: "status", status: 500 });
  await drive(deliver({ media: [await photo()], text: "Next.", options: COMMENTED }));
  assert.equal(commentsIn(world).length, 2);
});

test("a lost answer to publishing still ends with the comment under the right post", async (t) => {
  const { photo, deliver, drive, world } = await openStudio(t);
  world.setBehaviour("instagram", "publish", "commit_then_500");
  const end = await drive(deliver({ media: [await photo()], options: COMMENTED }));
  assert.deepEqual([end.state, end.warnings], ["published", []]);
  assert.equal(world.collection<{ mediaId: string }>("instagram.comments").all()[0]?.mediaId, world.feed()[0]?.id);
});

test("stories take none", async (t) => {
  const { photo, deliver, drive, world } = await openStudio(t);
  await drive(deliver({ media: [await photo()], options: { kind: "story", ...COMMENTED } }));
  assert.equal(commentsIn(world).length, 0);
});
