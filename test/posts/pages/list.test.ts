/** The list of posts: filters in the address, pages without a gap, a period on the workspace's clock, the piece for htmx. */
import assert from "node:assert/strict";
import test from "node:test";
import { periodOf, readPeriod } from "../../../src/posts/pages/periods.ts";
import { Robot, textOf } from "../../support/robot.ts";
import { plan, stand } from "./planned.ts";
import { openSite, Tab } from "./site.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const titles = (html: string): string[] =>
  [...html.matchAll(/<p>((?:Brass|Steel)[^<]*)<\/p>/g)].map(([, title = ""]) => title);

test("the list filters by state, channel and words, and goes on page by page without a gap", async (t) => {
  const site = await openSite(t);
  const [tiktok, youtube] = [site.channel("tiktok"), site.channel("youtube")];
  const failed = plan(site, "Brass 100%", HOUR, tiktok);
  stand(site, failed.publicationId, "failed");
  for (let i = 0; i < 34; i += 1) {
    site.clock.push(1000);
    plan(site, `Steel ${String(i).padStart(2, "0")}`, HOUR, youtube);
  }
  const tab = new Tab(site.url);
  for (const filter of ["", "when=next30", "text=st", `channel=${youtube}`, "state=scheduled&text=steel"]) {
    const first = await tab.get(`/posts?${filter}`);
    const more = /href="(\/posts\?[^"]*cursor=[^"]+)">More posts/.exec(first.html)?.[1]?.replaceAll("&amp;", "&") ?? "";
    const all = [...titles(first.html), ...titles((await tab.get(more)).html)];
    const expected = ["", "when=next30"].includes(filter) ? 35 : 34;
    assert.equal(all.length, expected, filter);
    assert.equal(new Set(all).size, expected, filter);
    if (filter === "") assert.equal(all[0], "Steel 33");
  }
  assert.deepEqual(titles((await tab.get("/posts?state=needs")).html), ["Brass 100%"]);
  assert.deepEqual(titles((await tab.get(`/posts?channel=${tiktok}`)).html), ["Brass 100%"]);
  assert.deepEqual(titles((await tab.get("/posts?text=BRA")).html), ["Brass 100%"]);
  assert.match(textOf((await tab.get("/posts?text=copper")).html), /No post fits these filters/);
  assert.match(textOf((await tab.get("/posts?text=%22%29+OR+*")).html), /No post fits these filters/);
  assert.equal((await tab.get("/posts?cursor=nonsense")).status, 400);
  assert.deepEqual(titles((await new Tab(site.strangerUrl).get("/posts?text=bra")).html), []);
});

test("a period is chosen without a script and stands in the address with everything else", async (t) => {
  const site = await openSite(t);
  // It is Sunday 13:00 in Paris: Monday morning is another week.
  for (const [text, inMs] of [
    ["Brass tonight", 5 * HOUR],
    ["Brass tomorrow", DAY],
    ["Steel in June", 200 * DAY],
  ] as const)
    plan(site, text, inMs);
  stand(site, plan(site, "Steel before", -2 * DAY).publicationId, "published");
  const robot = new Robot();
  const found = async (values: Record<string, string>): Promise<string[]> => {
    await robot.open(`${site.url}/posts`);
    await robot.press("Find", values);
    return titles(robot.page.html);
  };
  assert.deepEqual(await found({ when: "today" }), ["Brass tonight"]);
  assert.deepEqual(await found({ when: "week" }), ["Steel before", "Brass tonight"]);
  assert.deepEqual(await found({ when: "next30" }), ["Brass tonight", "Brass tomorrow"]);
  assert.deepEqual(await found({ when: "past" }), ["Steel before"]);
  assert.deepEqual(await found({ when: "dates", from: "2026-11-23", to: "2026-11-23" }), ["Brass tomorrow"]);
  assert.deepEqual(await found({ when: "dates", from: "2026-11-23", text: "steel" }), ["Steel in June"]);
  assert.match(robot.page.url, /text=steel/);
  assert.match(robot.page.html, /name="from" value="2026-11-23"/);
  await found({ when: "dates", from: "2026-11-24", to: "2026-11-23" });
  assert.ok(robot.has("The first day comes after the last."));
  await found({ when: "dates", from: "2026-02-30" });
  assert.ok(robot.has("That is not a date."));
});

test("days begin at midnight of the zone, also where the clocks change", () => {
  const now = Date.UTC(2026, 9, 25, 12);
  const of = (fields: Record<string, string>, zone = "Europe/Paris") =>
    periodOf(
      readPeriod((name) => fields[name] ?? ""),
      zone,
      now,
    );
  const long = of({ when: "today" });
  assert.deepEqual([long.from, long.to], [Date.UTC(2026, 9, 24, 22), Date.UTC(2026, 9, 25, 23)], "a day of 25 hours");
  assert.equal(of({ when: "today" }, "Asia/Tokyo").from, Date.UTC(2026, 9, 24, 15));
  assert.deepEqual(of({ when: "week" }), {
    from: Date.UTC(2026, 9, 18, 22),
    to: Date.UTC(2026, 9, 25, 23),
    past: false,
    problem: null,
  });
  assert.equal(of({ to: "2026-10-24" }).past, true);
  assert.equal(of({ to: "2026-10-25" }).past, false);
  for (const when of ["nonsense", ""]) assert.deepEqual(of({ when }), { past: false, problem: null });
  for (const from of ["0000-01-01", "9999-12-31", "2026-1-1", "x"])
    assert.match(of({ from }).problem ?? "", /not a date/);
});

test("what htmx asks for is the same list, with the address it has", async (t) => {
  const site = await openSite(t);
  plan(site, "Brass tonight");
  const reply = await fetch(`${site.url}/posts?text=bra&channel=&when=`, {
    headers: { "hx-request": "true", "hx-request-type": "partial" },
  });
  const html = await reply.text();
  assert.deepEqual(titles(html), ["Brass tonight"]);
  assert.doesNotMatch(html, /<html|filter-text/);
  assert.equal(reply.headers.get("hx-replace-url"), "/posts?text=bra");
});

test("what is typed comes back as text, never as markup", async (t) => {
  const site = await openSite(t);
  plan(site, '<img src=x onerror="x"> Brass');
  const typed = encodeURIComponent('"><script>x</script>');
  for (const path of [`/posts?text=${typed}`, `/posts?channel=${typed}`, `/posts?from=${typed}`, "/posts?text=img"]) {
    const { html } = await new Tab(site.url).get(path);
    assert.doesNotMatch(html, /<script>x|<img src=x/, path);
  }
});
