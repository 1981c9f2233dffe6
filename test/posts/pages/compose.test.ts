/** Writing: pieces as they follow from the form, saving as you go, another tab in between, and all of it without script. */
import assert from "node:assert/strict";
import test from "node:test";
import { Robot, textOf } from "../../support/robot.ts";
import { NOON } from "../core/rows.ts";
import { openSite, Tab, type Fields, type Site } from "./site.ts";

function rows(site: Site): number {
  return site.wired.house.db.get<{ n: number }>("SELECT COUNT(*) AS n FROM posts")!.n;
}

/** Everything YouTube asks for. */
function youtube(site: Site, channel: string): Fields {
  return {
    channels: channel,
    text: "Three mistakes in my first clock",
    media: site.media("video"),
    [`o.${channel}.title`]: "Three mistakes",
    [`o.${channel}.privacyStatus`]: "private",
    [`o.${channel}.madeForKids`]: "false",
    timeZone: "Europe/Paris",
  };
}

function hidden(html: string, name: string): string {
  return new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? "";
}

test("opening the form stores nothing, and a link may preset its time", async (t) => {
  const site = await openSite(t);
  site.channel("youtube");
  const tab = new Tab(site.url);
  const { status, html } = await tab.get("/posts/new?at=2026-12-01T17:30");
  assert.equal(status, 200);
  assert.match(html, /name="date"[^>]* value="2026-12-01"/);
  assert.match(html, />Schedule for Tue 1 Dec 17:30</);
  assert.equal((await tab.post("/posts/autosave", { text: " " }, true)).status, 200);
  assert.equal(rows(site), 0);
});

test("a fragment derives panel, counters, preview and problems, and never the text that is typed into", async (t) => {
  const site = await openSite(t);
  const channel = site.channel("youtube");
  const tab = new Tab(site.url);
  await tab.get("/posts/new");
  const { html } = await tab.post("/posts/compose", { channels: channel, text: "Clocks" }, true);
  assert.match(textOf(html), /YouTube 6 of 5,000 bytes/);
  assert.match(html, new RegExp(`name="o.${channel}.title"`));
  assert.match(html, /A YouTube post needs a video\./);
  assert.match(html, /hx-target="#previews"/);
  assert.doesNotMatch(html, /id="text"/);
  assert.doesNotMatch(html, /id="compose"/);
});

test("a platform is asked when its section opens; when it stays silent the form says so and still works", async (t) => {
  const site = await openSite(t);
  const channel = site.channel("tiktok");
  const tab = new Tab(site.url);
  await tab.get("/posts/new");
  const fields = { channels: channel, text: "Clocks" };
  const first = await tab.post("/posts/compose", fields, true);
  assert.match(first.html, new RegExp(`hx-post="/posts/compose\\?ask=${channel}" hx-trigger="load"`));
  const answered = await tab.post(`/posts/compose?ask=${channel}`, fields, true);
  assert.match(textOf(answered.html), /TikTok did not answer\. Your choices are kept/);
  assert.match(answered.html, new RegExp(`name="o.${channel}.mode"`));
  const later = await tab.post("/posts/compose", { ...fields, asked: channel, silent: channel }, true);
  assert.doesNotMatch(later.html, /hx-trigger="load"/);
});

test("autosave makes one draft and goes on with its version", async (t) => {
  const site = await openSite(t);
  const tab = new Tab(site.url);
  await tab.get("/posts/new");
  const first = await tab.post("/posts/autosave", { text: "One" }, true);
  const id = hidden(first.html, "id");
  assert.equal(first.headers.get("hx-replace-url"), `/posts/${id}/edit`);
  assert.match(first.html, /saved just now/);
  const second = await tab.post("/posts/autosave", { id, version: hidden(first.html, "version"), text: "Two" }, true);
  assert.equal(hidden(second.html, "version"), "2");
  assert.equal(rows(site), 1);
  assert.equal(site.wired.posts.find(site.workspaceId, id)?.text, "Two");
});

test("what another tab wrote is never overwritten: both ways out are offered, a copy keeps mine", async (t) => {
  const site = await openSite(t);
  const tab = new Tab(site.url);
  await tab.get("/posts/new");
  const saved = await tab.post("/posts/autosave", { text: "Mine" }, true);
  const [id, version] = [hidden(saved.html, "id"), hidden(saved.html, "version")];
  await new Tab(site.url).get(`/posts/${id}/edit`);
  site.wired.posts.saveDraft(site.workspaceId, site.accountId, { ...blank, text: "Theirs" }, { id });
  const stale = { id, version, text: "Mine, longer" };
  const refused = await tab.post("/posts/autosave", stale, true);
  assert.match(textOf(refused.html), /This post was changed in another tab/);
  assert.match(refused.html, new RegExp(`href="/posts/${id}/edit"`));
  assert.equal(site.wired.posts.find(site.workspaceId, id)?.text, "Theirs");
  const pressed = await tab.post("/posts", { ...stale, do: "draft" });
  assert.equal(pressed.status, 409);
  assert.match(pressed.html, /Mine, longer<\/textarea>/);
  const copied = await tab.post("/posts", { ...stale, do: "copy" });
  assert.equal(copied.status, 303);
  const copy = /\/posts\/([^/]+)\/edit/.exec(copied.headers.get("location") ?? "")?.[1] ?? "";
  assert.notEqual(copy, id);
  assert.equal(site.wired.posts.find(site.workspaceId, copy)?.text, "Mine, longer");
  assert.equal(site.wired.posts.find(site.workspaceId, id)?.text, "Theirs");
});

const blank = { text: "", media: [], scheduledAt: null, timeZone: "Europe/Paris", channels: [] };

test("autosave leaves a scheduled post alone: it would be called off", async (t) => {
  const site = await openSite(t);
  const fields = { ...youtube(site, site.channel("youtube")), date: "2026-12-01", time: "17:30" };
  const tab = new Tab(site.url);
  await tab.get("/posts/new");
  const { headers } = await tab.post("/posts", { ...fields, do: "schedule" });
  const id = headers.get("location")?.slice("/posts/".length) ?? "";
  const { html } = await tab.post("/posts/autosave", { ...fields, id, version: "1", text: "Changed" }, true);
  assert.match(textOf(html), /scheduled post is untouched/);
  const post = site.wired.posts.find(site.workspaceId, id);
  assert.equal(post?.state, "planned");
  assert.equal(post.text, "Three mistakes in my first clock");
});

test("problems come back as 422 beside their fields and in a list, with everything kept", async (t) => {
  const site = await openSite(t);
  const channel = site.channel("youtube");
  const tab = new Tab(site.url);
  await tab.get("/posts/new");
  const fields = {
    ...youtube(site, channel),
    [`o.${channel}.title`]: "x".repeat(112),
    date: "2026-12-01",
    time: "17:30",
  };
  const { status, html } = await tab.post("/posts", { ...fields, do: "schedule" });
  assert.equal(status, 422);
  assert.match(html, /value="x{112}"/);
  assert.match(html, /Three mistakes in my first clock<\/textarea>/);
  assert.match(html, /name="date"[^>]* value="2026-12-01"/);
  assert.match(html, new RegExp(`href="#o-${channel}-title"`));
  assert.match(textOf(html), /One thing to settle before this can go out/);
  const [post] = site.wired.posts.list(site.workspaceId, { limit: 5, cursor: null }).items;
  assert.equal(post?.state, "draft");
  assert.equal(hidden(html, "id"), post.id);
});

test("a time that has passed, or none at all, is refused beside its field", async (t) => {
  const site = await openSite(t);
  const tab = new Tab(site.url);
  await tab.get("/posts/new");
  const fields = youtube(site, site.channel("youtube"));
  const past = await tab.post("/posts", { ...fields, date: "2026-11-22", time: "12:30", do: "schedule" });
  assert.equal(past.status, 422);
  assert.match(textOf(past.html), /That time has passed\. Choose a later one, or publish now\./);
  const none = await tab.post("/posts", { ...fields, do: "schedule" });
  assert.equal(none.status, 422);
  assert.match(textOf(none.html), /No time is chosen\./);
});

test("without script: channels, check, schedule and edit are plain forms", async (t) => {
  const site = await openSite(t);
  const channel = site.channel("youtube");
  const video = site.media("video");
  const robot = new Robot();
  await robot.open(`${site.url}/posts/new`);
  await robot.press("Add channels", { channels: channel, text: "First\nsecond" });
  assert.equal(robot.page.status, 200);
  assert.ok(robot.has("Title"));
  await robot.press("Add", { add: video });
  assert.ok(robot.has("sea.mp4"));
  assert.equal(rows(site), 0);
  const answers = { [`o.${channel}.title`]: "A title", [`o.${channel}.privacyStatus`]: "private" };
  await robot.press("Check", answers);
  assert.ok(robot.has("YouTube asks whether the video is made for kids."));
  const when = { [`o.${channel}.madeForKids`]: "false", date: "2026-11-25", time: "17:30" };
  await robot.press("Check", when);
  await robot.press("Schedule for Wed 17:30");
  assert.match(robot.page.url, /\/posts\/[0-9a-f-]+$/);
  assert.ok(robot.has("Scheduled for Wed 25 Nov 17:30."));
  await robot.open(`${robot.page.url}/edit`);
  await robot.press("Schedule for Wed 17:30", { text: "Changed\nsecond" });
  const [post] = site.wired.posts.list(site.workspaceId, { limit: 5, cursor: null }).items;
  assert.equal(post?.text, "Changed\nsecond");
  assert.equal(post.scheduledAt, NOON + 3 * 86_400_000 + 4.5 * 3_600_000);
  assert.equal(post.publications.length, 1);
});

test("a post of another workspace is not there: not to read, not to write over, not to watch", async (t) => {
  const site = await openSite(t);
  const post = site.wired.posts.saveDraft(site.workspaceId, site.accountId, { ...blank, text: "Mine" });
  const stranger = new Tab(site.strangerUrl);
  await stranger.get("/posts/new");
  for (const path of [`/posts/${post.id}`, `/posts/${post.id}/edit`, `/posts/${post.id}/live`]) {
    assert.equal((await stranger.get(path)).status, 404, path);
  }
  const fields = { id: post.id, version: "1", text: "Theirs" };
  assert.equal((await stranger.post("/posts", { ...fields, do: "draft" })).status, 404);
  assert.equal((await stranger.post("/posts/autosave", fields, true)).status, 404);
  for (const act of ["duplicate", "call-off", "delete"]) {
    assert.equal((await stranger.post(`/posts/${post.id}/${act}`, {})).status, 404, act);
  }
  assert.equal(site.wired.posts.find(site.workspaceId, post.id)?.text, "Mine");
});

test("what people write is shown as text, never as markup", async (t) => {
  const site = await openSite(t);
  const text = `</textarea><script>alert(1)</script>"'<b>`;
  const post = site.wired.posts.saveDraft(site.workspaceId, site.accountId, { ...blank, text });
  const tab = new Tab(site.url);
  for (const path of [`/posts/${post.id}`, `/posts/${post.id}/edit`, "/posts", "/"]) {
    assert.doesNotMatch((await tab.get(path)).html, /<script>alert|<b>$/, path);
  }
});
