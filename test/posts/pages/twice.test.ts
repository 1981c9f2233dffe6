/** A form that comes twice, as without script a double press, a reload or a retry sends it: one post, published once. */
import assert from "node:assert/strict";
import test from "node:test";
import { newId } from "../../../src/ids.ts";
import { Panel } from "../../support/panel.ts";
import { textOf } from "../../support/robot.ts";
import { openSite, Tab, type Answer, type Fields, type Site } from "./site.ts";

function ready(site: Site): Fields {
  const channel = site.channel("youtube");
  return {
    channels: channel,
    text: "Low tide",
    media: site.media("video"),
    [`o.${channel}.title`]: "Low tide",
    [`o.${channel}.privacyStatus`]: "private",
    [`o.${channel}.madeForKids`]: "false",
    timeZone: "Europe/Paris",
  };
}

const later = { date: "2026-12-01", time: "17:30" };

function hidden(html: string, name: string): string {
  return new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? "";
}

async function open(site: Site): Promise<{ tab: Tab; newId: string }> {
  const tab = new Tab(site.url);
  return { tab, newId: hidden((await tab.get("/posts/new")).html, "newId") };
}

const posts = (site: Site) => site.wired.posts.list(site.workspaceId, { limit: 10, cursor: null }).items;
const target = ({ status, headers }: Answer) => [status, headers.get("location")];

test("sent twice at once and once more after that, the form makes one post and leads to it each time", async (t) => {
  const site = await openSite(t);
  const fields = ready(site);
  for (const [act, time] of [["now", {}] as const, ["schedule", later] as const, ["draft", later] as const]) {
    const { tab, newId } = await open(site);
    const before = posts(site).length;
    const form = { ...fields, ...time, newId, do: act };
    const answers = await Promise.all([tab.post("/posts", form), tab.post("/posts", form)]);
    site.clock.push(90_000);
    answers.push(await tab.post("/posts", form));
    for (const answer of answers) assert.deepEqual(target(answer), [303, `/posts/${newId}`], act);
    assert.equal(posts(site).length, before + 1, act);
    const post = site.wired.posts.find(site.workspaceId, newId);
    assert.deepEqual([post?.state, post?.publications.length], act === "draft" ? ["draft", 0] : ["planned", 1]);
    const { html } = await tab.get(`/posts/${newId}`);
    assert.equal(/It was taken once, and this is the one post\./.test(textOf(html)), act !== "draft", act);
  }
});

test("what is published after a double press is there once", async (t) => {
  const panel = await Panel.open(["Facebook"]);
  t.after(() => panel.close());
  const { html } = await panel.robot.open(`${panel.url}/posts/new`);
  const values = { channels: panel.channels.get("facebook") ?? "", text: "Pressed twice" };
  const press = () => panel.robot.press("Publish now", values);
  const seen = await Promise.all([press(), press()]);
  const one = `${panel.url}/posts/${hidden(html, "newId")}`;
  assert.deepEqual(
    seen.map((page) => page.url),
    [one, one],
  );
  const { items } = await panel.api<{ items: Array<{ publications: Array<{ id: string }> }> }>("GET", "/posts");
  const publications = items.flatMap((item) => item.publications);
  for (const { id } of publications) await panel.until(id, ["published"]);
  assert.deepEqual([items.length, publications.length, panel.landed("Pressed twice")], [1, 1, 1]);
});

test("other words under the same form are neither sent nor lost: they come back with a way to keep them", async (t) => {
  const site = await openSite(t);
  const { tab, newId } = await open(site);
  const form = { ...ready(site), newId };
  await tab.post("/posts", { ...form, do: "now" });
  for (const changed of [
    { text: "High tide", do: "now" },
    { text: "Low tide", ...later, do: "schedule" },
  ]) {
    const answer = await tab.post("/posts", { ...form, ...changed });
    assert.equal(answer.status, 409);
    assert.match(textOf(answer.html), /Keep mine as a new copy/);
    assert.ok(answer.html.includes(`${changed.text}</textarea>`));
  }
  assert.deepEqual([posts(site).length, posts(site)[0]?.text], [1, "Low tide"]);
  const copy = await tab.post("/posts", { ...form, text: "High tide", do: "copy" });
  assert.equal(copy.status, 303);
  assert.deepEqual(
    posts(site)
      .map((post) => [post.text, post.state])
      .sort(),
    [
      ["High tide", "draft"],
      ["Low tide", "planned"],
    ],
  );
});

test("autosave and the button make one post whichever comes first; a late autosave calls nothing off", async (t) => {
  const site = await openSite(t);
  const fields = ready(site);
  const first = await open(site);
  const form = { ...fields, newId: first.newId };
  const saved = await first.tab.post("/posts/autosave", { ...form, text: "Low" }, true);
  assert.deepEqual([hidden(saved.html, "id"), hidden(saved.html, "newId")], [first.newId, ""]);
  const again = await first.tab.post("/posts/autosave", { ...form, text: "Low" }, true);
  assert.equal(hidden(again.html, "version"), "1", "its answer was lost");
  assert.deepEqual(target(await first.tab.post("/posts", { ...form, do: "now" })), [303, `/posts/${first.newId}`]);
  const late = await first.tab.post("/posts/autosave", { ...form, text: "Low" }, true);
  assert.match(textOf(late.html), /was not saved over it/);
  assert.deepEqual(
    posts(site).map((post) => [post.text, post.state]),
    [["Low tide", "planned"]],
  );

  const { tab, newId } = await open(site);
  const racing = { ...fields, newId };
  const [pressed] = await Promise.all([
    tab.post("/posts", { ...racing, do: "now" }),
    tab.post("/posts/autosave", { ...racing, text: "Low" }, true),
  ]);
  assert.deepEqual(target(pressed), [303, `/posts/${newId}`]);
  const post = site.wired.posts.find(site.workspaceId, newId);
  assert.deepEqual([posts(site).length, post?.text, post?.state], [2, "Low tide", "planned"]);
});

test("a refused form that is sent again is kept as one draft", async (t) => {
  const site = await openSite(t);
  const { tab, newId } = await open(site);
  const form = { ...ready(site), media: "", newId, do: "now" };
  for (let n = 0; n < 3; n += 1) {
    const answer = await tab.post("/posts", form);
    assert.deepEqual([answer.status, hidden(answer.html, "id"), hidden(answer.html, "version")], [422, newId, "1"]);
  }
  assert.equal(posts(site).length, 1);
});

test("the id of another workspace's post is nobody's, and a missing or broken one is replaced", async (t) => {
  const site = await openSite(t);
  const { tab, newId: taken } = await open(site);
  await tab.post("/posts", { text: "Mine", newId: taken, do: "draft" });
  const stranger = new Tab(site.strangerUrl);
  await stranger.get("/posts/new");
  for (const [path, act] of [
    ["/posts", "draft"],
    ["/posts/autosave", ""],
  ] as const) {
    assert.equal((await stranger.post(path, { text: "Theirs", newId: taken, do: act })).status, 404, path);
  }
  assert.equal(site.wired.posts.find(site.workspaceId, taken)?.text, "Mine");
  const bad = ["", "x", "../etc", taken.toUpperCase(), `${taken}0`, newId().replace(/-7/, "-4")];
  for (const id of bad) {
    const answer = await tab.post("/posts", { text: "Mine", newId: id, do: "draft" });
    assert.equal(answer.status, 303, id);
  }
  assert.equal((await tab.post("/posts", { text: "Mine", do: "draft" })).status, 303);
  assert.equal(new Set(posts(site).map((post) => post.id)).size, bad.length + 2);
});
