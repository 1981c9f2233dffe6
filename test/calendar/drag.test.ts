/** In a real browser: an entry is dragged to another day, or moved through its form with the keyboard and without a script. */
import assert from "node:assert/strict";
import test from "node:test";
import { channelIds, connect, signUpInBrowser } from "../browser/person.ts";
import { addMedia } from "../posts/core/rows.ts";
import { openBrowser } from "../support/browser.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { instantOf, wallTimeOf } from "../../src/posts/index.ts";

const DAY = 86_400_000;

/** Planned for the Wednesday after next, so that the days around it are to come and in the same week. */
function plan(server: TestServer): { id: string; wall: string; day(days: number): string } {
  const { house, posts, publishing } = server.running.wired;
  const member = house.db.get<{ account_id: string; workspace_id: string }>(
    "SELECT account_id, workspace_id FROM memberships",
  )!;
  const workspaceId = member.workspace_id;
  const { time_zone: timeZone } = house.db.get<{ time_zone: string }>("SELECT time_zone FROM workspaces WHERE id = ?", [
    workspaceId,
  ])!;
  const weekday = new Date(house.clock.now()).getUTCDay();
  const noon = Math.floor(house.clock.now() / DAY) * DAY + (10 - weekday) * DAY + DAY / 2;
  const day = (days: number): string => new Date(noon + days * DAY).toISOString().slice(0, 10);
  const wall = `${day(0)}T17:30`;
  const channelId = channelIds(server)["tiktok"]!;
  const media = [addMedia(house, workspaceId, "video", "ready")];
  const channels = [{ channelId, options: { mode: "inbox" } }];
  const input = { text: "Low tide", media, scheduledAt: null, wallTime: wall, timeZone, channels };
  const { id } = posts.saveDraft(workspaceId, member.account_id, input);
  publishing.plan(workspaceId, id, [channelId], instantOf(wall, timeZone)!);
  house.db.run("UPDATE posts SET state = 'planned' WHERE id = ?", [id]);
  return { id, wall, day };
}

function standsAt(server: TestServer, id: string): string | null {
  const row = server.running.wired.house.db.get<{ scheduled_at: number; time_zone: string }>(
    "SELECT scheduled_at, time_zone FROM posts WHERE id = ?",
    [id],
  )!;
  return wallTimeOf(row.scheduled_at, row.time_zone);
}

test("dragged to another day, moved by keyboard, moved without a script", async (t) => {
  const server = await startTestServer();
  const browser = await openBrowser();
  t.after(async () => {
    await browser.close();
    await server.close();
  });
  const { page, faults } = await browser.newPage();
  await signUpInBrowser(page, server);
  await connect(page, server, "TikTok");
  const { id, day } = plan(server);

  await page.goto(`${server.url}/calendar?view=week&at=${day(0)}`);
  await page.locator("[data-move]").dragTo(page.locator(`[data-day="${day(2)}"] [data-hour="08"]`));
  await page.getByText(/^Moved to/).waitFor();
  assert.equal(standsAt(server, id), `${day(2)}T08:30`);

  await page.goto(`${server.url}/calendar?view=month&at=${day(2)}`);
  await page.locator("td [data-move]").dragTo(page.locator(`td[data-day="${day(3)}"]`));
  await page.getByText(/^Moved to/).waitFor();
  assert.equal(standsAt(server, id), `${day(3)}T08:30`);

  const form = page.locator("dialog.move");
  await page.locator("td .mover").focus();
  await page.keyboard.press("Enter");
  await form.getByRole("button", { name: "Leave it" }).click();
  await form.waitFor({ state: "hidden" });
  await page.locator("td .mover").focus();
  await page.keyboard.press("Enter");
  await form.getByLabel("Day").fill(day(1));
  await form.getByLabel(/^Time in/).fill("09:15");
  await page.keyboard.press("Enter");
  await page.getByText(/^Moved to/).waitFor();
  assert.equal(standsAt(server, id), `${day(1)}T09:15`);
  assert.deepEqual(faults, []);

  const plain = await browser.newPage({ javaScript: false });
  await plain.page.context().addCookies(await page.context().cookies());
  await plain.page.goto(`${server.url}/calendar?view=list&at=${day(1)}`);
  await plain.page.getByRole("link", { name: /^Move to/ }).click();
  await plain.page.getByLabel("Day").fill(day(0));
  await plain.page.getByRole("button", { name: "Move it here" }).click();
  await plain.page.getByText(/^Moved to/).waitFor();
  assert.equal(standsAt(server, id), `${day(0)}T09:15`);
  assert.deepEqual(plain.faults, []);
});
