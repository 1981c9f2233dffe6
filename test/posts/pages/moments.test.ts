/** Moments of a film: typed as minutes and seconds, kept in milliseconds, and back. */
import assert from "node:assert/strict";
import test from "node:test";
import { readCompose } from "../../../src/posts/pages/form.ts";
import { momentText, readMoment } from "../../../src/posts/pages/moments.ts";
import { openSite, Tab } from "./site.ts";

test("what people write is read as milliseconds, and what nobody can read stays as it was typed", () => {
  const read: Array<[string, string]> = [
    ["3", "3000"],
    ["3.5", "3500"],
    ["3,25 s", "3250"],
    [" 0:03.5 ", "3500"],
    ["1:02", "62000"],
    ["90", "90000"],
    ["1:02:03.004", "3723004"],
    ["", ""],
    ["soon", "soon"],
    ["1:2:3:4", "1:2:3:4"],
    ["-3", "-3"],
    ["3.5.5", "3.5.5"],
  ];
  for (const [typed, ms] of read) assert.equal(readMoment(typed), ms, typed);
});

test("every moment comes back as it was", () => {
  for (const ms of [0, 1, 40, 500, 3500, 59_999, 60_000, 62_000, 3_599_999, 3_723_004, 36_000_000])
    assert.equal(readMoment(momentText(String(ms))), String(ms));
  assert.equal(momentText("3500"), "0:03.5");
  assert.equal(momentText("62000"), "1:02");
  assert.equal(momentText("3723004"), "1:02:03.004");
  assert.equal(momentText("soon"), "soon");
});

test("the form reads a moment into its option", () => {
  const form = readCompose({ channels: "c1", "m.c1.coverTimestampMs": "0:03.5", "o.c1.mode": "inbox" }, "UTC");
  assert.deepEqual(form.versions.get("c1")?.options, { mode: "inbox", coverTimestampMs: "3500" });
});

test("a cover's moment is shown as people say it, kept by the post, and still there when it cannot be read", async (t) => {
  const site = await openSite(t);
  const channel = site.channel("instagram");
  const tab = new Tab(site.url);
  await tab.get("/posts/new");
  const written = { text: "A reel", channels: channel, media: site.media("video"), [`o.${channel}.kind`]: "reel" };
  const field = (html: string): string =>
    new RegExp(`name="m\\.${channel}\\.coverTimestampMs" value="([^"]*)"`).exec(html)?.[1] ?? "no field";
  await tab.post("/posts", { ...written, do: "draft", [`m.${channel}.coverTimestampMs`]: "2.5" });
  const [post] = site.wired.posts.list(site.workspaceId, { limit: 5, cursor: null }).items;
  assert.equal(post?.channels[0]?.options["coverTimestampMs"], "2500");
  assert.equal(field((await tab.get(`/posts/${post?.id}/edit`)).html), "0:02.5");
  const odd = await tab.post("/posts", { ...written, do: "check", [`m.${channel}.coverTimestampMs`]: "soon" });
  assert.equal(field(odd.html), "soon");
});
