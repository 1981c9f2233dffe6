/** The post page: how each publication stands, what its buttons do, what arrives by itself; Today. */
import assert from "node:assert/strict";
import test from "node:test";
import type { PublicationState } from "../../../src/database/index.ts";
import { Robot, textOf } from "../../support/robot.ts";
import { plan, stand } from "./planned.ts";
import { openSite, Tab } from "./site.ts";

const DAY = 86_400_000;

test("every state is shown with its word, and never as more than the platform said", async (t) => {
  const site = await openSite(t);
  const { postId, publicationId } = plan(site, "A clock");
  const tab = new Tab(site.url);
  const words: Array<[PublicationState, string]> = [
    ["scheduled", "Scheduled"],
    ["publishing", "Uploading"],
    ["confirming", "Confirming"],
    ["published", "Published"],
    ["in_inbox", "In your inbox"],
    ["held", "Held"],
    ["unconfirmed", "Unconfirmed"],
    ["failed", "Failed"],
    ["cancelled", "Cancelled"],
  ];
  for (const [state, word] of words) {
    stand(site, publicationId, state);
    const { status, html } = await tab.get(`/posts/${postId}`);
    assert.equal(status, 200, state);
    assert.equal(/class="state[^"]*">([^<]+)</.exec(html)?.[1], word);
  }
});

test("an upload shows its real part, a failure what was kept", async (t) => {
  const site = await openSite(t);
  const { postId, publicationId } = plan(site, "A clock");
  const tab = new Tab(site.url);
  stand(site, publicationId, "publishing", { sent_bytes: 41_000_000, total_bytes: 64_000_000 });
  const moving = await tab.get(`/posts/${postId}`);
  assert.match(moving.html, /<progress class="bar" max="64000000" value="41000000"/);
  assert.match(textOf(moving.html), /41 of 64 MB/);
  stand(site, publicationId, "failed");
  assert.match(textOf((await tab.get(`/posts/${postId}`)).html), /It was refused\. Look at it\. Your text is kept\./);
});

test("the buttons do what they say, without script", async (t) => {
  const site = await openSite(t);
  const { postId, publicationId } = plan(site, "A clock");
  const robot = new Robot();
  const state = (): string => site.wired.publishing.find(site.workspaceId, publicationId)!.state;
  const press = async (button: string, values = {}): Promise<void> => {
    await robot.open(`${site.url}/posts/${postId}`);
    await robot.press(button, values);
  };
  stand(site, publicationId, "failed");
  await press("Try again");
  assert.equal(state(), "scheduled");
  stand(site, publicationId, "unconfirmed");
  await press("It is not there");
  assert.equal(state(), "scheduled");
  stand(site, publicationId, "in_inbox");
  await press("I have posted it", { url: "https://www.tiktok.com/@ada/video/1" });
  assert.equal(state(), "published");
  assert.ok(robot.page.html.includes('href="https://www.tiktok.com/@ada/video/1"'));
  stand(site, publicationId, "scheduled", { published_at: null });
  await press("Call off");
  assert.equal(state(), "cancelled");
});

test("a link that is no web address is refused and changes nothing", async (t) => {
  const site = await openSite(t);
  const { postId, publicationId } = plan(site, "A clock");
  stand(site, publicationId, "unconfirmed");
  const robot = new Robot();
  await robot.open(`${site.url}/posts/${postId}`);
  await robot.press("It is there", { url: "javascript:alert(1)" });
  assert.ok(robot.has("That is not a web address."));
  assert.equal(site.wired.publishing.find(site.workspaceId, publicationId)?.state, "unconfirmed");
});

test("a button that came too late says so instead of doing something else", async (t) => {
  const site = await openSite(t);
  const { postId, publicationId } = plan(site, "A clock");
  stand(site, publicationId, "failed");
  const robot = new Robot();
  await robot.open(`${site.url}/posts/${postId}`);
  stand(site, publicationId, "published");
  await robot.press("Try again");
  assert.ok(robot.has("This cannot be tried again now."));
  assert.equal(site.wired.publishing.find(site.workspaceId, publicationId)?.state, "published");
});

test("a publication answers only to its own workspace and under its own post", async (t) => {
  const site = await openSite(t);
  const one = plan(site, "One");
  const two = plan(site, "Two");
  const [mine, stranger] = [new Tab(site.url), new Tab(site.strangerUrl)];
  await mine.get("/posts");
  await stranger.get("/posts");
  for (const verb of ["retry", "cancel", "landed", "absent"]) {
    const path = `/posts/${one.postId}/publications/${one.publicationId}/${verb}`;
    assert.equal((await stranger.post(path, {})).status, 404, verb);
    const crossed = `/posts/${two.postId}/publications/${one.publicationId}/${verb}`;
    assert.equal((await mine.post(crossed, {})).status, 404, verb);
  }
  assert.equal(site.wired.publishing.find(site.workspaceId, one.publicationId)?.state, "scheduled");
});

test("duplicate makes a draft, delete takes away what left no trace, and not what is live", async (t) => {
  const site = await openSite(t);
  const { postId, publicationId } = plan(site, "A clock");
  const robot = new Robot();
  await robot.open(`${site.url}/posts/${postId}`);
  await robot.press("Duplicate");
  assert.match(robot.page.url, /\/edit$/);
  assert.ok(!robot.page.url.includes(postId));
  stand(site, publicationId, "published");
  await robot.open(`${site.url}/posts/${postId}`);
  assert.ok(!robot.has("Delete"));
  stand(site, publicationId, "scheduled", { published_at: null });
  await robot.open(`${site.url}/posts/${postId}`);
  await robot.press("Delete");
  assert.equal(site.wired.posts.find(site.workspaceId, postId), null);
});

test("an open page is told what moved, with the rest of the time once speed is known, and lets go when it closes", async (t) => {
  const site = await openSite(t);
  const { postId, publicationId } = plan(site, "A clock");
  stand(site, publicationId, "publishing");
  const { news } = site.wired.house;
  const leave = new AbortController();
  const reply = await fetch(`${site.url}/posts/${postId}/live`, { signal: leave.signal });
  assert.equal(reply.headers.get("content-type"), "text/event-stream; charset=utf-8");
  const reader = reply.body!.pipeThrough(new TextDecoderStream()).getReader();
  const next = async (pattern: RegExp): Promise<string> => {
    let seen = "";
    while (!pattern.test(textOf(seen))) seen += (await reader.read()).value ?? assert.fail(`closed before ${pattern}`);
    return seen;
  };
  assert.match(await next(/Uploading/), new RegExp(`hx-target="#p-${publicationId}" hx-swap="outerMorph"`));
  const said = { total_bytes: 64_000_000 };
  for (const sent of [21_000_000, 41_000_000]) {
    stand(site, publicationId, "publishing", { ...said, sent_bytes: sent });
    news.emit(`publication:${publicationId}`, { sent, total: 64_000_000 });
    site.clock.push(2000);
  }
  await next(/41 of 64 MB · about 3 seconds left/);
  stand(site, publicationId, "published");
  news.emit(`publication:${publicationId}`, { state: "published" });
  await next(/Published/);
  leave.abort();
  for (let i = 0; i < 100 && news.listenerCount(`publication:${publicationId}`) > 0; i += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.equal(news.listenerCount(`publication:${publicationId}`), 0);
});

test("an open page hears nothing more once its session is ended", async (t) => {
  const site = await openSite(t);
  const { postId, publicationId } = plan(site, "A clock");
  const reply = await fetch(`${site.url}/posts/${postId}/live`);
  const reader = reply.body!.getReader();
  assert.equal((await reader.read()).done, false);
  site.wired.house.db.run("UPDATE sessions SET revoked_at = 1");
  site.wired.house.news.emit(`publication:${publicationId}`, { state: "published" });
  assert.equal((await reader.read()).done, true, "the stream ends without another word");
});

test("Today counts in words, says what waits for a person, and shows strangers nothing of it", async (t) => {
  const site = await openSite(t);
  const [one, two, three] = [plan(site, "Tide clock"), plan(site, "First gear", -DAY), plan(site, "Brass", 2 * DAY)];
  stand(site, two.publicationId, "unconfirmed");
  const tab = new Tab(site.url);
  const said = textOf((await tab.get("/")).html);
  assert.match(said, /One post goes out today/);
  assert.match(said, /Sunday,? 22 November · Paris/);
  assert.match(said, /This week All scheduled .* Brass/);
  assert.match(said, /Did this one appear\? “First gear”: YouTube cannot say/);
  stand(site, one.publicationId, "published", { url: "https://youtu.be/x" });
  const later = textOf((await tab.get("/")).html);
  assert.match(later, /One post went out today/);
  assert.match(later, /Just landed .*Tide clock/);
  assert.ok(three);
  const theirs = textOf((await new Tab(site.strangerUrl).get("/")).html);
  assert.match(theirs, /Three steps to the first post/);
  assert.doesNotMatch(theirs, /gear|Tide|Brass/);
});

test("the first evening leads from step to step", async (t) => {
  const site = await openSite(t);
  const tab = new Tab(site.url);
  const next = async (): Promise<string> =>
    /class="button primary" href="([^"]+)"/.exec((await tab.get("/")).html)?.[1] ?? "";
  assert.equal(await next(), "/channels");
  site.channel("youtube");
  assert.equal(await next(), "/media");
  site.media("video");
  assert.equal(await next(), "/posts/new");
  site.channel("tiktok", "signed_out");
  assert.match(textOf((await tab.get("/")).html), /TikTok signed Postern out/);
});
