/** In a real browser: an entry is dragged to another day, or moved through its form with the keyboard and without a script. */
import assert from "node:assert/strict";
import test from "node:test";
import { connect, signUpInBrowser } from "../browser/person.ts";
import { openBrowser } from "../support/browser.ts";
import { startTestServer } from "../support/server.ts";
import { planInBrowser, standsAt } from "./planned.ts";

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
  const { id, day } = planInBrowser(server);

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
