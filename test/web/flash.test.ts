/** The sentence after a redirect: short enough for a cookie, whatever it was made of. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import test from "node:test";
import Fastify from "fastify";
import { readConfig } from "../../src/config/index.ts";
import { takeFlash } from "../../src/web/flash.ts";
import { flash, webFoundation } from "../../src/web/index.ts";
import { wire } from "../../src/wiring.ts";

const texts: ReadonlyArray<[string, string]> = [
  ["Connected Harbour.", "Connected Harbour."],
  ["x".repeat(500), "x".repeat(500)],
  ["x".repeat(501), `${"x".repeat(499)}…`],
  ["字".repeat(200_000), `${"字".repeat(499)}…`],
  ["🦀".repeat(200_000), `${"🦀".repeat(499)}…`],
  ['"\\'.repeat(100_000), `${'"\\'.repeat(249)}"…`],
  ["\ud800".repeat(1000), `${"\ufffd".repeat(499)}…`],
  ["one\u0000\r\ntwo\u202e", "one two"],
  ["👩\u200d🍳 می\u200cخواهم", "👩\u200d🍳 می\u200cخواهم"],
  ["\u0001".repeat(1000), ""],
];

test("what is said after a redirect fits into the cookie and comes back once", async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), "postern-flash-"));
  const config = readConfig({ DATA_DIR: folder, LOG_LEVEL: "silent" }, path.join(folder, ".env"));
  const wired = wire(config, { port: 1 });
  const app = Fastify({ logger: false, forceCloseConnections: true });
  t.after(async () => {
    await app.close();
    await wired.close();
    rmSync(folder, { recursive: true, force: true });
  });
  await webFoundation(app, wired.house);
  app.get<{ Params: { n: string } }>("/say/:n", async (request) => {
    flash(request, texts[Number(request.params.n)]?.[0] ?? "", "broken");
    return "said";
  });
  app.get("/take", async (request, reply) => ({ said: takeFlash(request, reply) }));
  for (const [n, [, expected]] of texts.entries()) {
    const said = await app.inject(`/say/${n}`);
    const line = [said.headers["set-cookie"]].flat().join("\n");
    assert.ok(line.length > 0 && line.length <= 4096, `${n}: ${line.length} bytes`);
    const cookie = line.split(";")[0] ?? "";
    const taken = await app.inject({ url: "/take", headers: { cookie } });
    assert.deepEqual(taken.json(), { said: { tone: "broken", text: expected } }, String(n));
  }
});
