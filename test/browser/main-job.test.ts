/** The main job in a real browser: sign up, connect, upload, write, schedule, and see it published live. */
import assert from "node:assert/strict";
import test from "node:test";
import { openBrowser } from "../support/browser.ts";
import { startTestServer } from "../support/server.ts";
import {
  assertClean,
  channelIds,
  connect,
  inAMinute,
  settleChoices,
  signUpInBrowser,
  uploadOnCompose,
} from "./person.ts";

test("from sign-up to published, in a browser", async (t) => {
  const server = await startTestServer();
  const browser = await openBrowser();
  const watched = await browser.newPage();
  const { page } = watched;
  t.after(async () => {
    await watched.screenshot("main-job-last").catch(() => undefined);
    await browser.close();
    await server.close();
  });

  await t.test("sign up", () => signUpInBrowser(page, server));
  await t.test("connect TikTok and YouTube through their consent pages", async () => {
    for (const platform of ["TikTok", "YouTube"]) await connect(page, server, platform);
    assert.deepEqual(Object.keys(channelIds(server)).sort(), ["tiktok", "youtube"]);
    assert.equal(await page.getByRole("button", { name: "Disconnect" }).count(), 2);
  });
  const ids = channelIds(server);

  await t.test("upload a video and see it measured", async () => {
    await page.goto(`${server.url}/posts/new`);
    for (const id of Object.values(ids)) await page.locator(`label.chip:has(#channel-${id})`).click();
    const progressed = await uploadOnCompose(page);
    assert.ok(progressed, "an upload shows its progress");
  });

  await t.test("write the post, with its own words for YouTube", async () => {
    await page.getByLabel("Text", { exact: true }).fill("Low tide at six #bay");
    await settleChoices(page, ids, "Low tide, the long cut");
    await page.locator(`#t-${ids["youtube"]}`).click();
    await page.locator(`#own-text-${ids["youtube"]}`).check();
    await page.locator(`#text-${ids["youtube"]}`).fill("The whole walk, from the harbour to the point.");
    await watched.screenshot("main-job-compose");
  });

  await t.test("schedule it", async () => {
    await page.getByLabel("Time zone").selectOption("Europe/Paris");
    const { date, time } = inAMinute(server, "Europe/Paris");
    await page.getByLabel("Date").fill(date);
    await page.getByLabel("Time", { exact: true }).fill(time);
    await page.getByRole("button", { name: /^Schedule for/ }).click();
    await page.waitForURL(/\/posts\/[0-9a-f-]{36}$/);
    assert.equal(await page.locator(".publication .state", { hasText: "Scheduled" }).count(), 2);
  });

  await t.test("see it published live, with links", async () => {
    await page.evaluate("globalThis.sameDocument = true");
    server.clock.push(90_000);
    server.running.wired.house.runner.wake();
    await page.locator(".publication .state", { hasText: "Published" }).nth(1).waitFor({ timeout: 30_000 });
    // TikTok gives the link a little after it says that the post is there.
    server.clock.push(20_000);
    server.running.wired.house.runner.wake();
    for (const platform of ["TikTok", "YouTube"]) {
      await page.getByRole("link", { name: `Open on ${platform}` }).waitFor({ timeout: 30_000 });
    }
    assert.equal(await page.evaluate("globalThis.sameDocument"), true, "the page was not loaded anew");
    await watched.screenshot("main-job-published");
  });

  await t.test("the world sees what was written, once", async () => {
    const feed = server.world.feed();
    assert.equal(feed.length, 2);
    const youtube = feed.find((item) => item.platform === "youtube")!;
    assert.equal(youtube.title, "Low tide, the long cut");
    assert.equal(youtube.text, "The whole walk, from the harbour to the point.");
    assert.match(
      feed.find((item) => item.platform === "tiktok")!.text + feed.find((item) => item.platform === "tiktok")!.title,
      /Low tide at six #bay/,
    );
    await page.goto(`${server.url}/sandbox/`);
    await page.getByText("Low tide, the long cut").waitFor();
  });

  assertClean(watched.faults);
});
