/** Where a new post begins: with files and a time from the address, and its buttons within reach on a phone. */
import assert from "node:assert/strict";
import test from "node:test";
import { textOf } from "../../support/robot.ts";
import { openSite, Tab } from "./site.ts";

const mediaIn = (html: string): string => /name="media" id="media-ids" value="([^"]*)"/.exec(html)?.[1] ?? "";

test("files named in the address are in the post, in that order, and only those of the workspace", async (t) => {
  const site = await openSite(t);
  const [one, two] = [site.media("video"), site.media("image")];
  const tab = new Tab(site.url);
  assert.equal(mediaIn((await tab.get(`/posts/new?media=${one}`)).html), one);
  assert.equal(mediaIn((await tab.get(`/posts/new?media=${two}&media=${one}&media=${two}`)).html), `${two},${one}`);
  assert.equal(mediaIn((await tab.get(`/posts/new?media=${one},${two}`)).html), `${one},${two}`);
  for (const odd of ["never-was", "%22%3E%3Cscript%3E", "", "a".repeat(300)])
    assert.equal(mediaIn((await tab.get(`/posts/new?media=${odd}`)).html), "", odd);
  const theirs = await new Tab(site.strangerUrl).get(`/posts/new?media=${one}`);
  assert.equal(mediaIn(theirs.html), "");
  assert.equal(
    site.wired.posts.list(site.workspaceId, { limit: 5, cursor: null }).items.length,
    0,
    "nothing is kept yet",
  );
});

test("the time in the address stands in the form, with the rest", async (t) => {
  const site = await openSite(t);
  const media = site.media("video");
  const { html } = await new Tab(site.url).get(`/posts/new?at=2026-12-01T17:30&media=${media}`);
  assert.match(html, /name="date"[^>]* value="2026-12-01"/);
  assert.match(html, /name="time"[^>]* value="17:30"/);
  assert.equal(mediaIn(html), media);
  const twice = await new Tab(site.url).get("/posts/new?at=2026-12-01&at=2026-12-02");
  assert.equal(twice.status, 200);
});

test("the bar says how it stands and offers what comes next, and follows what is written", async (t) => {
  const site = await openSite(t);
  const channel = site.channel("youtube");
  const tab = new Tab(site.url);
  const barOf = (html: string): string =>
    textOf(
      /id="sendbar">([\s\S]*?)<\/div>\s*<\/form>/.exec(html)?.[1] ??
        /hx-target="#sendbar"[^>]*>([\s\S]*?)<\/hx-partial>/.exec(html)?.[1] ??
        "",
    );
  assert.equal(barOf((await tab.get("/posts/new")).html), "No channel yet Keep as draft");
  const written = { text: "A clock", channels: channel, date: "2026-11-25", time: "17:30", timeZone: "Europe/Paris" };
  const { html } = await tab.post("/posts/compose", written, true);
  assert.match(barOf(html), /^\d to settle Change the time Schedule for Wed 17:30$/);
});
