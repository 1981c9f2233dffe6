/** What a person does in a browser, step by step, by the words that stand on the pages. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { ada, clip, type TestServer } from "../support/server.ts";

export async function signUpInBrowser(page: Page, server: TestServer): Promise<void> {
  await page.goto(`${server.url}/sign-up`);
  await page.getByLabel("Name").fill(ada.name);
  await page.getByLabel("Email").fill(ada.email);
  await page.getByLabel("Password").fill(ada.password);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.waitForURL((url) => url.pathname !== "/sign-up");
}

/** Through the consent page of the sandbox, as its first account. */
export async function connect(page: Page, server: TestServer, platform: string): Promise<void> {
  await page.goto(`${server.url}/channels`);
  await page.getByRole("button", { name: `Connect ${platform}`, exact: true }).click();
  await page.getByRole("button", { name: "Allow" }).click();
  await page.waitForURL((url) => url.pathname.startsWith("/channels"));
  const another = page.getByRole("button", { name: "Connect", exact: true });
  if (await another.isVisible()) await another.click();
  await page.waitForURL(`${server.url}/channels`);
}

/** Ids of the connected channels by platform, as the compose form knows them. */
export function channelIds(server: TestServer): Record<string, string> {
  const rows = server.running.wired.house.db.all<{ id: string; platform: string }>(
    "SELECT id, platform FROM channels WHERE disconnected_at IS NULL",
  );
  return Object.fromEntries(rows.map((row) => [row.platform, row.id]));
}

/** Uploads the clip on the compose form and waits until it is measured. Returns whether real progress was seen. */
export async function uploadOnCompose(page: Page, file = clip): Promise<boolean> {
  const progress = page.locator("#uploads progress");
  const seen = progress.waitFor({ state: "attached" }).then(
    () => true,
    () => false,
  );
  await page.locator('input[data-upload="media-ids"]').setInputFiles(file);
  await page.locator("#media-all .file .n").first().waitFor();
  return Promise.race([seen, new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 500))]);
}

/** Fills what TikTok and YouTube want to know; both channels must be chosen. */
export async function settleChoices(page: Page, ids: Record<string, string>, title: string): Promise<void> {
  const tiktok = page.locator(`#panel-${ids["tiktok"]}`);
  await openDetails(page, ids["tiktok"]!);
  await tiktok.getByLabel("Straight to the profile").check();
  await tiktok.getByLabel("Who can see it").selectOption({ label: "Everyone" });
  await tiktok.getByLabel("I agree to the declaration").check();
  await tiktok.getByText("Ready", { exact: true }).waitFor();
  const youtube = page.locator(`#panel-${ids["youtube"]}`);
  await openDetails(page, ids["youtube"]!);
  await youtube.getByLabel("Title").fill(title);
  await youtube.getByLabel("Public").check();
  await youtube.getByLabel("No, it is not made for kids").check();
  await youtube.getByText("Ready", { exact: true }).waitFor();
}

async function openDetails(page: Page, id: string): Promise<void> {
  const panel = page.locator(`#panel-${id}`);
  if ((await panel.getAttribute("open")) === null) await panel.locator("summary").click();
}

/** A minute ahead by the server's clock, in the words of the form's fields, for a time zone. */
export function inAMinute(server: TestServer, timeZone: string): { date: string; time: string } {
  const at = new Date(server.clock.now() + 60_000);
  const parts = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" }).format(at);
  const [date = "", time = ""] = parts.split(" ");
  return { date, time };
}

/** Nothing may have gone wrong unseen on this page. */
export function assertClean(faults: readonly string[]): void {
  assert.deepEqual(faults, []);
}
