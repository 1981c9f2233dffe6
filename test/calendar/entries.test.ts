/** What the calendar reads: its own workspace, its own range, through the index, and never more than its bound. */
import assert from "node:assert/strict";
import test from "node:test";
import { ALL_CHANNELS, entriesOn, ONE_CHANNEL } from "../../src/calendar/entries.ts";
import { marksOf } from "../../src/calendar/marks.ts";
import { rangeOf } from "../../src/calendar/ranges.ts";
import { textOf } from "../support/robot.ts";
import { Tab } from "../posts/pages/site.ts";
import { openCalendar, ZONE, type Site } from "./site.ts";

function read(
  site: Site,
  view: "month" | "week" | "day" | "list",
  at: string,
  more: { channel?: string; most?: number } = {},
) {
  const { house } = site.wired;
  const marks = marksOf(house, site.workspace.id);
  const reading = { workspace: site.workspace, marks, channel: more.channel ?? "", most: more.most ?? 100 };
  const reads = entriesOn(house, rangeOf({ view, at }, ZONE).days, reading);
  return { entries: reads.flatMap(({ entries }) => entries), more: reads.some((one) => one.more) };
}

test("only what is due within the range is read, to the minute of local midnight", async (t) => {
  const site = await openCalendar(t);
  site.plan("2026-11-29T23:59", { text: "Last" });
  site.plan("2026-11-30T00:00", { text: "Too late" });
  site.plan("2026-11-23T00:00", { text: "First" });
  site.plan("2026-11-22T23:59", { text: "Too early" });
  const { entries, more } = read(site, "week", "2026-11-23");
  assert.deepEqual(
    entries.map(({ title, day, time }) => [title, day, time]),
    [
      ["First", "2026-11-23", "00:00"],
      ["Last", "2026-11-29", "23:59"],
    ],
  );
  assert.equal(more, false);
});

test("one entry per post and time, with the mark of each channel and the most pressing state", async (t) => {
  const site = await openCalendar(t);
  const platforms = ["tiktok", "youtube", "instagram", "facebook", "tiktok"];
  const id = site.plan("2026-11-25T17:30", { platforms });
  const entry = () => read(site, "week", "2026-11-25").entries;
  assert.equal(entry().length, 1);
  const marks = entry()[0]!.marks;
  assert.deepEqual([marks.length, entry()[0]!.moreMarks, new Set(marks.map(({ tone }) => tone)).size], [3, 2, 3]);
  assert.deepEqual([entry()[0]?.state.word, entry()[0]?.movable], ["Scheduled", true]);
  const trouble = JSON.stringify({ kind: "rejected", code: "x", message: "No.", remedy: "Look." });
  const { db } = site.wired.house;
  db.run("UPDATE publications SET state = 'failed', problem = ? WHERE post_id = ? AND platform = 'youtube'", [
    trouble,
    id,
  ]);
  assert.deepEqual([entry()[0]?.state.word, entry()[0]?.movable], ["Failed", false]);
  db.run("UPDATE publications SET state = 'cancelled' WHERE post_id = ?", [id]);
  assert.deepEqual(entry(), []);
});

test("a stranger sees nothing of it", async (t) => {
  const site = await openCalendar(t);
  const id = site.plan("2026-11-25T17:30", { text: "A quiet film" });
  for (const view of ["month", "week", "list"]) {
    const path = `/calendar?view=${view}&at=2026-11-25`;
    const [mine, theirs] = [await new Tab(site.url).get(path), await new Tab(site.strangerUrl).get(path)];
    assert.ok(mine.html.includes("A quiet film") && mine.html.includes(id), view);
    assert.ok(!theirs.html.includes("A quiet film") && !theirs.html.includes(id), view);
    assert.match(theirs.html, /Nothing is planned/);
  }
});

test("only one channel's when asked, and only this workspace's channels can be asked for", async (t) => {
  const site = await openCalendar(t);
  site.plan("2026-11-25T17:30", { text: "Here" });
  site.plan("2026-11-25T18:30", { text: "There", platforms: ["youtube"] });
  const { db } = site.wired.house;
  const channel = db.get<{ id: string }>("SELECT id FROM channels WHERE platform = 'youtube'")!.id;
  const { entries } = read(site, "week", "2026-11-25", { channel });
  assert.deepEqual(
    entries.map(({ title }) => title),
    ["There"],
  );
  const { html } = await new Tab(site.url).get(`/calendar?at=2026-11-25&channel=${channel}`);
  assert.ok(html.includes("There") && !html.includes("Here"));
  const theirs = await new Tab(site.strangerUrl).get(`/calendar?at=2026-11-25&channel=${channel}`);
  assert.ok(!theirs.html.includes("There") && theirs.status === 200);
});

test("a day with more than fits is bounded, and the page says so", async (t) => {
  const site = await openCalendar(t);
  for (let n = 10; n < 50; n++) site.plan(`2026-11-25T12:${n}`);
  const { entries, more } = read(site, "day", "2026-11-25", { most: 12 });
  assert.deepEqual([entries.length, more], [12, true]);
  const { html } = await new Tab(site.url).get("/calendar?at=2026-11-25");
  assert.match(html, /At least 30 posts in November/);
  assert.match(textOf(html), /more than 26 more/);
});

test("where days hold too much for one question, each is asked for by itself and shows the same", async (t) => {
  const site = await openCalendar(t);
  const other = site.plan("2026-11-26T09:00", { text: "The next day" });
  const copy = site.plan("2026-11-25T12:00");
  const { db } = site.wired.house;
  // More than one question reads, on one day, as copies of one publication.
  const columns = "workspace_id, channel_id, platform, state, due_at, created_at, updated_at";
  for (let n = 0; n < 1100; n++) {
    db.run(
      `INSERT INTO posts (id, workspace_id, text, state, time_zone, created_at, updated_at)
       SELECT 'post-' || ?, workspace_id, 'One of many', 'planned', 'UTC', created_at, updated_at FROM posts WHERE id = ?`,
      [n, copy],
    );
    db.run(
      `INSERT INTO publications (id, post_id, ${columns}) SELECT 'pub-' || ?, 'post-' || ?, ${columns} FROM publications WHERE post_id = ?`,
      [n, n, copy],
    );
  }
  const { entries, more } = read(site, "week", "2026-11-25", { most: 12 });
  assert.deepEqual([entries.length, more, entries.at(-1)?.postId, entries.at(-1)?.movable], [13, true, other, true]);
});

test("a post that the bound cuts in the middle of its channels is left to the next page, not shown with half of them", async (t) => {
  const site = await openCalendar(t);
  site.plan("2026-11-25T12:00");
  site.plan("2026-11-25T13:00", { platforms: ["tiktok", "youtube", "facebook"] });
  const { entries, more } = read(site, "day", "2026-11-25", { most: 2 });
  assert.deepEqual([entries.length, more], [1, true]);
});

test("days are found through the index on workspace and due time", async (t) => {
  const site = await openCalendar(t);
  const { db } = site.wired.house;
  for (const sql of [ALL_CHANNELS, ONE_CHANNEL]) {
    const asked = { workspace: "w", from: 1, to: 2, most: 10, channel: "c" };
    const said = db.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, asked).map((step) => step.detail);
    const index = /publications USING INDEX publications_by_workspace \(workspace_id=\? AND due_at>\? AND due_at<\?\)/;
    assert.match(said.join("\n"), index);
    assert.doesNotMatch(said.join("\n"), /TEMP B-TREE|SCAN/);
  }
});
