/** What is not there is said to be not there, in every scope. */
import assert from "node:assert/strict";
import test from "node:test";
import { Panel } from "../support/panel.ts";

test("a missing page, a missing static file, and a typed address of our own", async () => {
  const panel = await Panel.open([]);
  for (const path of ["/nope", "/static/nope.css", "/m/nope.mp4", "/media/nope"]) {
    const reply = await fetch(`${panel.url}${path}`, { headers: { accept: "text/html" }, redirect: "manual" });
    assert.ok([303, 404, 410].includes(reply.status), `${path} ${reply.status}`);
    assert.ok(reply.headers.get("content-security-policy"), path);
  }
  // The sandbox shares Postern's own address; what a person types is no platform's address.
  const row = await panel.api<{ id: string }>("POST", "/media/import", { url: `${panel.sandbox.url}/files/00` });
  for (let i = 0; i < 200; i += 1) {
    const media = await panel.api<{ state: string }>("GET", `/media/${row.id}`);
    if (media.state === "failed") break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { problem } = panel.server.wired.house.db.get<{ problem: string }>("SELECT problem FROM media WHERE id = ?", [
    row.id,
  ])!;
  assert.match(problem, /not on the public internet/);
  await panel.close();
});
