/** Disconnecting TikTok: warned before, receipted after, and nothing of it left in any file. */
import assert from "node:assert/strict";
import test from "node:test";
import { openBrowser } from "../support/browser.ts";
import { everyByte, leaks, startTestServer } from "../support/server.ts";
import { assertClean, connect, signUpInBrowser } from "./person.ts";

test("disconnecting withdraws, erases and says so", async (t) => {
  const server = await startTestServer();
  const browser = await openBrowser();
  const watched = await browser.newPage();
  const { page } = watched;
  t.after(async () => {
    await watched.screenshot("disconnect-last").catch(() => undefined);
    await browser.close();
    await server.close();
  });
  await signUpInBrowser(page, server);
  await connect(page, server, "TikTok");

  const { db } = server.running.wired.house;
  const before = db.get<{ id: string; name: string; handle: string; remote_id: string; access_token_sealed: string }>(
    "SELECT id, name, handle, remote_id, access_token_sealed FROM channels",
  )!;
  assert.ok(before.access_token_sealed.startsWith("x1."));
  // Each of these must be in the file now, or looking for it afterwards would prove nothing.
  const profile = [
    { kind: "remote id", secret: before.remote_id },
    { kind: "name", secret: before.name },
    { kind: "handle", secret: before.handle },
    { kind: "sealed token", secret: before.access_token_sealed },
  ];
  for (const one of profile)
    assert.notEqual(leaks(everyByte(server), [one]).length, 0, `${one.kind} is not found before either`);

  await t.test("a warning comes first, and says what stays", async () => {
    await page.goto(`${server.url}/channels`);
    await page.getByRole("button", { name: "Disconnect" }).click();
    await page.getByRole("heading", { name: "What happens" }).waitFor();
    const text = (await page.textContent("main")) ?? "";
    assert.match(text, /asks TikTok to withdraw its access/);
    assert.match(text, /What stays/);
    await page.getByRole("link", { name: "Keep it" }).click();
    await page.getByRole("button", { name: "Disconnect" }).click();
    await page.getByRole("button", { name: "Disconnect and erase" }).click();
  });

  await t.test("a receipt comes after", async () => {
    await page.waitForURL(/\/receipt$/);
    const text = (await page.textContent("main")) ?? "";
    assert.match(text, /erased/i);
    assert.match(text, /TikTok/);
    assert.ok(!text.includes(before.handle) || before.handle === "", "the receipt does not name the channel");
    await watched.screenshot("disconnect-receipt");
  });

  await t.test("the grant is withdrawn at the platform", () => {
    const row = db.get<{ state: string; receipt: string }>("SELECT state, receipt FROM channels WHERE id = ?", [
      before.id,
    ])!;
    assert.equal((JSON.parse(row.receipt) as { revoked: boolean }).revoked, true);
  });

  await t.test("no file holds its tokens or its profile, byte by byte", () => {
    assert.deepEqual(leaks(everyByte(server), profile), []);
    assert.deepEqual(leaks(everyByte(server), server.world.secrets()), []);
  });

  assertClean(watched.faults);
});
