/** Moving: the clock stays what it was over a change of summer time, the past is refused, strangers move nothing. */
import assert from "node:assert/strict";
import test from "node:test";
import { Tab } from "../posts/pages/site.ts";
import { openCalendar, type Site } from "./site.ts";

async function move(site: Site, fields: Record<string, string>, url = site.url) {
  const tab = new Tab(url);
  await tab.get("/calendar");
  const { at = "2026-11-22", ...sent } = fields;
  const answer = await tab.post(`/calendar/move?view=month&at=${at}`, sent);
  const next = answer.headers.get("location");
  return { ...answer, next, after: next ? (await tab.get(next)).html : "" };
}

function stands(site: Site, id: string) {
  const post = site.wired.posts.find(site.workspace.id, id)!;
  const due = post.publications.map(({ dueAt, state }) => `${new Date(dueAt).toISOString()} ${state}`);
  return { wall: post.wallTime, zone: post.timeZone, at: new Date(post.scheduledAt ?? 0).toISOString(), due };
}

test("moved over the change to summer time it keeps its wall time, and its job follows", async (t) => {
  const site = await openCalendar(t);
  const id = site.plan("2027-03-25T17:30");
  assert.equal(stands(site, id).at, "2027-03-25T16:30:00.000Z");
  const { status, next, after } = await move(site, { postId: id, date: "2027-03-30", time: "17:30", at: "2027-03-25" });
  assert.deepEqual([status, next], [303, "/calendar?view=month&at=2027-03-30"]);
  assert.match(after, /Moved to Tue 30 Mar 17:30\./);
  assert.deepEqual(stands(site, id), {
    wall: "2027-03-30T17:30",
    zone: "Europe/Paris",
    at: "2027-03-30T15:30:00.000Z",
    due: ["2027-03-30T15:30:00.000Z scheduled"],
  });
  const job = site.wired.house.db.get<{ run_at: number }>(
    "SELECT run_at FROM jobs WHERE kind = 'publish' AND state = 'queued'",
  );
  assert.equal(new Date(job!.run_at).toISOString(), "2027-03-30T15:30:00.000Z");
});

test("without a time it keeps the one it has; into a skipped hour it says when it really goes out", async (t) => {
  const site = await openCalendar(t);
  const id = site.plan("2027-03-20T02:30");
  const { after } = await move(site, { postId: id, date: "2027-03-28", at: "2027-03-20" });
  assert.match(after, /Moved to Sun 28 Mar 03:30\. The clocks skip 02:30 that night\./);
  assert.deepEqual([stands(site, id).wall, stands(site, id).at], ["2027-03-28T02:30", "2027-03-28T01:30:00.000Z"]);
});

test("a post of another zone keeps its zone, and lands where the calendar was told", async (t) => {
  const site = await openCalendar(t);
  // 15:00 in Paris. On 10 March 2027 New York is still on winter time, on 16 March it is five hours behind.
  const id = site.plan("2027-03-10T09:00", { timeZone: "America/New_York" });
  const { status } = await move(site, { postId: id, date: "2027-03-16", time: "15:00" });
  assert.equal(status, 303);
  const { zone, wall, at } = stands(site, id);
  assert.deepEqual([zone, wall, at], ["America/New_York", "2027-03-16T10:00", "2027-03-16T14:00:00.000Z"]);
});

test("a time that has passed and one that is none are refused in words; nothing moves", async (t) => {
  const site = await openCalendar(t);
  const id = site.plan("2026-11-25T17:30");
  const before = stands(site, id);
  for (const [date, time, said] of [
    ["2026-11-20", "17:30", /That time has passed\./],
    ["2026-11-22", "12:00", /That time has passed\./],
    ["2026-02-30", "17:30", /That is not a date and time\./],
    ["2026-11-26", "25:00", /That is not a date and time\./],
    ["", "", /That is not a date and time\./],
  ] as const) {
    const { status, html } = await move(site, { postId: id, date, time });
    assert.equal(status, 422, `${date} ${time}`);
    assert.match(html, said);
    assert.match(html, /The post stays where it was/);
    assert.match(html, /One post in November/);
    assert.deepEqual(stands(site, id), before);
  }
});

test("strangers move nothing, and learn nothing", async (t) => {
  const site = await openCalendar(t);
  const id = site.plan("2026-11-25T17:30");
  const before = stands(site, id);
  const theirs = await move(site, { postId: id, date: "2026-11-27", time: "17:30" }, site.strangerUrl);
  const nobodys = await move(site, { postId: "nobody", date: "2026-11-27", time: "17:30" }, site.strangerUrl);
  assert.deepEqual([theirs.status, nobodys.status], [404, 404]);
  assert.deepEqual(stands(site, id), before);
});

test("without the form's token nothing moves", async (t) => {
  const site = await openCalendar(t);
  const id = site.plan("2026-11-25T17:30");
  const { status } = await new Tab(site.url).post("/calendar/move", { postId: id, date: "2026-11-27", time: "17:30" });
  assert.equal(status, 403);
  assert.equal(stands(site, id).wall, "2026-11-25T17:30");
});

test("what was called off, in part or whole, is not sent on by moving the rest", async (t) => {
  const site = await openCalendar(t);
  const id = site.plan("2026-11-25T17:30", { platforms: ["tiktok", "tiktok"] });
  const { publishing, posts } = site.wired;
  publishing.cancel(site.workspace.id, publishing.ofPost(site.workspace.id, id)[0]!.id);
  const partly = await move(site, { postId: id, date: "2026-11-27", time: "17:30" });
  assert.equal(partly.status, 409);
  assert.match(partly.html, /A part of it has begun, has stopped or was called off\./);
  assert.deepEqual(
    stands(site, id)
      .due.map((line) => line.split(" ")[1])
      .sort(),
    ["cancelled", "scheduled"],
  );
  posts.callOff(site.workspace.id, id);
  const wholly = await move(site, { postId: id, date: "2026-11-27", time: "17:30" });
  assert.equal(wholly.status, 409);
  assert.equal(posts.find(site.workspace.id, id)?.state, "draft");
});

test("moved to where it is, nothing is written", async (t) => {
  const site = await openCalendar(t);
  const id = site.plan("2026-11-25T17:30");
  const version = site.wired.posts.find(site.workspace.id, id)?.version;
  const { after } = await move(site, { postId: id, date: "2026-11-25", time: "17:30" });
  assert.match(after, /It stays where it was\./);
  assert.equal(site.wired.posts.find(site.workspace.id, id)?.version, version);
});

test("what is looked at stays in view; a post that left it is followed", async (t) => {
  const site = await openCalendar(t);
  const id = site.plan("2026-11-25T17:30");
  const to = async (date: string) => (await move(site, { postId: id, date, time: "17:30" })).next;
  assert.equal(await to("2026-11-27"), "/calendar?view=month&at=2026-11-27");
  assert.equal(await to("2026-12-03"), "/calendar?view=month&at=2026-11-22");
  assert.equal(await to("2027-02-03"), "/calendar?view=month&at=2027-02-03");
});
