/** Icons: in a whole page each is drawn once; in a piece of a page each is whole, because nobody knows what it is put into. */
import assert from "node:assert/strict";
import test from "node:test";
import { findPlatform } from "../../src/platforms/index.ts";
import { iconSheet, inlineIcons } from "../../src/web/icons.ts";
import { openSite, Tab } from "../posts/pages/site.ts";

const youtube = findPlatform("youtube")!;

/** Ids of the symbols that a page has, and of those that its icons refer to. */
function idsIn(html: string): { drawn: string[]; shown: Set<string> } {
  const all = (pattern: RegExp): string[] => Array.from(html.matchAll(pattern), (found) => found[1]!);
  return { drawn: all(/<symbol id="([^"]+)"/g), shown: new Set(all(/<use href="#([^"]+)"/g)) };
}

test("a sheet draws what was used, once, and only for the page it was made for", () => {
  const sheet = iconSheet();
  assert.equal(sheet.symbols(), "");
  for (const shown of [sheet.icon("copy"), sheet.icon("copy"), sheet.platformMark(youtube)])
    assert.doesNotMatch(shown, /<path/);
  assert.deepEqual(idsIn(sheet.symbols()).drawn, ["icon-copy", "mark-youtube"]);
  assert.equal(iconSheet().symbols(), "");
  assert.match(sheet.platformMark(youtube), /role="img" aria-label="YouTube"/);
  assert.match(sheet.icon("copy"), /aria-hidden="true"/);
});

test("in a piece of a page every icon is whole", () => {
  assert.match(inlineIcons.icon("copy"), /^<svg class="icon"[^>]*><(rect|path)/);
  assert.match(inlineIcons.platformMark(youtube), /<path d="/);
  assert.equal(inlineIcons.symbols(), "");
});

test("pages carry every icon they show; what htmx asks for refers to none", async (t) => {
  const site = await openSite(t);
  site.channel("youtube");
  const tab = new Tab(site.url);
  for (const path of ["/", "/posts/new", "/not-there"]) {
    const { drawn, shown } = idsIn((await tab.get(path)).html);
    assert.deepEqual(new Set(drawn), shown, path);
    assert.equal(drawn.length, shown.size, path);
    assert.ok(drawn.length > 5, path);
  }
  // Also where htmx takes a piece out of a whole page.
  for (const kind of ["partial", "full"]) {
    const headers = { "hx-request": "true", "hx-request-type": kind };
    const answer = await fetch(`${site.url}/posts/new`, { headers });
    const html = await answer.text();
    assert.match(html, /<svg class="mark"[^>]*><path/);
    assert.doesNotMatch(html, /<use /);
  }
});
