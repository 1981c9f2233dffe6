/** The page as it comes, before any script: titles, days, ways on, forms; and dragging, in a real browser. */
import assert from "node:assert/strict";
import test from "node:test";
import { textOf } from "../support/robot.ts";
import { Tab } from "../posts/pages/site.ts";
import { openCalendar } from "./site.ts";

test("a month shows each post on its day, and every day to come can be written for", async (t) => {
  const site = await openCalendar(t);
  site.plan("2026-11-25T17:30", { text: "Cutting the first gear" });
  site.plan("2026-11-26T09:00", { text: "Low tide <at> six" });
  const { status, html } = await new Tab(site.url).get("/calendar");
  assert.equal(status, 200);
  const text = textOf(html);
  assert.match(text, /Sunday, 22 November · Paris/);
  assert.match(html, /<h1>Two posts in November<\/h1>/);
  const cell = /<td[^>]*data-day="2026-11-25"[\s\S]*?<\/td>/.exec(html)?.[0] ?? "";
  assert.match(textOf(cell), /Scheduled\s*17:30\s*Cutting the first gear/);
  assert.match(cell, /aria-label="TikTok"/);
  assert.match(cell, /href="\/posts\/new\?at=2026-11-25"/);
  assert.ok(html.includes("Low tide &lt;at&gt; six") && !html.includes("<at>"));
  // Nothing can be planned for yesterday.
  assert.ok(html.includes('href="/posts/new?at=2026-11-22"') && !html.includes("/posts/new?at=2026-11-21"));
  assert.match(html, /rel="prev" href="\/calendar\?view=month&amp;at=2026-10-01"/);
  assert.match(html, /rel="next" href="\/calendar\?view=month&amp;at=2026-12-01"/);
});

test("each post that waits has a way to move it, which works without a script; what has begun has none", async (t) => {
  const site = await openCalendar(t);
  const id = site.plan("2026-11-25T17:30", { platforms: ["tiktok", "youtube"] });
  const tab = new Tab(site.url);
  for (const view of ["month", "week", "day", "list"]) {
    const { html } = await tab.get(`/calendar?view=${view}&at=2026-11-25`);
    const href = `/calendar/move?view=${view}&amp;at=2026-11-25&amp;postId=${id}`;
    assert.ok(html.includes(`href="${href}"`), view);
    const { html: form } = await tab.get(href.replaceAll("&amp;", "&"));
    assert.ok(form.includes(`action="/calendar/move?view=${view}&amp;at=2026-11-25"`), view);
    assert.ok(form.includes(`name="postId" value="${id}"`) && form.includes('name="_csrf"'));
    assert.match(form, /name="date" value="2026-11-25" min="2026-11-22"/);
    assert.match(form, /Time in Paris[\s\S]*name="time" value="17:30"/);
  }
  assert.equal((await new Tab(site.strangerUrl).get(`/calendar/move?postId=${id}`)).status, 404);
  const { db } = site.wired.house;
  db.run("UPDATE publications SET state = 'publishing' WHERE post_id = ? AND platform = 'tiktok'", [id]);
  const { html } = await tab.get("/calendar?at=2026-11-25");
  assert.ok(!html.includes(`postId=${id}`));
  assert.match(textOf(html), /Uploading/);
  assert.equal((await tab.get(`/calendar/move?postId=${id}`)).status, 409);
});

test("a day and a week have their hours; one that is over takes no new post", async (t) => {
  const site = await openCalendar(t);
  site.plan("2026-11-22T17:30", { text: "This evening" });
  for (const view of ["week", "day"]) {
    const { html } = await new Tab(site.url).get(`/calendar?view=${view}`);
    const hour = /<li class="[^"]*" data-hour="17">[\s\S]*?<\/ul><\/li>/.exec(html)?.[0] ?? "";
    assert.match(textOf(hour), /17:30\s*This evening/, view);
    assert.ok(html.includes('href="/posts/new?at=2026-11-22T18:00"'), view);
    // It is 13:00.
    assert.ok(
      !html.includes("/posts/new?at=2026-11-22T12:00") && !/data-hour="12"(?![\s\S]*data-day="2026-11-23")/.test(html),
    );
  }
});

test("a full day shows its first posts and says how many more there are", async (t) => {
  const site = await openCalendar(t);
  for (let n = 0; n < 7; n++) site.plan(`2026-11-25T1${n}:00`, { text: `Number ${n}` });
  const { html } = await new Tab(site.url).get("/calendar");
  const cell = /<td[^>]*data-day="2026-11-25"[\s\S]*?<\/td>/.exec(html)?.[0] ?? "";
  assert.equal([...cell.matchAll(/class="entry /g)].length, 4);
  assert.match(cell, /3 more/);
  const week = await new Tab(site.url).get("/calendar?view=week&at=2026-11-25");
  assert.equal([...week.html.matchAll(/class="entry /g)].length, 7);
});

test("an empty month says what it is for, with one button", async (t) => {
  const site = await openCalendar(t);
  for (const view of ["month", "week", "day", "list"]) {
    const { html } = await new Tab(site.url).get(`/calendar?view=${view}`);
    assert.match(html, /Nothing is planned/);
    if (view === "month" || view === "list") assert.match(textOf(html), /What you plan stands here on its day/);
    assert.equal([...html.matchAll(/class="button primary"/g)].length, 1, view);
  }
  const later = await new Tab(site.url).get("/calendar?at=2026-12-05");
  assert.match(later.html, /class="button primary" href="\/posts\/new\?at=2026-12-01"/);
});
