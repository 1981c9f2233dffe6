/** Handing over, calling off, copying and deleting posts, with the real publications and jobs behind them. */
import assert from "node:assert/strict";
import test from "node:test";
import { PostRefused, VersionConflict, type PostInput } from "../../../src/posts/index.ts";
import { Refusal } from "../../../src/web/index.ts";
import { inputOf, NOON, openRoom, type Room } from "./room.ts";
import { eraseChannel } from "./rows.ts";

const conflict = (error: unknown): boolean => error instanceof Refusal && error.statusCode === 409;

function ready(room: Room, changes: Partial<PostInput> = {}): PostInput {
  return inputOf({
    media: [room.media("video")],
    wallTime: "2026-12-01T17:30",
    channels: [{ channelId: room.channel("tiktok") }],
    ...changes,
  });
}

function jobs(room: Room): string[] {
  return room.house.db
    .all<{ state: string }>("SELECT state FROM jobs WHERE kind = 'publish' ORDER BY id")
    .map((row) => row.state);
}

test("a planned post has a publication per channel, due at its time, and a job for each", async (t) => {
  const room = openRoom(t);
  const tiktok = room.channel("tiktok");
  const youtube = room.channel("youtube");
  const options = { title: "Sea", privacyStatus: "private", madeForKids: false };
  const draft = room.posts.saveDraft(
    room.workspaceId,
    room.accountId,
    ready(room, { channels: [{ channelId: tiktok }, { channelId: youtube, options }] }),
  );
  const planned = await room.posts.plan(room.workspaceId, room.accountId, draft.id, "schedule");
  assert.equal(planned.state, "planned");
  assert.equal(planned.wallTime, "2026-12-01T17:30");
  assert.deepEqual(
    planned.publications.map((one) => [one.channelId, one.state, one.dueAt]).sort(),
    [
      [tiktok, "scheduled", Date.parse("2026-12-01T16:30:00Z")],
      [youtube, "scheduled", Date.parse("2026-12-01T16:30:00Z")],
    ].sort(),
  );
  assert.deepEqual(jobs(room), ["queued", "queued"]);
  const noted = room.house.db.get<object>("SELECT action, account_id, target FROM audit_log");
  assert.deepEqual({ ...noted }, { action: "post.publish", account_id: room.accountId, target: draft.id });
});

test("now is now, whatever time the draft had", async (t) => {
  const room = openRoom(t);
  const draft = room.posts.saveDraft(room.workspaceId, room.accountId, ready(room, { wallTime: "2020-01-01T10:00" }));
  room.clock.push(90_061);
  const sent = await room.posts.plan(room.workspaceId, room.accountId, draft.id, "now");
  assert.equal(sent.publications[0]?.dueAt, NOON + 90_061);
  assert.deepEqual([sent.scheduledAt, sent.wallTime], [NOON + 90_061, null]);
});

test("a time up to a minute ago still means now; older is refused", async (t) => {
  const room = openRoom(t);
  const plan = (scheduledAt: number | null) =>
    room.posts.submit(room.workspaceId, room.accountId, ready(room, { wallTime: null, scheduledAt }), "schedule");
  assert.equal((await plan(NOON - 59_000)).publications[0]?.dueAt, NOON);
  await assert.rejects(
    plan(NOON - 61_000),
    (error) => error instanceof PostRefused && error.problems[0]?.field === "scheduledAt",
  );
  await assert.rejects(
    plan(null),
    (error) => error instanceof PostRefused && error.problems[0]?.field === "scheduledAt",
  );
});

test("with a problem nothing is handed over and nothing new is stored", async (t) => {
  const room = openRoom(t);
  const draft = room.posts.saveDraft(room.workspaceId, room.accountId, inputOf());
  await assert.rejects(room.posts.plan(room.workspaceId, room.accountId, draft.id, "now"), PostRefused);
  await assert.rejects(
    room.posts.submit(room.workspaceId, room.accountId, ready(room, { media: [] }), "now"),
    PostRefused,
  );
  assert.deepEqual(room.posts.list(room.workspaceId, { limit: 10, cursor: null }).items, [draft]);
  assert.deepEqual(jobs(room), []);
});

test("a post changed while it was being checked is not handed over", async (t) => {
  const room = openRoom(t);
  const draft = room.posts.saveDraft(room.workspaceId, room.accountId, ready(room));
  const planning = room.posts.plan(room.workspaceId, room.accountId, draft.id, "schedule");
  room.posts.saveDraft(room.workspaceId, room.accountId, ready(room, { text: "changed" }), { id: draft.id });
  await assert.rejects(planning, (error) => error instanceof VersionConflict && error.current.text === "changed");
  assert.deepEqual(room.posts.find(room.workspaceId, draft.id)?.publications, []);
});

test("saving over a planned post calls it off; submitting keeps it planned", async (t) => {
  const room = openRoom(t);
  const planned = await room.posts.submit(room.workspaceId, room.accountId, ready(room), "schedule");
  const again = await room.posts.submit(
    room.workspaceId,
    room.accountId,
    { ...planned, text: "Better" },
    "schedule",
    planned,
  );
  assert.deepEqual(
    [again.state, again.text, again.version, again.publications[0]?.state],
    ["planned", "Better", 2, "scheduled"],
  );
  await assert.rejects(
    room.posts.submit(room.workspaceId, room.accountId, { ...again, media: [] }, "schedule", again),
    PostRefused,
  );
  assert.deepEqual(room.posts.find(room.workspaceId, planned.id), again);
  const saved = room.posts.saveDraft(room.workspaceId, room.accountId, { ...again, text: "Not yet" }, again);
  assert.deepEqual([saved.state, saved.publications[0]?.state], ["draft", "cancelled"]);
  assert.ok(!jobs(room).includes("queued"));
});

test("a channel taken out of a planned post is not published to", async (t) => {
  const room = openRoom(t);
  const [one, two] = [room.channel("tiktok"), room.channel("tiktok")];
  const planned = await room.posts.submit(
    room.workspaceId,
    room.accountId,
    ready(room, { channels: [{ channelId: one }, { channelId: two }] }),
    "schedule",
  );
  const less = await room.posts.submit(
    room.workspaceId,
    room.accountId,
    { ...planned, channels: [{ channelId: two }] },
    "schedule",
    planned,
  );
  assert.deepEqual(
    less.publications.map((publication) => [publication.channelId, publication.state]),
    [[two, "scheduled"]],
  );
  assert.equal(jobs(room).filter((state) => state === "queued").length, 1);
});

test("calling off makes a draft of it, until a part is on its way", async (t) => {
  const room = openRoom(t);
  const planned = await room.posts.submit(room.workspaceId, room.accountId, ready(room), "schedule");
  const off = room.posts.callOff(room.workspaceId, planned.id);
  assert.deepEqual([off.state, off.version, off.scheduledAt], ["draft", planned.version + 1, planned.scheduledAt]);
  assert.deepEqual(room.posts.callOff(room.workspaceId, planned.id), off);
  const back = await room.posts.plan(room.workspaceId, room.accountId, planned.id, "schedule");
  assert.equal(back.publications[0]?.state, "scheduled");
  for (const state of ["publishing", "published"]) {
    room.house.db.run("UPDATE publications SET state = ?, published_at = 1 WHERE post_id = ?", [state, planned.id]);
    assert.throws(() => room.posts.callOff(room.workspaceId, planned.id), conflict, state);
    assert.throws(
      () => room.posts.saveDraft(room.workspaceId, room.accountId, inputOf(), { id: planned.id }),
      conflict,
      state,
    );
    assert.throws(() => room.posts.remove(room.workspaceId, planned.id), conflict, state);
    await assert.rejects(
      async () => room.posts.plan(room.workspaceId, room.accountId, planned.id, "now"),
      conflict,
      state,
    );
    assert.equal(room.posts.find(room.workspaceId, planned.id)?.state, "planned");
  }
});

test("a planned post that has not begun can be deleted with all that belongs to it", async (t) => {
  const room = openRoom(t);
  const planned = await room.posts.submit(room.workspaceId, room.accountId, ready(room), "schedule");
  room.posts.remove(room.workspaceId, planned.id);
  assert.equal(room.posts.find(room.workspaceId, planned.id), null);
  assert.equal(room.publishing.find(room.workspaceId, planned.publications[0]!.id), null);
  assert.ok(!jobs(room).includes("queued"));
});

test("a copy is a new draft without a time, without what has gone since", async (t) => {
  const room = openRoom(t);
  const [kept, left] = [room.channel("youtube"), room.channel("tiktok")];
  const image = room.media("image");
  const original = room.posts.saveDraft(
    room.workspaceId,
    room.accountId,
    ready(room, {
      channels: [
        { channelId: kept, text: "Mine", options: { title: "Sea", thumbnailMediaId: image } },
        { channelId: left },
      ],
    }),
  );
  eraseChannel(room.house, left);
  room.house.db.run("DELETE FROM post_media WHERE media_id = ?", [image]);
  room.house.db.run("DELETE FROM media WHERE id = ?", [image]);
  const copy = room.posts.duplicate(room.workspaceId, room.accountId, original.id);
  assert.notEqual(copy.id, original.id);
  assert.deepEqual(
    [copy.state, copy.scheduledAt, copy.wallTime, copy.text, copy.media],
    ["draft", null, null, original.text, original.media],
  );
  assert.deepEqual(copy.channels, [{ channelId: kept, text: "Mine", media: null, options: { title: "Sea" } }]);
});
