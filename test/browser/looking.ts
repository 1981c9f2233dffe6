/** Looks at pages in every look, several side by side: accessible, quiet in the console, never wider than the window. */
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import type { Page } from "playwright-core";
import { axe, PHONE, sidewaysScroll, WIDE, type WatchedPage } from "../support/browser.ts";
import type { TestServer } from "../support/server.ts";

/** `kept`: there is a picture of it afterwards; each window and each scheme once. */
const looks = [
  { name: "wide-light", viewport: WIDE, colorScheme: "light", rules: "all", kept: true },
  { name: "wide-dark", viewport: WIDE, colorScheme: "dark", rules: "colours", kept: false },
  { name: "phone-dark", viewport: PHONE, colorScheme: "dark", rules: "colours", kept: true },
  { name: "phone-light", viewport: PHONE, colorScheme: "light", rules: "all", kept: false },
] as const;

const SIDE_BY_SIDE = 4;

/**
 * A path, or where to start and what a person does there until the page to be looked at stands. `status` is the page's answer,
 * `part` the one to something that a script asked for and is refused on purpose.
 */
export type View = string | { path: string; status?: number; part?: number; then?: (page: Page) => Promise<unknown> };

interface Looker {
  watched: WatchedPage;
  /** Of every page and of everything that was refused, in their order. */
  answers: Array<{ status: number; isPage: boolean; url: string }>;
}

/** One load a page; then window and colours change around it, as they do for people. Views must not get in each other's way. */
export async function look(
  t: TestContext,
  server: TestServer,
  watched: WatchedPage,
  views: Record<string, View>,
): Promise<void> {
  const all = Object.entries(views);
  const free = await Promise.all(all.slice(0, SIDE_BY_SIDE).map(() => looker(watched)));
  const open = [...free];
  await t.test("side by side", { concurrency: open.length }, async (t) => {
    const one = async (name: string, view: View): Promise<void> => {
      const at = free.pop()!;
      try {
        await arrive(at, server, view);
        await judge(at.watched, name);
      } finally {
        free.push(at);
      }
    };
    await Promise.all(all.map(([name, view]) => t.test(name, () => one(name, view))));
  });
  await Promise.all(open.map(({ watched }) => watched.close()));
}

async function looker(watched: WatchedPage): Promise<Looker> {
  // What is refused shows in the console, too; `arrive` knows which of it belongs.
  const other = await watched.another({ expected: /responded with a status of 4\d\d/ });
  const answers: Looker["answers"] = [];
  other.page.on("response", (response) => {
    const isPage = response.request().isNavigationRequest();
    if (isPage || response.status() >= 400) answers.push({ status: response.status(), isPage, url: response.url() });
  });
  return { watched: other, answers };
}

async function arrive({ watched, answers }: Looker, server: TestServer, view: View): Promise<void> {
  const { path, status = 200, part, then } = typeof view === "string" ? { path: view } : view;
  const { page } = watched;
  watched.faults.length = 0;
  answers.length = 0;
  await page.setViewportSize(WIDE);
  await page.goto(server.url + path);
  await then?.(page);
  assert.equal(answers.findLast(({ isPage }) => isPage)?.status, status, page.url());
  const refused = answers.filter((one) => one.status >= 400 && one.status !== (one.isPage ? status : part));
  assert.deepEqual(refused, []);
  await page.evaluate("document.fonts.ready.then(() => true)");
}

async function judge({ page, faults, screenshot }: WatchedPage, name: string): Promise<void> {
  for (const { name: appearance, viewport, colorScheme, rules, kept } of looks) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme });
    if (kept) await screenshot(`${name}-${appearance}`);
    assert.deepEqual(await axe(page, rules), [], `axe, ${appearance}`);
    assert.equal(await sidewaysScroll(page), 0, `it scrolls sideways, ${appearance}`);
  }
  assert.deepEqual(faults, []);
}

/** Presses Tab through the page and returns which of these names nothing bore that had the focus. */
export async function notReached({ page }: WatchedPage, names: readonly RegExp[]): Promise<RegExp[]> {
  let left = [...names];
  await page.locator("body").press("Tab");
  for (let i = 0; i < 250 && left.length > 0; i += 1) {
    const focused = (await page.evaluate(
      "(() => { const e = document.activeElement; return [e?.innerText, e?.getAttribute('aria-label'), e?.title, e?.labels?.[0]?.innerText].filter(Boolean).join(' ') })()",
    )) as string;
    left = left.filter((name) => !name.test(focused));
    if (left.length > 0) await page.keyboard.press("Tab");
  }
  return left;
}
