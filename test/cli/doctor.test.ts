/** doctor: says what is well, what is wrong, and what to do about it. */
import assert from "node:assert/strict";
import { chmodSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import type { Finding } from "../../src/cli/doctor.ts";
import { operator, type Operator } from "./postern.ts";

async function examine(one: Operator, settings: Record<string, string> = {}) {
  const { code, out } = await one.run(["doctor", "--json"], { settings });
  const { findings } = JSON.parse(out) as { findings: Finding[] };
  return { code, of: (check: string) => findings.find((finding) => finding.check === check) };
}

test("doctor on a healthy install", async (t) => {
  const one = operator(t);
  const early = await examine(one);
  assert.equal(early.code, 0);
  assert.match(early.of("database")?.message ?? "", /none yet/);
  assert.deepEqual(
    readdirSync(one.dataDir).filter((name) => name !== "postern.lock"),
    [],
    "looking makes no database and no key",
  );

  await one.run(["rotate-key"]);
  const { code, out } = await one.run(["doctor"]);
  assert.equal(code, 0, out);
  for (const check of ["settings", "data folder", "clock", "disk", "database", "key"])
    assert.match(out, new RegExp(`^(ok   |note )  ${check}: `, "m"));
  assert.match(out, /copy of the key: nobody has confirmed[\s\S]*Copy .*postern\.key to another place/);
  assert.match(out, /Nothing is wrong\.\n$/);
});

test("doctor names what is wrong, with a remedy", async (t) => {
  const one = operator(t);
  await one.run(["rotate-key"]);
  const key = path.join(one.dataDir, "postern.key");
  const [settings, live, plain, wrongKey] = await Promise.all([
    examine(one, { PORT: "x", LOG_LEVEL: "loud" }),
    examine(one, { PLATFORM_MODE: "live" }),
    examine(one, { PLATFORM_MODE: "live", PUBLIC_URL: "http://postern.example.org" }),
    examine(one, { MASTER_KEY: Buffer.alloc(32, 7).toString("base64") }),
  ]);
  assert.equal(settings.code, 1);
  assert.match(settings.of("settings")?.message ?? "", /PORT|LOG_LEVEL/);
  assert.match(live.of("public address")?.message ?? "", /not set/);
  assert.match(plain.of("public address")?.remedy ?? "", /TLS/);
  assert.equal(wrongKey.code, 1);
  assert.match(wrongKey.of("key")?.message ?? "", /does not fit/);

  chmodSync(key, 0o644);
  assert.match((await examine(one)).of("key")?.message ?? "", /chmod 600/);
  chmodSync(key, 0o600);
  writeFileSync(path.join(one.home, "a file"), "");
  const folder = await examine(one, { DATA_DIR: path.join(one.home, "a file", "data") });
  assert.equal(folder.code, 1);
  assert.equal(folder.of("data folder")?.state, "wrong");
});
