/** Every page, wide and on a phone, light and dark: accessible, quiet in the console, never wider than the window, usable by keyboard. */
import assert from "node:assert/strict";
import test from "node:test";
import type { Page } from "playwright-core";
import { openBrowser } from "../support/browser.ts";
import { startTestServer } from "../support/server.ts";
import { fill, PLATFORMS } from "./filled.ts";
import { look, notReached } from "./looking.ts";
import { signUpInBrowser } from "./person.ts";

test("every page in every look", async (t) => {
  const server = await startTestServer();
  const browser = await openBrowser();
  t.after(async () => {
    await browser.close();
    await server.close();
  });

  const stranger = await browser.newPage();
  await t.test("before anybody is here", (t) =>
    look(t, server, stranger, {
      "sign-up": "/sign-up",
      "deletion-unknown": { path: "/data-deletion/unknown", status: 404 },
      "lost-outside": { path: "/nowhere", status: 404 },
      sandbox: "/sandbox/",
      "api-docs": "/api/docs",
    }),
  );

  const first = await browser.newPage();
  await signUpInBrowser(first.page, server);
  await t.test("for those who are not signed in", (t) =>
    look(t, server, stranger, {
      "sign-up-closed": { path: "/sign-up", status: 403 },
      "sign-in": "/sign-in",
      "sign-in-wrong": { path: "/sign-in", status: 422, then: signInWrongly },
    }),
  );
  await stranger.close();
  await t.test("with nothing in it yet", (t) =>
    look(t, server, first, {
      "empty-today": "/",
      "empty-calendar": "/calendar",
      "empty-posts": "/posts",
      "empty-compose": "/posts/new",
      "empty-media": "/media",
      "empty-channels": "/channels",
      settings: "/settings",
      "settings-refused": { path: "/settings", status: 422, then: (page) => send(page, "Change email") },
      "settings-data": "/settings/account",
      "settings-data-refused": { path: "/settings/account", status: 422, then: (page) => send(page, "Delete account") },
      admin: "/admin",
      "admin-platforms": "/admin/platforms",
      lost: { path: "/nowhere", status: 404 },
      "too-old": { path: "/settings", status: 403, then: sendTooOld },
    }),
  );

  const { draft, four, published, planned, troubled, media, channels } = await fill(server, first);
  const several = `/posts/several?post=${draft}&post=${planned}&post=${published}&back=/posts`;
  await t.test("with a life in it", (t) =>
    look(t, server, first, {
      "full-today": "/",
      "calendar-month": "/calendar",
      "calendar-week": "/calendar?view=week",
      "calendar-day": "/calendar?view=day",
      "calendar-list": "/calendar?view=list",
      "calendar-move": `/calendar/move?view=month&postId=${planned}`,
      "full-posts": "/posts",
      "posts-chosen": { path: "/posts", then: (page) => page.getByLabel("All on this page").check() },
      "posts-nothing": "/posts?text=nothing-like-that",
      "several-times": `${several}&do=move`,
      "several-call-off": `${several}&do=call-off`,
      "several-copy": `${several}&do=copy`,
      "full-media": "/media",
      "media-refused": { path: "/media", status: 422, then: uploadWrongly },
      "media-refused-here": { path: "/media", part: 422, then: dropWrongly },
      "one-media": `/media/${media}`,
      "full-channels": "/channels",
      "channels-unfolded": { path: "/channels", then: unfold },
      disconnect: `/channels/${channels["tiktok"]}/disconnect`,
      "compose-four": { path: `/posts/${four}/edit`, then: unfold },
      "compose-own": { path: `/posts/${four}/edit`, then: (page) => differ(page, channels["instagram"]!) },
      "compose-refused": { path: "/posts/new", status: 422, then: (page) => publish(page, Object.values(channels)) },
      "full-post": `/posts/${published}`,
      "planned-post": `/posts/${planned}`,
      "troubled-post": `/posts/${troubled}`,
      "full-sandbox": "/sandbox/",
    }),
  );

  await t.test("by keyboard", async (t) => {
    for (const [path, names] of [
      ["/", [/New post|Write/]],
      ["/posts", [/New post|Write/, /Choose “/]],
      ["/calendar", [/New post/]],
      ["/posts/new", [/Publish now/]],
      ["/channels", PLATFORMS.map((name) => new RegExp(`Connect ${name}`))],
      ["/media", [/Upload/]],
      [`/posts/${four}/edit`, [...PLATFORMS.map((name) => new RegExp(`${name} · `)), /Publish now/]],
    ] as const) {
      await t.test(`on ${path} the Tab key reaches what there is to do`, async () => {
        await first.page.goto(server.url + path);
        assert.deepEqual(await notReached(first, names), []);
      });
    }

    await t.test("a channel's panel is folded and unfolded", async () => {
      await first.page.goto(`${server.url}/posts/${four}/edit`);
      const panel = first.page.locator(`#panel-${channels["facebook"]}`);
      const before = await panel.getAttribute("open");
      await notReached(first, [/Facebook · /]);
      await first.page.keyboard.press("Enter");
      assert.notEqual(await panel.getAttribute("open"), before);
    });

    await t.test("posts are chosen, and what to do with them is reached", async () => {
      await first.page.goto(`${server.url}/posts`);
      assert.deepEqual(await notReached(first, [/Choose “/]), []);
      await first.page.keyboard.press("Space");
      await first.page.getByText("1 chosen").waitFor();
      assert.deepEqual(await notReached(first, [/Another time/, /Duplicate/, /Call off/, /Choose none/]), []);
      await first.page.keyboard.press("Enter");
      await first.page.getByText("1 chosen").waitFor({ state: "hidden" });
    });
  });

  await t.test("what changes something", async (t) => {
    await look(t, server, first, {
      "several-done": { path: `${several}&do=copy`, then: (page) => send(page, /^Duplicate 3 posts/) },
    });
    await look(t, server, first, { choose: { path: "/channels", then: chooseFacebook } });
    await look(t, server, first, {
      receipt: {
        path: `/channels/${channels["tiktok"]}/disconnect`,
        then: (page) => send(page, "Disconnect and erase"),
      },
    });
    await look(t, server, first, { "admin-invite": { path: "/admin", then: (page) => send(page, /invite/i) } });
  });
});

/** Presses the button; the browser's own checks are left out, so that the server's words are seen. */
async function send(page: Page, name: string | RegExp): Promise<void> {
  await page.evaluate("for (const form of document.forms) form.noValidate = true");
  await Promise.all([
    page.waitForEvent("domcontentloaded"),
    page
      .getByRole("button", { name, exact: typeof name === "string" })
      .first()
      .click(),
  ]);
}

async function signInWrongly(page: Page): Promise<void> {
  await page.getByLabel("Email").fill("nobody@example.org");
  await page.getByLabel("Password").fill("not the password");
  await send(page, "Sign in");
}

async function sendTooOld(page: Page): Promise<void> {
  await page.evaluate("for (const field of document.querySelectorAll('[name=_csrf]')) field.value = 'old'");
  await send(page, "Change name");
}

/** As a browser without script sends it. */
async function uploadWrongly(page: Page): Promise<void> {
  await Promise.all([
    page.waitForEvent("domcontentloaded"),
    page.evaluate(`(() => {
      const form = document.getElementById("uploader");
      const files = new DataTransfer();
      files.items.add(new File(["not a film"], "film.mp4", { type: "video/mp4" }));
      form.elements.file.files = files.files;
      form.submit();
    })()`),
  ]);
}

async function dropWrongly(page: Page): Promise<void> {
  const file = { name: "notes.mp4", mimeType: "video/mp4", buffer: Buffer.from("not a film") };
  await page.locator('input[data-upload="library"]').setInputFiles(file);
  await page.locator(".upload.refused").waitFor();
}

async function unfold(page: Page): Promise<void> {
  await page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true");
  await page.locator(".asking").first().waitFor({ state: "detached" });
}

/** A channel with words and media of its own. */
async function differ(page: Page, id: string): Promise<void> {
  await page.locator(`#t-${id}`).click();
  await page.locator(`#own-text-${id}`).check();
  await page.locator(`#own-media-${id}`).check();
  await unfold(page);
}

/** Everywhere, with nothing written yet. */
async function publish(page: Page, channels: readonly string[]): Promise<void> {
  for (const id of channels) await page.locator(`label.chip:has(#channel-${id})`).click();
  await send(page, /^Publish now/);
}

/** The one of the sandbox who has several Pages, of which one cannot be chosen. */
async function chooseFacebook(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Connect Facebook", exact: true }).click();
  await page.getByLabel("Tomas Lind").check();
  await page.getByRole("button", { name: "Allow" }).click();
  await page.getByText("Late Trains").waitFor();
}
