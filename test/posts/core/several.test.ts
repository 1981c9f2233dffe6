/** Several posts at once: distances on the clock, what is touched and what is not, one workspace, one transaction each. */
import assert from "node:assert/strict";
import test from "node:test";
import { movesOf, type Placed } from "../../../src/posts/moves.ts";
import { callOffSeveral, copySeveral, moveSeveral, type Actor, type Outcome } from "../../../src/posts/several.ts";
import { Refusal } from "../../../src/web/index.ts";
import { inputOf, NOON, openRoom, type Room } from "./room.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const utc = (text: string): number => Date.parse(`${text}Z`);
const zone = "Europe/Paris";

test("the others follow as far behind as they were, counted on the clock", () => {
  const posts: Placed[] = [
    { id: "b", at: utc("2026-10-24T07:00"), timeZone: zone }, // 9:00, summer time
    { id: "a", at: utc("2026-10-23T07:00"), timeZone: zone },
  ];
  const to = utc("2026-10-24T15:00"); // 17:00; the night after, the clocks go back
  assert.deepEqual(
    movesOf(posts, { kind: "to", at: to }).map((move) => [move.id, new Date(move.to).toISOString().slice(0, 16)]),
    [
      ["b", "2026-10-25T16:00"],
      ["a", "2026-10-24T15:00"],
    ],
  );
});

test("days and weeks keep the hour over both changes of the clock, each post in its own zone", () => {
  const shift = (at: string, timeZone: string, amount: number, unit: "days" | "hours" | "weeks" | "minutes"): string =>
    new Date(movesOf([{ id: "x", at: utc(at), timeZone }], { kind: "by", amount, unit })[0]!.to)
      .toISOString()
      .slice(0, 16);
  assert.equal(shift("2026-10-24T07:00", zone, 1, "days"), "2026-10-25T08:00");
  assert.equal(shift("2027-03-27T08:00", zone, 1, "days"), "2027-03-28T07:00");
  assert.equal(shift("2027-04-03T07:00", zone, -1, "weeks"), "2027-03-27T08:00");
  assert.equal(shift("2026-10-24T07:00", "Asia/Tokyo", 1, "days"), "2026-10-25T07:00");
  assert.equal(shift("2027-03-27T01:30", zone, 1, "days"), "2027-03-28T01:30", "02:30 is skipped: it goes on to 03:30");
  assert.equal(shift("2026-11-22T12:00:30", zone, 90, "minutes"), "2026-11-22T13:30");
});

interface Studio {
  room: Room;
  actor: Actor;
  channels: string[];
  plan(text: string, inMs: number): string;
  at(id: string): number | null;
}

function studio(t: test.TestContext): Studio {
  const room = openRoom(t);
  const channels = [room.channel("youtube"), room.channel("tiktok")];
  const video = room.media("video");
  return {
    room,
    actor: { workspaceId: room.workspaceId, accountId: room.accountId, timeZone: zone },
    channels,
    plan(text, inMs) {
      const options = [{ title: text, privacyStatus: "public", madeForKids: "false" }, { mode: "inbox" }];
      const input = inputOf({
        text,
        media: [video],
        scheduledAt: NOON + inMs,
        channels: channels.map((channelId, index) => ({ channelId, options: options[index]! })),
      });
      const { id } = room.posts.saveDraft(room.workspaceId, room.accountId, input);
      room.publishing.plan(room.workspaceId, id, channels, NOON + inMs);
      room.house.db.run("UPDATE posts SET state = 'planned' WHERE id = ?", [id]);
      return id;
    },
    at: (id) => room.posts.find(room.workspaceId, id)!.scheduledAt,
  };
}

function begin(room: Room, postId: string, state: string, channelId: string): void {
  room.house.db.run(
    `UPDATE publications SET state = ?, fence = ?, published_at = ? WHERE post_id = ? AND channel_id = ?`,
    [state, state === "published" ? "answered" : "open", state === "published" ? NOON : null, postId, channelId],
  );
}

const said = (outcomes: readonly Outcome[]): Array<[boolean, string]> =>
  outcomes.map(({ changed, said: words }) => [changed, words]);

test("only what waits is moved; the answer names each with what happened or why not", async (t) => {
  const { room, actor, channels, plan, at } = studio(t);
  const [one, two, out, part, off] = [plan("One", DAY), plan("Two", 2 * DAY), plan("O", 0), plan("P", 0), plan("X", 0)];
  for (const channel of channels) begin(room, out, "published", channel);
  begin(room, part, "publishing", channels[0]!);
  begin(room, off, "cancelled", channels[0]!);
  const idea = room.posts.saveDraft(room.workspaceId, room.accountId, inputOf({ text: "Idea" })).id;
  const chosen = [two, one, out, part, off, idea, "never-was"].map((id) => ({ id }));
  const outcomes = await moveSeveral({ ...room }, actor, chosen, { kind: "to", at: NOON + 10 * DAY });
  assert.deepEqual(said(outcomes), [
    [true, "Now goes out Thu 3 Dec 13:00."],
    [true, "Now goes out Wed 2 Dec 13:00."],
    [false, "It is already published."],
    [false, "A part of it is already on its way."],
    [false, "A part of it failed or was called off. Give it a new time on its own page."],
    [false, "It is a draft without a time."],
    [false, "It is not here any more."],
  ]);
  assert.deepEqual([at(one), at(two)], [NOON + 10 * DAY, NOON + 11 * DAY]);
  const moved = room.posts.find(room.workspaceId, one)!;
  assert.equal(moved.wallTime, "2026-12-02T13:00");
  assert.ok(moved.publications.every(({ dueAt, state }) => dueAt === NOON + 10 * DAY && state === "scheduled"));
  const jobs = room.house.db.all<{ run_at: number }>(
    "SELECT run_at FROM jobs WHERE state = 'queued' AND unique_key IN (SELECT 'publication:' || id FROM publications WHERE post_id = ?)",
    [one],
  );
  assert.deepEqual(new Set(jobs.map((job) => job.run_at)), new Set([NOON + 10 * DAY]));
  assert.equal(at(part), NOON);
});

test("a time in the past is refused with a sentence, and nothing is changed", async (t) => {
  const { room, actor, plan, at } = studio(t);
  const [one, two] = [plan("One\nmore", DAY), plan("Two", 5 * DAY)];
  const chosen = [{ id: one }, { id: two }];
  await assert.rejects(
    () => moveSeveral({ ...room }, actor, chosen, { kind: "by", amount: -2, unit: "days" }),
    (error) =>
      error instanceof Refusal &&
      error.statusCode === 422 &&
      error.message === "“One” would go out yesterday 13:00. Nothing was changed.",
  );
  assert.deepEqual([at(one), at(two)], [NOON + DAY, NOON + 5 * DAY]);
});

test("a post that was changed after it was looked at is not moved unseen", async (t) => {
  const { room, actor, plan, at } = studio(t);
  const one = plan("One", DAY);
  const chosen = [{ id: one, version: room.posts.find(room.workspaceId, one)!.version }];
  const wish = { kind: "by" as const, amount: 1, unit: "days" as const };
  await moveSeveral({ ...room }, actor, chosen, wish);
  // The same form sent twice must not move it twice.
  const again = await moveSeveral({ ...room }, actor, chosen, wish);
  assert.deepEqual(said(again), [[false, "It was changed meanwhile. Look at it again first."]]);
  assert.equal(at(one), NOON + 2 * DAY);
});

test("what could not go out then stays and says why; a draft's time moves and it stays a draft", async (t) => {
  const { room, actor, channels, plan, at } = studio(t);
  const one = plan("One", DAY);
  room.house.db.run("UPDATE channels SET state = 'signed_out' WHERE id = ?", [channels[0]]);
  const draft = room.posts.saveDraft(room.workspaceId, room.accountId, inputOf({ scheduledAt: NOON + DAY })).id;
  const wish = { kind: "by" as const, amount: 1, unit: "weeks" as const };
  const outcomes = await moveSeveral({ ...room }, actor, [{ id: one }, { id: draft }], wish);
  assert.match(outcomes[0]!.said, /signed out at YouTube/);
  assert.deepEqual(said(outcomes)[1], [true, "The draft is now for Mon 30 Nov 13:00."]);
  assert.deepEqual([at(one), at(draft)], [NOON + DAY, NOON + 8 * DAY]);
  assert.equal(room.posts.find(room.workspaceId, draft)?.state, "draft");
});

test("calling off takes what waits, on some channels where the others have begun, and nothing else", (t) => {
  const { room, actor, channels, plan } = studio(t);
  const [whole, part, out] = [plan("Whole", DAY), plan("Part", DAY), plan("Out", 0)];
  begin(room, part, "published", channels[0]!);
  for (const channel of channels) begin(room, out, "published", channel);
  const outcomes = callOffSeveral({ ...room }, actor, [{ id: whole }, { id: part }, { id: out }]);
  assert.deepEqual(said(outcomes), [
    [true, "Off the schedule and kept as a draft."],
    [true, "Called off on 1 of 2 channels; the rest has begun to go out."],
    [false, "It is already published."],
  ]);
  const states = (id: string): string[] => room.publishing.ofPost(room.workspaceId, id).map(({ state }) => state);
  assert.equal(room.posts.find(room.workspaceId, whole)?.state, "draft");
  assert.deepEqual(states(part).sort(), ["cancelled", "published"]);
  assert.deepEqual(states(out), ["published", "published"]);
});

test("another workspace's posts are as if they never were, for all three", async (t) => {
  const { room, plan, at } = studio(t);
  const one = plan("One", DAY);
  const stranger = { workspaceId: room.otherWorkspaceId, accountId: room.accountId, timeZone: zone };
  const chosen = [{ id: one }];
  const gone = [[false, "It is not here any more."]];
  assert.deepEqual(
    said(await moveSeveral({ ...room }, stranger, chosen, { kind: "by", amount: 1, unit: "days" })),
    gone,
  );
  assert.deepEqual(said(callOffSeveral({ ...room }, stranger, chosen)), gone);
  assert.deepEqual(said(copySeveral({ ...room }, stranger, chosen)), gone);
  assert.equal(at(one), NOON + DAY);
  assert.equal(room.posts.list(room.otherWorkspaceId, { limit: 10, cursor: null }).items.length, 0);
});
