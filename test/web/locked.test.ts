/** With a key that does not fit, one page says so and machines are told; with the right key everything is back. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { Guest } from "../accounts/guest.ts";
import { ada, startTestServer } from "../support/server.ts";

test("locked mode", async (t) => {
  const server = await startTestServer();
  t.after(() => server.close());
  await new Guest(server).signUp(ada);
  const ready = await fetch(`${server.url}/readyz`);
  assert.deepEqual(
    [ready.status, await ready.json()],
    [200, { status: "ready", database: true, scheduler: true, key: true }],
  );

  const file = path.join(server.folder, "postern.key");
  const right = readFileSync(file);
  writeFileSync(file, `${Buffer.alloc(32, 7).toString("base64")}\n`);
  await server.restart();
  for (const at of ["/", "/sign-in", "/settings"]) {
    const page = await fetch(server.url + at);
    assert.equal(page.status, 503, at);
    assert.equal(page.headers.get("x-content-type-options"), "nosniff");
    assert.match(await page.text(), /Postern is locked[\s\S]*does not fit this database[\s\S]*Nothing is published/);
  }
  assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
  const not = await fetch(`${server.url}/readyz`);
  assert.equal(not.status, 503);
  const { problem, ...parts } = (await not.json()) as Record<string, unknown>;
  assert.deepEqual(parts, { status: "not ready", database: true, scheduler: false, key: false });
  assert.match(String(problem), /master key .* does not fit/);

  writeFileSync(file, right);
  await server.restart();
  assert.equal((await new Guest(server).signIn(ada.email, ada.password)).status, 303);
});
