/** Choosing several posts on the list and moving, duplicating or calling them off, without a script. */
import assert from "node:assert/strict";
import test from "node:test";
import { Robot, textOf } from "../../support/robot.ts";
import { plan, stand } from "./planned.ts";
import { openSite, Tab } from "./site.ts";

const DAY = 86_400_000;

/** YouTube takes no post without a file: a post that may be moved has one. */
function planned(site: Awaited<ReturnType<typeof openSite>>, text: string, inMs: number) {
  const made = plan(site, text, inMs, site.channel("tiktok"));
  const { db } = site.wired.house;
  db.run("UPDATE posts SET media = ? WHERE id = ?", [JSON.stringify([site.media("video")]), made.postId]);
  db.run("UPDATE post_channels SET options = ? WHERE post_id = ?", [JSON.stringify({ mode: "inbox" }), made.postId]);
  return made;
}

test("moved together: first looked at, then done, and the answer says what was and what was not", async (t) => {
  const site = await openSite(t);
  const [one, two] = [planned(site, "One", DAY), planned(site, "Two", 2 * DAY)];
  const out = plan(site, "Out", 0);
  stand(site, out.publicationId, "published");
  const robot = new Robot();
  await robot.open(`${site.url}/posts?when=week`);
  await robot.press("Another time", { post: [one.postId, two.postId, out.postId] });
  assert.ok(robot.has("Another time for 2 posts"));
  assert.ok(robot.has("One stays as it is"));
  assert.match(robot.page.html, /name="date" value="2026-11-23"/, "it opens with the time of the first");
  assert.match(robot.page.html, /href="\/posts\?when=week">Leave them as they are/);
  await robot.press("Move 2 posts", { how: "to", date: "2026-12-01", time: "09:00" });
  assert.equal(robot.page.status, 200);
  assert.ok(robot.has("2 posts moved, one stays as it was"));
  assert.ok(robot.has("Now goes out Wed 2 Dec 09:00."));
  assert.ok(robot.has("It is already published."));
  const at = (id: string): string | null => site.wired.posts.find(site.workspaceId, id)!.wallTime;
  assert.deepEqual([at(one.postId), at(two.postId)], ["2026-12-01T09:00", "2026-12-02T09:00"]);
});

test("what is no time, no amount or over comes back with what was chosen and a sentence", async (t) => {
  const site = await openSite(t);
  const one = planned(site, "One", DAY);
  const robot = new Robot();
  const attempts: Array<[Record<string, string>, string]> = [
    [{ how: "to", date: "2026-02-30", time: "09:00" }, "That is not a date and time."],
    [{ how: "by", amount: "0" }, "By how much?"],
    [{ how: "by", amount: "3", unit: "days", direction: "earlier" }, "“One” would go out Fri 20 Nov 13:00."],
  ];
  for (const [values, sentence] of attempts) {
    await robot.open(`${site.url}/posts/several?do=move&post=${one.postId}`);
    await robot.press("Move one post", values);
    assert.equal(robot.page.status, 422);
    assert.ok(robot.has(sentence), sentence);
    assert.ok(robot.has("Nothing was changed."));
    assert.ok(robot.has("Move one post"), "the form is still there");
  }
  assert.equal(site.wired.posts.find(site.workspaceId, one.postId)?.scheduledAt, site.clock.now() + DAY);
});

test("calling off asks first, duplicating makes drafts", async (t) => {
  const site = await openSite(t);
  const [one, two] = [plan(site, "One", DAY), plan(site, "Two", DAY)];
  const robot = new Robot();
  await robot.open(`${site.url}/posts`);
  await robot.press("Duplicate", { post: [one.postId, two.postId] });
  await robot.press("Duplicate 2 posts");
  assert.ok(robot.has("2 posts duplicated"));
  await robot.open(`${site.url}/posts?state=draft`);
  assert.equal([...robot.page.html.matchAll(/<p>(One|Two)<\/p>/g)].length, 2);
  await robot.open(`${site.url}/posts`);
  await robot.press("Call off", { post: [one.postId] });
  const state = () => site.wired.posts.find(site.workspaceId, one.postId)?.state;
  assert.ok(robot.has("Call this post off?"));
  assert.equal(state(), "planned", "asking changes nothing");
  await robot.press("Call off one post");
  assert.ok(robot.has("Off the schedule and kept as a draft."));
  assert.equal(state(), "draft");
});

test("nothing chosen, too much chosen, somebody else's chosen, a foreign way back", async (t) => {
  const site = await openSite(t);
  const one = plan(site, "Secret plan", DAY);
  const tab = new Tab(site.url);
  const none = await tab.get("/posts/several?do=move&back=/posts?state=scheduled");
  assert.deepEqual([none.status, none.headers.get("location")], [303, "/posts?state=scheduled"]);
  const many = Array.from({ length: 101 }, (_, n) => `post=p${n}`).join("&");
  const refused = await tab.get(`/posts/several?${many}`);
  assert.equal(refused.status, 422);
  assert.match(textOf(refused.html), /101 posts were chosen; at most 100 are handled at a time/);
  const { html } = await tab.get(`/posts/several?do=move&post=${one.postId}&back=https://evil.example/posts`);
  assert.doesNotMatch(html, /evil/);
  const stranger = new Tab(site.strangerUrl);
  assert.doesNotMatch((await stranger.get(`/posts/several?do=move&post=${one.postId}`)).html, /Secret/);
  for (const act of ["move", "call-off", "copy"]) {
    const fields = { do: act, post: one.postId, how: "by", amount: "1", unit: "days" };
    const answer = await stranger.post("/posts/several", fields);
    assert.match(textOf(answer.html), /One of them is not here any more/, act);
    assert.doesNotMatch(answer.html, /Secret/);
    const forged = await fetch(`${site.url}/posts/several`, { method: "POST", body: new URLSearchParams(fields) });
    assert.equal(forged.status, 403, "without the form's token");
  }
  assert.equal(site.wired.publishing.find(site.workspaceId, one.publicationId)?.state, "scheduled");
});

test("the new times are shown before anything is done", async (t) => {
  const site = await openSite(t);
  const one = planned(site, "One", DAY);
  const tab = new Tab(site.url);
  await tab.get("/posts");
  const fields = { do: "move", post: `${one.postId}.1`, how: "by", amount: "2", unit: "days", direction: "later" };
  const { html } = await tab.post("/posts/several/look", fields, true);
  assert.match(textOf(html), /tomorrow 13:00 → Wed 25 Nov 13:00/);
  assert.match(html, new RegExp(`name="post" value="${one.postId}\\.1"`));
  const past = await tab.post("/posts/several/look", { ...fields, direction: "earlier" }, true);
  assert.match(textOf(past.html), /yesterday 13:00 has passed/);
});
