/** Settings: read once, checked as a whole, frozen; the example file tells of every one. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import test, { type TestContext } from "node:test";
import { ConfigError, envExample, readConfig, settingsTable } from "../../src/config/index.ts";

function envFile(t: TestContext, text: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), "postern-env-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, ".env");
  writeFileSync(file, text);
  return file;
}

function faultsOf(environment: Record<string, string>, file = "no such file"): readonly string[] {
  try {
    readConfig(environment, file);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    for (const fault of error.faults) assert.ok(error.message.includes(fault));
    return error.faults;
  }
  return [];
}

test("without any setting the defaults stand", () => {
  const config = readConfig({}, "no such file");
  assert.equal(config.port, 3000);
  assert.equal(config.host, "127.0.0.1");
  assert.equal(config.publicUrl, null);
  assert.equal(config.dataDir, path.resolve("data"));
  assert.equal(config.masterKeyFile, path.resolve("data", "postern.key"));
  assert.equal(config.platformMode, "sandbox");
  assert.equal(config.maxUploadBytes, 4_000_000_000);
  assert.equal(config.trustProxy, null);
  assert.deepEqual(config.apps, {});
  assert.ok(Object.isFrozen(config));
});

test("the environment wins over .env; an empty value counts as none", (t) => {
  const file = envFile(
    t,
    'PORT=4000\nHOST="0.0.0.0"\nPUBLIC_URL=https://Postern.Example.org/\n# a remark\nLOG_LEVEL=\n',
  );
  const config = readConfig({ PORT: "5000", HOST: "" }, file);
  assert.deepEqual([config.port, config.host, config.logLevel], [5000, "0.0.0.0", "info"]);
  assert.equal(config.publicUrl, "https://postern.example.org");
});

test("every fault is told at once, each in a sentence with its name", (t) => {
  const file = envFile(t, "PROT=3000\n");
  const faults = faultsOf(
    {
      PORT: "70000",
      PUBLIC_URL: "https://postern.example.org/panel",
      MASTER_KEY: "c2hvcnQ=",
      PLATFORM_MODE: "production",
      LOG_LEVEL: "loud",
      MAX_UPLOAD_MB: "4 GB",
      TIKTOK_CLIENT_ID: "only half",
    },
    file,
  );
  for (const name of [
    "PROT",
    "PORT",
    "PUBLIC_URL",
    "MASTER_KEY",
    "PLATFORM_MODE",
    "LOG_LEVEL",
    "MAX_UPLOAD_MB",
    "TIKTOK_CLIENT_ID",
  ])
    assert.equal(faults.filter((fault) => fault.startsWith(`${name} `)).length, 1, name);
  assert.equal(faults.length, 8);
  assert.ok(!faults.join().includes("c2hvcnQ="), "a secret is not repeated");
});

test("other people's variables in the environment are none of our business", () => {
  assert.deepEqual(faultsOf({ HOME: "/root", POSTERN_THING: "x" }), []);
});

test("app credentials come in pairs", () => {
  const { apps } = readConfig({ YOUTUBE_CLIENT_ID: "a", YOUTUBE_CLIENT_SECRET: "b" }, "no such file");
  assert.deepEqual(apps, { youtube: { clientId: "a", clientSecret: "b" } });
});

test("the table of settings hides every secret that is set", () => {
  const secret = Buffer.alloc(32, 1).toString("base64");
  const table = settingsTable(
    readConfig({ MASTER_KEY: secret, FACEBOOK_CLIENT_ID: "shown", FACEBOOK_CLIENT_SECRET: "hush" }, "no such file"),
  );
  const value = (name: string) => table.find((row) => row.name === name)?.value;
  assert.equal(value("MASTER_KEY"), "(hidden)");
  assert.equal(value("FACEBOOK_CLIENT_SECRET"), "(hidden)");
  assert.equal(value("FACEBOOK_CLIENT_ID"), "shown");
  assert.equal(value("YOUTUBE_CLIENT_SECRET"), "", "not set is told apart from hidden");
  assert.ok(!JSON.stringify(table).includes(secret));
});

test(".env.example is what the settings say, and every line of it can be uncommented", (t) => {
  const example = readFileSync(new URL("../../.env.example", import.meta.url), "utf8");
  assert.equal(example, envExample());
  const used = example.replace(/^# ([A-Z_]+=.+)$/gm, "$1");
  assert.notEqual(used, example);
  assert.deepEqual(faultsOf({}, envFile(t, used)), []);
});
