/** In a real browser: several posts chosen with mouse, shift and keyboard, moved together; the compose bar on a phone. */
import assert from "node:assert/strict";
import test from "node:test";
import { signUpInBrowser } from "../../browser/person.ts";
import { axe, openBrowser, PHONE, sidewaysScroll } from "../../support/browser.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { addChannel, addMedia } from "../core/rows.ts";

const DAY = 86_400_000;

/** Six posts for the days to come, each on the hour. */
function fill(server: TestServer): string[] {
  const { house, posts, publishing } = server.running.wired;
  const { account_id: accountId, workspace_id: workspaceId } = house.db.get<{
    account_id: string;
    workspace_id: string;
  }>("SELECT account_id, workspace_id FROM memberships")!;
  const channelId = addChannel(house, workspaceId, "tiktok", "ready");
  const media = [addMedia(house, workspaceId, "video", "ready")];
  const first = Math.ceil(house.clock.now() / DAY) * DAY + DAY;
  return [0, 1, 2, 3, 4, 5].map((n) => {
    const at = first + n * DAY;
    const channels = [{ channelId, options: { mode: "inbox" } }];
    const input = { text: `Post ${n}`, media, scheduledAt: at, timeZone: "UTC", channels };
    const { id } = posts.saveDraft(workspaceId, accountId, input);
    publishing.plan(workspaceId, id, [channelId], at);
    house.db.run("UPDATE posts SET state = 'planned' WHERE id = ?", [id]);
    return id;
  });
}

test("several are chosen by mouse, shift and keyboard and moved together; the bar of the form is in reach on a phone", async (t) => {
  const server = await startTestServer();
  const browser = await openBrowser();
  t.after(async () => {
    await browser.close();
    await server.close();
  });
  const wide = await browser.newPage();
  const { page } = wide;
  await signUpInBrowser(page, server);
  const ids = fill(server);
  const at = (n: number): number =>
    server.running.wired.house.db.get<{ scheduled_at: number }>("SELECT scheduled_at FROM posts WHERE id = ?", [
      ids[n],
    ])!.scheduled_at;
  const before = ids.map((_, n) => at(n));

  await page.goto(`${server.url}/posts?state=scheduled`);
  const boxes = page.locator("input[name=post]");
  const bar = page.locator(".chosen-bar");
  assert.equal(await bar.isVisible(), false);
  await boxes.nth(1).click();
  await boxes.nth(3).click({ modifiers: ["Shift"] });
  await page.getByText("3 chosen", { exact: true }).waitFor();
  await boxes.nth(4).focus();
  await page.keyboard.press("Space");
  await page.getByText("4 chosen", { exact: true }).waitFor();
  await page.getByLabel("All on this page").check();
  await page.getByText("6 chosen", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Choose none" }).click();
  assert.equal(await bar.isVisible(), false);

  // Words filter as one types, and leave the field alone.
  await page.getByLabel("Words in the text").pressSequentially("post 2");
  await page.waitForURL(/text=post\+2/);
  assert.equal(await boxes.count(), 1);
  assert.equal(await page.getByLabel("Words in the text").inputValue(), "post 2");
  await page.getByLabel("Words in the text").fill("");
  await boxes.nth(5).waitFor();

  await boxes.nth(0).click();
  await boxes.nth(1).click({ modifiers: ["Shift"] });
  await page.getByRole("button", { name: "Another time" }).click();
  await page.getByLabel("All of them by the same amount").check();
  await page.getByLabel("How many").fill("2");
  await page.locator("#lines b").first().waitFor();
  assert.deepEqual(await axe(page), []);
  await page.getByRole("button", { name: "Move 2 posts" }).click();
  await page.getByRole("heading", { name: "2 posts moved" }).waitFor();
  assert.deepEqual(
    ids.map((_, n) => at(n) - before[n]!),
    [2 * DAY, 2 * DAY, 0, 0, 0, 0],
  );

  const phone = await wide.another({ viewport: PHONE });
  for (const path of ["/posts", `/posts/several?do=call-off&post=${ids[0]}`]) {
    await phone.page.goto(`${server.url}${path}`);
    assert.equal(await sidewaysScroll(phone.page), 0, path);
    assert.deepEqual(await axe(phone.page), [], path);
  }
  await phone.page.goto(`${server.url}/posts/${ids[5]}/edit`);
  const send = phone.page.locator("#sendbar button[value=schedule]");
  assert.ok(await send.isVisible());
  const box = (await send.boundingBox())!;
  assert.ok(box.y + box.height < PHONE.height && box.y > PHONE.height * 0.8, "at the lower edge, above the rail");
  await phone.page.locator("#sending button[value=draft]").scrollIntoViewIfNeeded();
  await send.waitFor({ state: "hidden" });
  assert.deepEqual([...wide.faults, ...phone.faults], []);
});
