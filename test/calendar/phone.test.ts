/** On a phone, in a real browser: a day's dots lie within its cell, and a post is moved through the dialog. */
import assert from "node:assert/strict";
import test from "node:test";
import { connect, signUpInBrowser } from "../browser/person.ts";
import { openBrowser, PHONE, sidewaysScroll } from "../support/browser.ts";
import { startTestServer } from "../support/server.ts";
import { planInBrowser, standsAt } from "./planned.ts";

/** Of every dot outside its cell, where it lies; all of them when a style from elsewhere takes hold of `.dots`. */
const STRAY = `[...document.querySelectorAll("td .dots i")].flatMap((dot) => {
  const [at, cell] = [dot.getBoundingClientRect(), dot.closest("td").getBoundingClientRect()];
  const within = at.width > 0 && at.left >= cell.left && at.right <= cell.right && at.top >= cell.top && at.bottom <= cell.bottom;
  return within ? [] : [[dot.closest("td").dataset.day, Math.round(at.left - cell.left), Math.round(at.top - cell.top)].join(" ")];
})`;

test("the month at 390 px", async (t) => {
  const server = await startTestServer();
  const browser = await openBrowser();
  t.after(async () => {
    await browser.close();
    await server.close();
  });
  const { page, faults } = await browser.newPage({ viewport: PHONE });
  await signUpInBrowser(page, server);
  await connect(page, server, "TikTok");
  const { id, day } = planInBrowser(server);
  for (const text of ["Second tide", "Third tide", "Fourth tide"]) planInBrowser(server, text);

  await page.goto(`${server.url}/calendar?view=month&at=${day(0)}`);
  const cell = page.locator(`td[data-day="${day(0)}"]`);
  assert.equal(await cell.locator(".dots i").count(), 4, "three dots and a plus");
  assert.deepEqual(await page.evaluate(STRAY), []);
  assert.equal(await sidewaysScroll(page), 0);

  await cell.locator(".one-day").click();
  const entry = page.locator(`#day [data-move="${id}"]`);
  const dialog = page.locator("dialog.move");
  await entry.locator(".mover").click();
  await dialog.getByRole("button", { name: "Leave it" }).click();
  await dialog.waitFor({ state: "hidden" });
  await entry.locator(".mover").click();
  const box = (await dialog.boundingBox())!;
  assert.ok(box.x >= 0 && box.x + box.width <= PHONE.width, `the dialog fits: ${JSON.stringify(box)}`);
  await dialog.getByLabel("Day").fill(day(2));
  await dialog.getByLabel(/^Time in/).fill("09:15");
  await dialog.getByRole("button", { name: "Move it here" }).click();
  await page.getByText(/^Moved to/).waitFor();
  assert.equal(standsAt(server, id), `${day(2)}T09:15`);
  assert.deepEqual(await page.evaluate(STRAY), []);
  assert.deepEqual(faults, []);
});
