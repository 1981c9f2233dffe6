/** doctor: says what is well, what is wrong, and what to do about it. */
import assert from "node:assert/strict";
import { chmodSync, readdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { room } from "../../src/cli/checks/machine.ts";
import { examine as examineHere, type Finding } from "../../src/cli/doctor.ts";
import { openDatabase } from "../../src/database/index.ts";
import { operator, type Operator } from "./postern.ts";

/** Without a process of its own, which would only cost time. */
async function examine(one: Operator, settings: Record<string, string> = {}) {
  return seen(await examineHere({ DATA_DIR: one.dataDir, ...settings }, "/nowhere/.env"));
}

function seen(findings: Finding[]) {
  const code = findings.some((finding) => finding.state === "wrong") ? 1 : 0;
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

  await one.run(["migrate"]);
  const keyless = await examine(one);
  assert.equal(keyless.code, 0);
  assert.match(keyless.of("key")?.message ?? "", /none yet/);

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

test("doctor on a missing key, a full disk, a pending migration, a clock that went back, and no ffmpeg", async (t) => {
  const one = operator(t);
  await one.run(["rotate-key"]);
  const database = path.join(one.dataDir, "postern.db");
  const change = (sql: string, ...values: unknown[]): void => {
    const db = openDatabase({ file: database });
    db.run(sql, values);
    db.close();
  };
  const well = await examine(one);
  assert.equal(well.code, 0);
  assert.equal(well.of("ffmpeg")?.state, "ok");

  // Writing through this name fails as on a disk without room.
  symlinkSync("/dev/full", path.join(one.dataDir, ".doctor"));
  const said = await one.run(["doctor", "--json"], { settings: { PATH: one.home } });
  const full = seen((JSON.parse(said.out) as { findings: Finding[] }).findings);
  assert.deepEqual([said.code, full.code], [1, 1]);
  assert.match(full.of("disk")?.message ?? "", /^the disk of .*data is full$/);
  assert.match(full.of("disk")?.remedy ?? "", /Free some space/);
  assert.equal(full.of("ffmpeg")?.state, "worth knowing");
  assert.match(full.of("ffmpeg")?.remedy ?? "", /apt-get install ffmpeg/);

  const key = path.join(one.dataDir, "postern.key");
  renameSync(key, `${key}.away`);
  const keyless = await examine(one);
  assert.equal(keyless.code, 1);
  assert.match(keyless.of("key")?.message ?? "", /The master key is missing.*fingerprint [0-9a-f]{8}/);
  assert.ok(!readdirSync(one.dataDir).includes("postern.key"), "looking makes no other key");
  renameSync(`${key}.away`, key);

  change("UPDATE audit_log SET at = at + 3600000");
  const early = await examine(one);
  assert.equal(early.code, 1);
  assert.match(early.of("clock")?.message ?? "", /stands at 20.* UTC, and the last entry of the log was written at 20/);
  assert.match(early.of("clock")?.remedy ?? "", /set-ntp/);

  change("DELETE FROM migrations WHERE name = '0001_the_house.sql'");
  const pending = await examine(one);
  assert.equal(pending.code, 1);
  assert.match(pending.of("database")?.message ?? "", /a migration is pending \(0001_the_house\.sql\)/);
  assert.match(pending.of("database")?.remedy ?? "", /migrate/);
});

test("how much room is enough", () => {
  assert.deepEqual([room(5e9).state, room(1e9).state, room(5e7).state], ["ok", "worth knowing", "wrong"]);
});
