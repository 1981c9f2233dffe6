/** Every page, wide and on a phone, light and dark: accessible, quiet in the console, never wider than the window, usable by keyboard. */
import assert from "node:assert/strict";
import { openAsBlob } from "node:fs";
import test from "node:test";
import {
  axe,
  openBrowser,
  PHONE,
  sidewaysScroll,
  WIDE,
  type TestBrowser,
  type WatchedPage,
} from "../support/browser.ts";
import { apiKey, clip, startTestServer, type TestServer } from "../support/server.ts";
import { channelIds, connect, signUpInBrowser } from "./person.ts";

const looks = [
  { name: "wide-light", viewport: WIDE, dark: false },
  { name: "wide-dark", viewport: WIDE, dark: true },
  { name: "phone-light", viewport: PHONE, dark: false },
  { name: "phone-dark", viewport: PHONE, dark: true },
];

test("every page in every look", { concurrency: false }, async (t) => {
  const server = await startTestServer();
  const browser = await openBrowser();
  t.after(async () => {
    await browser.close();
    await server.close();
  });

  await t.test("before signing in", async (t) => {
    await look(t, server, browser, null, { "sign-up": "/sign-up", "sign-in": "/sign-in", sandbox: "/sandbox/" });
  });

  const first = await browser.newPage();
  await signUpInBrowser(first.page, server);
  await t.test("with nothing in it yet", async (t) => {
    const empty = {
      today: "/",
      posts: "/posts",
      media: "/media",
      channels: "/channels",
      settings: "/settings",
    };
    await look(t, server, browser, first, prefixed("empty", empty));
  });

  const { draft, published } = await fill(server, first);
  await t.test("with a life in it", async (t) => {
    const full = {
      today: "/",
      posts: "/posts",
      media: "/media",
      channels: "/channels",
      compose: "/posts/new",
      draft: `/posts/${draft}/edit`,
      post: `/posts/${published}`,
    };
    await look(t, server, browser, first, prefixed("full", full));
  });

  await t.test("the main actions are reached by keyboard", async () => {
    for (const [path, name] of [
      ["/", /New post|Write/],
      ["/posts/new", /Publish now/],
      ["/channels", /Connect TikTok|Disconnect/],
      ["/media", /Upload/],
    ] as const) {
      await first.page.goto(server.url + path);
      assert.ok(await tabTo(first, name), `${path}: ${name} is not reached with the Tab key`);
    }
  });

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

async function look(
  t: Sub,
  server: TestServer,
  browser: TestBrowser,
  signedIn: WatchedPage | null,
  pages: Record<string, string>,
): Promise<void> {
  for (const [name, path] of Object.entries(pages)) {
    for (const appearance of looks) {
      await t.test(`${name}, ${appearance.name}`, async () => {
        const watched = signedIn ? await signedIn.another(appearance) : await browser.newPage(appearance);
        try {
          const reply = await watched.page.goto(server.url + path);
          assert.equal(reply?.status(), 200, path);
          await watched.page.evaluate("document.fonts.ready.then(() => true)");
          await watched.screenshot(`${name}-${appearance.name}`);
          assert.deepEqual(await axe(watched.page), [], "axe");
          assert.equal(await sidewaysScroll(watched.page), 0, "the page scrolls sideways");
          assert.deepEqual(watched.faults, []);
        } finally {
          await watched.close();
        }
      });
    }
  }
}

function prefixed(prefix: string, pages: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(pages).map(([name, path]) => [`${prefix}-${name}`, path]));
}

/** Two channels, a video, a draft and a post that went out. */
async function fill(server: TestServer, watched: WatchedPage): Promise<{ draft: string; published: string }> {
  for (const platform of ["TikTok", "YouTube"]) await connect(watched.page, server, platform);
  const ids = channelIds(server);
  const authorization = `Bearer ${apiKey(server)}`;
  const form = new FormData();
  form.append("file", await openAsBlob(clip, { type: "video/mp4" }), "clip.mp4");
  const media = (await (
    await fetch(`${server.url}/api/v1/media`, { method: "POST", headers: { authorization }, body: form })
  ).json()) as { id: string };
  const { db, runner } = server.running.wired.house;
  const done = async (sql: string): Promise<void> => {
    for (let i = 0; i < 400 && db.get(sql) === undefined; i += 1)
      await new Promise((resolve) => setTimeout(resolve, 25));
  };
  await done("SELECT 1 FROM media WHERE state = 'ready'");
  const post = async (body: object): Promise<string> => {
    const reply = await fetch(`${server.url}/api/v1/posts`, {
      method: "POST",
      headers: { authorization, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const answer = (await reply.json()) as { id: string };
    assert.equal(reply.status, 201, JSON.stringify(answer));
    return answer.id;
  };
  const options = {
    tiktok: { mode: "inbox" },
    youtube: { title: "Low tide, the long cut", privacyStatus: "public", madeForKids: false },
  };
  const channels = (["tiktok", "youtube"] as const).map((id) => ({ channelId: ids[id], options: options[id] }));
  const text = "Low tide at six, and the whole bay to ourselves";
  const draft = await post({ text, media: [media.id], publish: "draft", channels });
  const published = await post({ text, media: [media.id], publish: "now", channels });
  server.clock.push(5000);
  runner.wake();
  await done("SELECT 1 FROM publications WHERE state = 'published'");
  return { draft, published };
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
