/** How every command behaves: help, unknown names, faults in sentences, exit codes, JSON. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { holdDataFolder, openDatabase, pendingMigrations } from "../../src/database/index.ts";
import { commands } from "../../src/cli/run.ts";
import { operator } from "./postern.ts";

const runFile = new URL("../../src/cli/run.ts", import.meta.url).href;
const names = commands.map((command) => command.name);
/** Every command that scripts may rely on. */
const promised = [
  "create-account",
  "create-api-key",
  "reset-password",
  "migrate",
  "config",
  "doctor",
  "backup",
  "verify-backup",
  "restore",
  "rotate-key",
  "export-account",
  "erase-account",
];

test("help lists every command; an unknown one lists them as well and fails", async (t) => {
  const { run, dataDir } = operator(t);
  assert.deepEqual([...names].sort(), [...promised].sort());
  const [help, nothing, unknown, missing, odd, extra] = await Promise.all([
    run(["--help"]),
    run([]),
    run(["publish-all"]),
    run(["create-account", "--name", "Ada"]),
    run(["config", "--loud"]),
    run(["config", "more"]),
  ]);
  for (const name of names) {
    assert.match(help.out, new RegExp(`^  ${name} `, "m"));
    assert.match(unknown.err, new RegExp(`^  ${name} `, "m"));
  }
  assert.deepEqual([help.code, nothing.code, unknown.code], [0, 0, 2]);
  assert.match(unknown.err, /^There is no command "publish-all"/);
  assert.deepEqual([missing.code, missing.err], [1, "--email is needed.\n"]);
  assert.equal(odd.code, 2);
  assert.match(odd.err, /--loud[\s\S]*config/);
  assert.equal(extra.code, 2);
  assert.equal(existsSync(dataDir), false, "asking for help makes nothing");
});

test("every command explains itself with --help and answers in JSON with --json, refusals included", async (t) => {
  const { home, dataDir } = operator(t);
  // One process for all of them; each is called as the command line calls it.
  const script = `
    const { runCommand } = await import(${JSON.stringify(runFile)});
    const said = [];
    console.log = (text) => said.push(text);
    console.error = () => undefined;
    const ask = async (...args) => {
      said.length = 0;
      return { code: await runCommand(args), said: [...said] };
    };
    const answers = {};
    for (const name of ${JSON.stringify(names)}) answers[name] = { help: await ask(name, "--help") };
    answers.made = (await import("node:fs")).existsSync(process.env.DATA_DIR);
    for (const name of ${JSON.stringify(names)}) answers[name].json = await ask(name, "--json");
    process.stdout.write(JSON.stringify(answers));`;
  const done = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    cwd: home,
    env: { PATH: process.env["PATH"], DATA_DIR: dataDir },
    encoding: "utf8",
  });
  assert.equal(done.status, 0, done.stderr);
  type Answer = { code: number; said: string[] };
  const answers = JSON.parse(done.stdout) as Record<string, { help: Answer; json: Answer }> & { made: boolean };
  assert.equal(answers.made, false, "asking for help makes nothing");
  for (const { name, about, usage } of commands) {
    const { help, json } = answers[name]!;
    assert.equal(help.code, 0, name);
    assert.equal(help.said.join("\n"), `${about}\n\n  ${[name, usage].filter(Boolean).join(" ")} [--json] [--help]`);
    assert.equal(json.said.length, 1, `${name} says one thing`);
    const answer = JSON.parse(json.said[0]!) as object;
    assert.equal("error" in answer, json.code !== 0, `${name}: ${json.said[0]}`);
  }
});

test("config shows what is in force, hides secrets, and names every fault at once", async (t) => {
  const { run, home } = operator(t);
  writeFileSync(path.join(home, ".env"), "PORT=4000\nLOG_LEVEL=warn\n");
  const settings = { LOG_LEVEL: "debug", TIKTOK_CLIENT_ID: "id", TIKTOK_CLIENT_SECRET: "hush-hush" };
  const [table, json] = await Promise.all([run(["config"], { settings }), run(["config", "--json"], { settings })]);
  assert.match(table.out, /^PORT +4000$/m);
  assert.match(table.out, /^LOG_LEVEL +debug$/m, "the environment wins over .env");
  assert.match(table.out, /^TIKTOK_CLIENT_SECRET +\(hidden\)$/m);
  assert.match(table.out, /^PUBLIC_URL +\(not set\)$/m);
  assert.equal((JSON.parse(json.out) as Record<string, string>)["PORT"], "4000");
  assert.ok(!`${table.out}${json.out}`.includes("hush-hush"));

  const bad = await run(["config"], { settings: { PORT: "many", PLATFORM_MODE: "maybe" } });
  assert.equal(bad.code, 1);
  assert.match(bad.err, /PORT must be a whole number/);
  assert.match(bad.err, /PLATFORM_MODE/);
  assert.doesNotMatch(bad.err, /\n\s+at /, "no stack");
});

test("migrate makes a new folder ready, with a key for its owner alone when one is needed, and says so", async (t) => {
  const { run, dataDir } = operator(t);
  const first = await run(["migrate"]);
  assert.match(first.out, /^Applied: 0001_the_house\.sql/);
  const second = await run(["migrate", "--json"]);
  assert.deepEqual(JSON.parse(second.out), { applied: [] });
  const db = openDatabase({ file: path.join(dataDir, "postern.db"), readonly: true });
  assert.deepEqual(pendingMigrations(db), []);
  db.close();
  assert.equal(statSync(dataDir).mode & 0o077, 0);

  const letGo = holdDataFolder(dataDir);
  const busy = await run(["migrate"]);
  letGo();
  assert.equal(busy.code, 1);
  assert.match(busy.err, /Another Postern process is using/);
});

test("rotate-key seals again under a fresh key; without the right key it changes nothing", async (t) => {
  const { run, dataDir } = operator(t);
  const first = await run(["rotate-key", "--json"]);
  assert.equal(first.code, 0, first.err);
  assert.ok(readdirSync(dataDir).includes("postern.key"));
  assert.equal(statSync(path.join(dataDir, "postern.key")).mode & 0o777, 0o600);
  const { kid } = JSON.parse(first.out) as { kid: string };
  const active = () => {
    const db = openDatabase({ file: path.join(dataDir, "postern.db"), readonly: true });
    const found = db.get<{ kid: string }>("SELECT kid FROM data_keys WHERE state = 'active'")!.kid;
    db.close();
    return found;
  };
  assert.equal(active(), kid);
  const wrong = await run(["rotate-key"], { settings: { MASTER_KEY: Buffer.alloc(32, 7).toString("base64") } });
  assert.equal(wrong.code, 1);
  assert.match(wrong.err, /does not fit this database/);
  assert.equal(active(), kid);
  const again = await run(["rotate-key"]);
  assert.match(again.out, /^The key [0-9a-f]{8} is in use; 0 secrets/);
  assert.notEqual(active(), kid);
});
