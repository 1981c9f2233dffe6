/** Finding posts: every filter alone and together, page by page, along an index, and words that leave with their post. */
import assert from "node:assert/strict";
import test from "node:test";
import type { PublicationState } from "../../../src/database/index.ts";
import { findPosts } from "../../../src/posts/find-posts.ts";
import { forgetErasedWords } from "../../../src/posts/search.ts";
import { walkFor, type PostQuery } from "../../../src/posts/walks.ts";
import { Refusal } from "../../../src/web/index.ts";
import { inputOf, NOON, openRoom, type Room } from "./room.ts";

const HOUR = 3_600_000;
const problem = JSON.stringify({ kind: "rejected", code: "x", message: "It was refused.", remedy: "Look at it." });

interface Kept {
  text: string;
  channels: string[];
  at: number | null;
  states: PublicationState[];
}

/** Stored as the rooms would have; `states` one for each channel, none for a draft. */
function keep(room: Room, kept: Kept): string {
  const input = inputOf({
    text: kept.text,
    scheduledAt: kept.at,
    channels: kept.channels.map((channelId) => ({ channelId })),
  });
  const { id } = room.posts.saveDraft(room.workspaceId, room.accountId, input);
  if (kept.states.length === 0) return id;
  room.publishing.plan(room.workspaceId, id, kept.channels, kept.at!);
  room.house.db.run("UPDATE posts SET state = 'planned' WHERE id = ?", [id]);
  kept.states.forEach((state, index) => {
    const done = state === "published";
    room.house.db.run(
      `UPDATE publications SET state = ?, fence = ?, problem = ?, published_at = ? WHERE post_id = ? AND channel_id = ?`,
      [state, done ? "answered" : "open", state === "failed" ? problem : null, done ? kept.at : null].concat([
        id,
        kept.channels[index]!,
      ]),
    );
  });
  return id;
}

/** 96 posts of every kind, two channels among three. */
function fill(room: Room): Array<Kept & { id: string }> {
  const channels = [room.channel("tiktok"), room.channel("youtube"), room.channel("facebook")];
  const states: PublicationState[][] = [[], ["scheduled", "scheduled"], ["published", "failed"], ["failed", "failed"]];
  return Array.from({ length: 96 }, (_, n) => {
    room.clock.push(n % 3 === 0 ? 1000 : 0);
    const kept = {
      text: `${["Brass", "Steel", "Copper"][n % 3]} wheel ${n}`,
      channels: [channels[n % 3]!, channels[(n + 1) % 3]!],
      at: n % 5 === 0 && n % 4 === 0 ? null : NOON + ((n * 7) % 40) * HOUR,
      states: states[n % 4]!,
    };
    return { ...kept, id: keep(room, kept) };
  });
}

function allOf(room: Room, query: PostQuery, limit: number): string[] {
  const seen: string[] = [];
  for (let cursor: string | null = null, pages = 0; pages < 60; pages += 1) {
    const page = findPosts(room.house.db, room.workspaceId, query, { limit, cursor });
    assert.ok(page.ids.length <= limit);
    seen.push(...page.ids);
    if (page.cursor === null) return seen;
    cursor = page.cursor;
  }
  assert.fail("the pages never end");
}

test("every mixture of filters finds each post that fits once, whatever the size of a page", (t) => {
  const room = openRoom(t);
  const all = fill(room);
  const [channelId] = all[0]!.channels;
  const period = { from: NOON + 5 * HOUR, to: NOON + 30 * HOUR };
  const inPeriod = (at: number | null): boolean => at !== null && at >= period.from && at < period.to;
  for (const state of [
    {},
    { state: "draft" as const },
    { state: "planned" as const },
    { standing: ["failed", "published"] as const },
  ])
    for (const channel of [{}, { channelId }])
      for (const words of [{}, { search: "ste wh" }])
        for (const time of [{}, period, { ...period, latest: true }]) {
          const query: PostQuery = { ...state, ...channel, ...words, ...time };
          const standing = "standing" in state ? state.standing : null;
          const expected = all.filter((kept) => {
            const parts = kept.channels.map((id, index) => ({ id, state: kept.states[index] }));
            const stands = parts.some(
              (part) =>
                part.state !== undefined &&
                (standing as readonly string[] | null)?.includes(part.state) &&
                (query.channelId === undefined || part.id === query.channelId),
            );
            return (
              (query.state === undefined || (query.state === "draft") === (kept.states.length === 0)) &&
              (query.channelId === undefined || kept.channels.includes(query.channelId)) &&
              (standing === null || stands) &&
              (query.search === undefined || kept.text.startsWith("Steel")) &&
              (query.from === undefined || inPeriod(kept.at))
            );
          });
          for (const limit of [3, 100]) {
            const found = allOf(room, query, limit);
            const said = JSON.stringify({ ...query, limit });
            assert.deepEqual([...found].sort(), expected.map(({ id }) => id).sort(), said);
            assert.equal(new Set(found).size, found.length, said);
          }
        }
});

test("with a time the order is the time's, both ways, and a cursor of another order is refused", (t) => {
  const room = openRoom(t);
  const all = fill(room);
  const atOf = new Map(all.map(({ id, at }) => [id, at]));
  const times = (query: PostQuery): number[] => allOf(room, query, 7).map((id) => atOf.get(id) ?? 0);
  const soonest = times({ from: NOON });
  assert.deepEqual(
    soonest,
    soonest.toSorted((a, b) => a - b),
  );
  const latest = times({ standing: ["published", "failed"], latest: true });
  assert.deepEqual(
    latest,
    latest.toSorted((a, b) => b - a),
  );
  const { cursor } = findPosts(room.house.db, room.workspaceId, { from: NOON }, { limit: 3, cursor: null });
  assert.throws(
    () => findPosts(room.house.db, room.workspaceId, {}, { limit: 3, cursor }),
    (error) => error instanceof Refusal && error.statusCode === 400,
  );
});

test("every walk goes along an index and sorts nothing that could grow", (t) => {
  const room = openRoom(t);
  const [channelId, period] = ["c", { from: 1, to: 2 }];
  const walks: PostQuery[] = [
    {},
    { state: "draft" },
    { state: "draft", channelId },
    { channelId },
    { state: "planned", channelId },
    { ...period },
    { ...period, latest: true },
    { ...period, channelId, state: "draft" },
    { standing: ["scheduled"] },
    { standing: ["scheduled"], latest: true, ...period },
    { standing: ["failed"], channelId, ...period },
    { search: "sea" },
    { search: "sea", channelId, standing: ["failed"], ...period },
  ];
  for (const query of walks)
    for (const after of [false, true]) {
      const walk = walkFor(room.workspaceId, query)!;
      const plan = room.house.db.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${walk.sql(after)}`, {
        ...walk.bound,
        limit: 30,
        at: 1,
        tie: "x",
      });
      for (const { detail } of plan) {
        const said = `${JSON.stringify(query)} ${after}: ${plan.map((line) => line.detail).join(" / ")}`;
        assert.doesNotMatch(detail, /TEMP B-TREE/, said);
        // The words are read through their own index, a subquery has at most as many rows as are looked at.
        if (detail.startsWith("SCAN")) assert.match(detail, /^SCAN (post_search VIRTUAL TABLE INDEX|\(subquery)/, said);
      }
    }
});

test("what few posts fit is looked for only so far at a time, and never lost", (t) => {
  const room = openRoom(t);
  const channelId = room.channel("tiktok");
  const rare = keep(room, { text: "The one", channels: [channelId], at: NOON, states: [] });
  const { house, workspaceId } = room;
  house.db.transaction(() => {
    for (let n = 0; n < 4100; n += 1) {
      house.db.run(
        `INSERT INTO posts (id, workspace_id, text, state, time_zone, created_at, updated_at, scheduled_at)
         VALUES (?, ?, 'x', 'draft', 'UTC', ?, ?, ?)`,
        [`z${String(n).padStart(5, "0")}`, workspaceId, NOON + n, NOON + n + 1, NOON - n - 1],
      );
    }
  });
  const query: PostQuery = { channelId, state: "draft" };
  const first = findPosts(house.db, workspaceId, query, { limit: 30, cursor: null });
  assert.deepEqual([first.ids, first.lookedAt], [[], 2000]);
  assert.deepEqual(allOf(room, query, 30), [rare]);
});

test("words are found by how they begin, without regard to case and accents, in any version and title", (t) => {
  const room = openRoom(t);
  const channelId = room.channel("youtube");
  const input = inputOf({
    text: "Crème brûlée at dawn",
    channels: [{ channelId, text: "Only here: лебедь", options: { title: "The Überraschung" } }],
  });
  const { id } = room.posts.saveDraft(room.workspaceId, room.accountId, input);
  const found = (search: string): string[] =>
    findPosts(room.house.db, room.workspaceId, { search }, { limit: 5, cursor: null }).ids;
  for (const typed of ["creme", "CRÈME b", "dawn br", "лебе", "uber", "Only, here!", 'da" OR "zzz'.slice(0, 2)])
    assert.deepEqual(found(typed), [id], typed);
  for (const typed of [
    "rème",
    "dawn zzz",
    "",
    '"',
    "*",
    "words:dawn",
    "a\u{A66E}w",
    "NEAR(dawn at)",
    "-dawn",
    "dawn NOT at",
  ]) {
    const expected = ["-dawn"].includes(typed) || typed === "" ? [id] : [];
    assert.deepEqual(found(typed), expected, typed);
  }
});

test("another workspace finds nothing of it, not even by the marks in the index", (t) => {
  const room = openRoom(t);
  const [mine, theirs] = [room.channel("youtube"), room.channel("youtube", { workspaceId: room.otherWorkspaceId })];
  const { id } = room.posts.saveDraft(
    room.workspaceId,
    room.accountId,
    inputOf({ text: `Dawn \u{A66E}w${room.otherWorkspaceId.replaceAll("-", "")}`, channels: [{ channelId: mine }] }),
  );
  const found = (workspaceId: string, query: PostQuery): string[] =>
    findPosts(room.house.db, workspaceId, query, { limit: 5, cursor: null }).ids;
  assert.deepEqual(found(room.workspaceId, { search: "dawn", channelId: mine }), [id]);
  assert.deepEqual(found(room.workspaceId, { search: "dawn", channelId: theirs }), []);
  for (const query of [{ search: "dawn" }, { search: "dawn", channelId: mine }, { channelId: mine }, {}])
    assert.deepEqual(found(room.otherWorkspaceId, query), []);
});

test("what is changed or deleted is not found any more, and leaves the file when the index is swept", async (t) => {
  const room = openRoom(t);
  const write = (text: string, id?: string): string =>
    room.posts.saveDraft(room.workspaceId, room.accountId, inputOf({ text }), id ? { id } : {}).id;
  const first = write("Xylophone");
  write("Zither", first);
  const second = write("Quagmire");
  room.posts.remove(room.workspaceId, second);
  const { db } = room.house;
  for (const search of ["xylo", "quag"])
    assert.deepEqual(findPosts(db, room.workspaceId, { search }, { limit: 5, cursor: null }).ids, []);
  await forgetErasedWords(db);
  db.sqlite.pragma("wal_checkpoint(TRUNCATE)");
  const bytes = db.sqlite.serialize().toString("latin1").toLowerCase();
  // The index keeps words without what they share with the word before: the ends are looked for.
  for (const gone of ["ylophone", "uagmire"]) assert.ok(!bytes.includes(gone), gone);
  assert.ok(bytes.includes("ither"));
  assert.equal(db.get<{ n: number }>("SELECT count(*) AS n FROM post_words")?.n, 1);
  db.run("INSERT INTO post_search (post_search, rank) VALUES ('integrity-check', 1)");
});
