/** The demo is run as a person would, and must end with everything published. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import test from "node:test";
import { platforms } from "../src/platforms/index.ts";

const script = path.join(import.meta.dirname, "..", "scripts", "demo.ts");

test("the demo publishes on every platform and cleans up", async () => {
  const child = spawn(process.execPath, [script, "--exit"], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => void (said += chunk));
  child.stderr.on("data", (chunk: Buffer) => void (said += chunk));
  const [code] = (await once(child, "close")) as [number];
  assert.equal(code, 0, said);
  for (const platform of platforms) {
    assert.match(said, new RegExp(`${platform.name} is connected as `));
    assert.match(said, new RegExp(`${platform.name}: Published`));
    assert.match(said, new RegExp(`  ${platform.name} +https://`), "it ends with the links");
  }
  const [, folder = "nothing"] = /Data folder +\S*?(postern-demo-\w+)/.exec(said) ?? [];
  assert.ok(!readdirSync(tmpdir()).includes(folder), "the throw-away folder is gone");
});
