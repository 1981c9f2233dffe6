/** /api/docs in a real Chromium: ours, whole, accessible, quiet in the console, without anything from elsewhere. */
import assert from "node:assert/strict";
import test from "node:test";
import { axe, openBrowser, PHONE, sidewaysScroll, WIDE } from "../support/browser.ts";
import { startTestServer } from "../support/server.ts";
import type { Document } from "../../src/api/document.ts";

test("the page shows every call of the document, wide and on a phone, light and dark", async (t) => {
  const server = await startTestServer();
  const browser = await openBrowser();
  t.after(async () => {
    await browser.close();
    await server.close();
  });
  const watched = await browser.newPage();
  const { page } = watched;
  const reply = await page.goto(`${server.url}/api/docs`);
  assert.equal(reply?.status(), 200);
  assert.match(reply?.headers()["content-security-policy"] ?? "", /style-src 'self'/);
  assert.equal(await page.title(), "The API · Postern");
  const document = (await (await fetch(`${server.url}/api/v1/openapi.json`)).json()) as Document;
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const call = page.locator("article", { has: page.locator(`#${operation.operationId}`) });
      const text = await call.innerText();
      for (const part of [operation.summary, method.toUpperCase(), path])
        assert.ok(text.includes(part), `${path} ${part}`);
      for (const one of operation.parameters ?? []) if ("name" in one) assert.ok(text.includes(one.name), one.name);
    }
  }
  for (const name of ["privacyLevel", "thumbnailMediaId", "shareToFeed"]) {
    assert.ok(await page.getByText(name, { exact: true }).first().isVisible(), name);
  }
  await page.getByText("With curl").nth(3).click();
  assert.match(await page.locator("details[open] pre").innerText(), /^curl .*Authorization: Bearer \$KEY/s);
  for (const [name, viewport] of Object.entries({ wide: WIDE, phone: PHONE })) {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      await watched.screenshot(`api-docs-${name}-${colorScheme}`);
      assert.deepEqual(await axe(page, colorScheme === "light" ? "all" : "colours"), [], `${name} ${colorScheme}`);
      assert.equal(await sidewaysScroll(page), 0, name);
    }
  }
  assert.deepEqual(watched.faults, []);
});

test("every address on the page leads somewhere", async (t) => {
  const server = await startTestServer();
  t.after(() => server.close());
  const html = await (await fetch(`${server.url}/api/docs`)).text();
  const ids = new Set([...html.matchAll(/\sid="([^"]+)"/g)].map((match) => match[1]!));
  const links = new Set([...html.matchAll(/(?:href|src)="([^"]+)"/g)].map((match) => match[1]!));
  assert.ok(links.has("/api/v1/openapi.json"));
  for (const link of links) {
    if (link.startsWith("#")) {
      assert.ok(ids.has(link.slice(1)), link);
      continue;
    }
    assert.ok(link.startsWith("/"), link);
    const reply = await fetch(new URL(link.replaceAll("&amp;", "&"), server.url));
    await reply.arrayBuffer();
    assert.equal(reply.status, 200, link);
  }
  assert.equal((html.match(/ style=/g) ?? []).length, 0);
});
