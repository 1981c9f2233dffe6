/** Drafts: stored, versioned, kept apart by workspace, bounded, and in step with the media they use. */
import assert from "node:assert/strict";
import test from "node:test";
import { PostRefused, VersionConflict } from "../../../src/posts/index.ts";
import { readPost, writePost } from "../../../src/posts/rows.ts";
import { Refusal } from "../../../src/web/index.ts";
import { inputOf, NOON, openRoom } from "./room.ts";

test("a draft comes back as it was written", (t) => {
  const room = openRoom(t);
  const [video, image, tiktok, youtube] = [
    room.media("video"),
    room.media("image"),
    room.channel("tiktok"),
    room.channel("youtube"),
  ];
  const saved = room.posts.saveDraft(
    room.workspaceId,
    room.accountId,
    inputOf({
      text: "The sea 🌊",
      media: [video],
      wallTime: "2026-12-01T17:30",
      scheduledAt: 5,
      channels: [
        { channelId: youtube, text: "For YouTube", options: { title: "Sea", thumbnailMediaId: image } },
        { channelId: tiktok, media: [image], options: {} },
      ],
    }),
  );
  assert.deepEqual(room.posts.find(room.workspaceId, saved.id), saved);
  assert.equal(saved.state, "draft");
  assert.equal(saved.version, 1);
  assert.equal(saved.createdBy, room.accountId);
  assert.equal(saved.scheduledAt, Date.parse("2026-12-01T16:30:00Z"));
  assert.equal(saved.wallTime, "2026-12-01T17:30");
  assert.deepEqual(saved.channels, [
    { channelId: youtube, text: "For YouTube", media: null, options: { title: "Sea", thumbnailMediaId: image } },
    { channelId: tiktok, text: null, media: [image], options: {} },
  ]);
  assert.deepEqual(saved.publications, []);
});

test("a time given as an instant keeps its wall time where it has one", (t) => {
  const room = openRoom(t);
  const save = (scheduledAt: number) =>
    room.posts.saveDraft(room.workspaceId, room.accountId, inputOf({ scheduledAt }));
  assert.equal(save(Date.parse("2026-12-01T16:30:00Z")).wallTime, "2026-12-01T17:30");
  const odd = save(Date.parse("2026-12-01T16:30:15Z"));
  assert.deepEqual([odd.wallTime, odd.scheduledAt], [null, Date.parse("2026-12-01T16:30:15Z")]);
});

test("saving over another's version is refused and shows the current post", (t) => {
  const room = openRoom(t);
  const { id } = room.posts.saveDraft(room.workspaceId, room.accountId, inputOf({ text: "one" }));
  const second = room.posts.saveDraft(room.workspaceId, room.accountId, inputOf({ text: "two" }), { id, version: 1 });
  assert.equal(second.version, 2);
  assert.throws(
    () => room.posts.saveDraft(room.workspaceId, room.accountId, inputOf({ text: "three" }), { id, version: 1 }),
    (error) => error instanceof VersionConflict && error.statusCode === 409 && error.current.text === "two",
  );
  assert.equal(room.posts.saveDraft(room.workspaceId, room.accountId, inputOf({ text: "four" }), { id }).version, 3);
});

test("the media of a post are listed, from text, versions and options, and leave the list again", (t) => {
  const room = openRoom(t);
  const [one, two, three] = [room.media("video"), room.media("video"), room.media("image")];
  const channelId = room.channel("youtube");
  const channels = [{ channelId, media: [two], options: { thumbnailMediaId: three, title: one } }];
  const { id } = room.posts.saveDraft(room.workspaceId, room.accountId, inputOf({ media: [one, one], channels }));
  assert.deepEqual(room.mediaUsedBy(id), [one, two, three].sort());
  room.posts.saveDraft(
    room.workspaceId,
    room.accountId,
    inputOf({ media: [], channels: [{ channelId, media: [two] }] }),
    { id },
  );
  assert.deepEqual(room.mediaUsedBy(id), [two]);
  room.posts.remove(room.workspaceId, id);
  assert.deepEqual(room.mediaUsedBy(id), []);
});

test("channels and media of another workspace are as unknown as those that never were", (t) => {
  const room = openRoom(t);
  const foreign = { channelId: room.channel("tiktok", { workspaceId: room.otherWorkspaceId }) };
  const theirs = room.media("video", { workspaceId: room.otherWorkspaceId });
  const mine = room.channel("youtube");
  const attempts = [
    inputOf({ channels: [foreign] }),
    inputOf({ media: [theirs] }),
    inputOf({ channels: [{ channelId: mine, media: [theirs] }] }),
    inputOf({ channels: [{ channelId: mine, options: { thumbnailMediaId: theirs } }] }),
  ];
  const fields = attempts.map((input) => {
    try {
      room.posts.saveDraft(room.workspaceId, room.accountId, input);
    } catch (error) {
      assert.ok(error instanceof PostRefused);
      return error.problems.map((problem) => problem.field).join();
    }
    return "stored";
  });
  assert.deepEqual(fields, ["channelId", "media", "media", "thumbnailMediaId"]);
  const words = (channelId: string) => {
    try {
      room.posts.saveDraft(room.workspaceId, room.accountId, inputOf({ channels: [{ channelId }] }));
    } catch (error) {
      return (error as PostRefused).problems.map(({ message, remedy }) => message + remedy).join();
    }
    return "stored";
  };
  assert.equal(words(foreign.channelId), words("no-such-channel"));
  assert.equal(room.house.db.get<{ n: number }>("SELECT COUNT(*) AS n FROM posts")?.n, 0);
});

test("what is too large, in no time zone or named twice is not stored", (t) => {
  const room = openRoom(t);
  const channelId = room.channel("tiktok");
  const media = room.media("video");
  const bad = {
    text: inputOf({ text: "x".repeat(20_001) }),
    media: inputOf({ media: Array.from({ length: 36 }, () => media) }),
    channels: inputOf({ channels: Array.from({ length: 51 }, () => ({ channelId })) }),
    channelId: inputOf({ channels: [{ channelId }, { channelId }] }),
    timeZone: inputOf({ timeZone: "+02:00" }),
    scheduledAt: inputOf({ wallTime: "2026-02-30T10:00" }),
    options: inputOf({ channels: [{ channelId, options: { title: "x".repeat(60_000) } }] }),
  };
  for (const [field, input] of Object.entries(bad)) {
    assert.throws(
      () => room.posts.saveDraft(room.workspaceId, room.accountId, input),
      (error) => error instanceof PostRefused && error.problems.some((problem) => problem.field === field),
      field,
    );
  }
  for (const scheduledAt of [NaN, Infinity, -1, 1.5, 9e15]) {
    assert.throws(() => room.posts.saveDraft(room.workspaceId, room.accountId, inputOf({ scheduledAt })), PostRefused);
  }
  room.posts.saveDraft(room.workspaceId, room.accountId, inputOf({ text: "x".repeat(20_000) }));
});

test("a new post under the id of another workspace's is refused before anything of that is touched", (t) => {
  const room = openRoom(t);
  const { db } = room.house;
  const { id } = room.posts.saveDraft(room.workspaceId, room.accountId, inputOf({ media: [room.media("video")] }));
  const before = readPost(db, room.workspaceId, id);
  const missing = (error: unknown) => error instanceof Refusal && error.statusCode === 404;
  const theirs = inputOf({ text: "Theirs", media: [] });
  const facts = { id, workspaceId: room.otherWorkspaceId, createdBy: null, input: theirs, now: NOON };
  // Outside a transaction, so that nothing is taken back.
  assert.throws(() => writePost(db, { ...facts, timing: { scheduledAt: null, wallTime: null } }), missing);
  assert.deepEqual(readPost(db, room.workspaceId, id), before);
  assert.equal(room.mediaUsedBy(id).length, 1);
  assert.throws(() => room.posts.saveDraft(room.otherWorkspaceId, room.accountId, theirs, { newId: id }), missing);
});

test("another workspace finds, changes and deletes nothing", (t) => {
  const room = openRoom(t);
  const { id } = room.posts.saveDraft(room.workspaceId, room.accountId, inputOf());
  const missing = (error: unknown) => error instanceof Refusal && error.statusCode === 404;
  assert.equal(room.posts.find(room.otherWorkspaceId, id), null);
  assert.throws(() => room.posts.saveDraft(room.otherWorkspaceId, room.accountId, inputOf(), { id }), missing);
  assert.throws(() => room.posts.remove(room.otherWorkspaceId, id), missing);
  assert.throws(() => room.posts.callOff(room.otherWorkspaceId, id), missing);
  assert.throws(() => room.posts.duplicate(room.otherWorkspaceId, room.accountId, id), missing);
  assert.deepEqual(room.posts.list(room.otherWorkspaceId, { limit: 10, cursor: null }).items, []);
});

test("the list pages through everything once, last changed first, and filters", (t) => {
  const room = openRoom(t);
  const channelId = room.channel("tiktok");
  const ids = Array.from({ length: 7 }, (_, n) => {
    room.clock.push(n % 2 ? 1 : 0);
    const input = inputOf({
      text: `Post ${n} 100%`,
      scheduledAt: NOON + n * 1000,
      channels: n === 3 ? [{ channelId, text: "only_here" }] : [],
    });
    return room.posts.saveDraft(room.workspaceId, room.accountId, input).id;
  });
  const seen: string[] = [];
  for (let cursor: string | null = null; ;) {
    const page = room.posts.list(room.workspaceId, { limit: 3, cursor });
    seen.push(...page.items.map((post) => post.id));
    if (!page.nextCursor) break;
    cursor = page.nextCursor;
  }
  assert.deepEqual(seen, ids.toReversed());
  const found = (filter: object) =>
    room.posts.list(room.workspaceId, { limit: 10, cursor: null, ...filter }).items.map((post) => post.id);
  assert.deepEqual(found({ channelId }), [ids[3]]);
  assert.deepEqual(found({ search: "ONLY_here" }), [ids[3]]);
  assert.deepEqual(found({ search: "100%" }).length, 7);
  assert.deepEqual(found({ search: "%1" }), [...ids].reverse(), "every word that begins with 1: the 100 of each");
  assert.deepEqual(found({ search: "%" }), []);
  assert.deepEqual(found({ from: NOON + 1000, to: NOON + 3000 }), [ids[1], ids[2]]);
  assert.deepEqual(found({ state: "planned" }), []);
  assert.throws(
    () => found({ cursor: "bm9uc2Vuc2U" }),
    (error) => error instanceof Refusal && error.statusCode === 400,
  );
});
