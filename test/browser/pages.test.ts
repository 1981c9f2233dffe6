/** Every page, wide and on a phone, light and dark: accessible, quiet in the console, never wider than the window, usable by keyboard. */
import assert from "node:assert/strict";
import { openAsBlob } from "node:fs";
import test from "node:test";
import { axe, openBrowser, PHONE, sidewaysScroll, WIDE, type WatchedPage } from "../support/browser.ts";
import { apiKey, clip, startTestServer, type TestServer } from "../support/server.ts";
import { channelIds, connect, signUpInBrowser } from "./person.ts";

const looks = [
  { name: "wide-light", viewport: WIDE, colorScheme: "light", rules: "all" },
  { name: "wide-dark", viewport: WIDE, colorScheme: "dark", rules: "colours" },
  { name: "phone-dark", viewport: PHONE, colorScheme: "dark", rules: "colours" },
  { name: "phone-light", viewport: PHONE, colorScheme: "light", rules: "all" },
] as const;

test("every page in every look", async (t) => {
  const server = await startTestServer();
  const browser = await openBrowser();
  t.after(async () => {
    await browser.close();
    await server.close();
  });

  const stranger = await browser.newPage();
  await t.test("before signing in", (t) =>
    look(t, server, stranger, {
      "sign-up": "/sign-up",
      "sign-in": "/sign-in",
      sandbox: "/sandbox/",
      "api-docs": "/api/docs",
    }),
  );
  await stranger.close();

  const first = await browser.newPage();
  await signUpInBrowser(first.page, server);
  await t.test("with nothing in it yet", (t) =>
    look(t, server, first, {
      "empty-today": "/",
      "empty-calendar": "/calendar",
      "empty-posts": "/posts",
      "empty-compose": "/posts/new",
      "empty-media": "/media",
      "empty-channels": "/channels",
      settings: "/settings",
      "settings-data": "/settings/account",
      admin: "/admin",
      "admin-platforms": "/admin/platforms",
    }),
  );

  const { draft, published, media, channel } = await fill(server, first);
  await t.test("with a life in it", (t) =>
    look(t, server, first, {
      "full-today": "/",
      "calendar-month": "/calendar",
      "calendar-week": "/calendar?view=week",
      "calendar-day": "/calendar?view=day",
      "calendar-list": "/calendar?view=list",
      "full-posts": "/posts",
      "full-media": "/media",
      "one-media": `/media/${media}`,
      "full-channels": "/channels",
      disconnect: `/channels/${channel}/disconnect`,
      "full-compose": `/posts/${draft}/edit`,
      "full-post": `/posts/${published}`,
      "full-sandbox": "/sandbox/",
    }),
  );

  for (const [path, name] of [
    ["/", /New post|Write/],
    ["/posts", /New post|Write/],
    ["/calendar", /New post/],
    ["/posts/new", /Publish now/],
    ["/channels", /Connect TikTok/],
    ["/media", /Upload/],
  ] as const) {
    await t.test(`on ${path} the Tab key reaches ${name.source}`, async () => {
      await first.page.goto(server.url + path);
      assert.ok(await tabTo(first, name));
    });
  }

  await t.test("a page that is not there says so", async () => {
    const lost = await first.another({ expected: /404/ });
    const reply = await lost.page.goto(`${server.url}/nowhere`);
    assert.equal(reply?.status(), 404);
    assert.deepEqual(await axe(lost.page), []);
    assert.deepEqual(lost.faults, []);
    await lost.close();
  });
});

type Sub = { test(name: string, work: () => Promise<void>): Promise<void> };

/** One load a page; then window and colours change around it, as they do for people. */
async function look(t: Sub, server: TestServer, watched: WatchedPage, pages: Record<string, string>): Promise<void> {
  const { page } = watched;
  for (const [name, path] of Object.entries(pages)) {
    await t.test(name, async () => {
      watched.faults.length = 0;
      const reply = await page.goto(server.url + path);
      assert.equal(reply?.status(), 200, path);
      await page.evaluate("document.fonts.ready.then(() => true)");
      for (const { name: appearance, viewport, colorScheme, rules } of looks) {
        await page.setViewportSize(viewport);
        await page.emulateMedia({ colorScheme });
        await watched.screenshot(`${name}-${appearance}`);
        assert.deepEqual(await axe(page, rules), [], `axe, ${appearance}`);
        assert.equal(await sidewaysScroll(page), 0, `it scrolls sideways, ${appearance}`);
      }
      assert.deepEqual(watched.faults, []);
    });
  }
}

interface Filled {
  draft: string;
  published: string;
  media: string;
  channel: string;
}

/** Two channels, a video, a draft and a post that went out. */
async function fill(server: TestServer, watched: WatchedPage): Promise<Filled> {
  for (const platform of ["TikTok", "YouTube"]) await connect(watched.page, server, platform);
  const ids = channelIds(server);
  const authorization = `Bearer ${apiKey(server)}`;
  const post = async <T>(target: string, body: FormData | string): Promise<T> => {
    const headers: Record<string, string> = { authorization };
    if (typeof body === "string") headers["content-type"] = "application/json";
    const reply = await fetch(`${server.url}/api/v1${target}`, { method: "POST", headers, body });
    const answer = (await reply.json()) as T;
    assert.equal(reply.status, 201, JSON.stringify(answer));
    return answer;
  };
  const form = new FormData();
  form.append("file", await openAsBlob(clip, { type: "video/mp4" }), "clip.mp4");
  const media = (await post<{ id: string }>("/media", form)).id;
  await appears(server, "SELECT 1 FROM media WHERE state = 'ready'");
  const options = {
    tiktok: { mode: "inbox" },
    youtube: { title: "Low tide, the long cut", privacyStatus: "public", madeForKids: false },
  };
  const channels = (["tiktok", "youtube"] as const).map((id) => ({ channelId: ids[id], options: options[id] }));
  const body = { text: "Low tide at six, and the whole bay to ourselves", media: [media], channels };
  const draft = await post<{ id: string }>("/posts", JSON.stringify({ ...body, publish: "draft" }));
  const published = await post<{ id: string }>("/posts", JSON.stringify({ ...body, publish: "now" }));
  await appears(server, "SELECT 1 FROM publications WHERE state = 'published'");
  return { draft: draft.id, published: published.id, media, channel: ids["tiktok"]! };
}

async function appears(server: TestServer, sql: string): Promise<void> {
  const { db, runner } = server.running.wired.house;
  for (let i = 0; i < 400 && db.get(sql) === undefined; i += 1) {
    server.clock.push(50);
    runner.wake();
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  assert.ok(db.get(sql), sql);
}

/** Presses Tab until what has the focus bears this name; false when it never does. */
async function tabTo({ page }: WatchedPage, name: RegExp): Promise<boolean> {
  await page.locator("body").press("Tab");
  for (let i = 0; i < 120; i += 1) {
    const focused = (await page.evaluate(
      "(() => { const e = document.activeElement; return [e?.innerText, e?.getAttribute('aria-label'), e?.title, e?.labels?.[0]?.innerText].filter(Boolean).join(' ') })()",
    )) as string;
    if (name.test(focused)) return true;
    await page.keyboard.press("Tab");
  }
  return false;
}
