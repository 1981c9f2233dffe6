/** Backups taken in the middle of publishing are restored elsewhere against the same platforms: everything goes on, nothing twice. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import path from "node:path";
import { text } from "node:stream/consumers";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { restoreBackup, type Place } from "../../src/backups/index.ts";
import { readConfig } from "../../src/config/index.ts";
import { startServer } from "../../src/server.ts";
import { Panel } from "../support/panel.ts";
import { folder } from "./home.ts";

const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const options = {
  tiktok: { mode: "direct", privacyLevel: "PUBLIC_TO_EVERYONE", musicConsent: true },
  youtube: { privacyStatus: "public", madeForKids: false, title: "Low tide at six" },
};
const WORDS = "Low tide at six";
const DAY = 24 * 3_600_000;
const settled = ["published", "held", "failed", "unconfirmed", "cancelled"];

/** Runs `backup` as a process of its own and returns its file; the calling process stands still meanwhile. */
function backUpNow(panel: Panel, to: string): string {
  const env = { PATH: process.env["PATH"], DATA_DIR: path.join(panel.folder, "data") };
  const said = spawnSync(process.execPath, [main, "backup", "--with-media", "--json", "--to", to], { cwd: to, env });
  assert.equal(said.status, 0, said.stderr.toString());
  return (JSON.parse(said.stdout.toString()) as { file: string }).file;
}

/** Calls `work` right after each durable checkpoint of any publication. */
function atCheckpoints(panel: Panel, work: () => void): void {
  const { db } = panel.server.wired.house;
  const transaction = db.transaction.bind(db);
  const run = db.run.bind(db);
  let pending = false;
  db.run = (sql, params) => {
    if (sql.startsWith("UPDATE publications SET state") && sql.includes("checkpoint_sealed")) pending = true;
    return run(sql, params);
  };
  db.transaction = (inner) => {
    const result = transaction(inner);
    if (pending && !db.sqlite.inTransaction) {
      pending = false;
      work();
    }
    return result;
  };
}

const states = (panel: Panel): string[] =>
  panel.server.wired.house.db
    .all<{ state: string }>("SELECT state FROM publications WHERE due_at < ? ORDER BY id", [
      panel.sandbox.clock.now() + DAY / 2,
    ])
    .map((row) => row.state);

async function untilSettled(panel: Panel): Promise<void> {
  for (let i = 0; i < 600; i += 1) {
    if (states(panel).every((state) => settled.includes(state))) return;
    panel.sandbox.clock.push(400);
    panel.server.wired.house.runner.wake();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.fail(`never settled: ${states(panel).join(", ")}`);
}

/** Starts the panel on another folder, as on another machine that has the key. */
async function startThere(panel: Panel, place: Place): Promise<void> {
  const settings = {
    DATA_DIR: place.dataDir,
    MASTER_KEY_FILE: place.masterKeyFile,
    PORT: "0",
    PLATFORM_SANDBOX_URL: panel.sandbox.url,
    LOG_LEVEL: "silent",
  };
  panel.server = await startServer(readConfig(settings, "/nowhere/.env"), { clock: panel.sandbox.clock });
}

test("restored from any moment of publishing, every post ends up there once", async (t) => {
  const panel = await Panel.open(["TikTok", "YouTube"]);
  t.after(() => panel.close());
  const home = folder(t);
  for (const id of Object.keys(options)) panel.sandbox.world.setBehaviour(id, "limits", "off");
  const tomorrow = "High tide tomorrow";
  await panel.publish("tiktok", tomorrow, options.tiktok, DAY);

  const taken: Array<{ file: string; states: string }> = [];
  let checkpoints = 0;
  atCheckpoints(panel, () => {
    const now = states(panel).join(", ");
    // Each new pair of states, and every third checkpoint in between.
    if (now !== taken.at(-1)?.states || (checkpoints += 1) % 3 === 0)
      taken.push({ file: backUpNow(panel, home), states: now });
  });
  const at = panel.sandbox.clock.now() + 1500;
  for (const [platform, one] of Object.entries(options)) await panel.publish(platform, WORDS, one, 1500);
  taken.push({ file: backUpNow(panel, home), states: "before any of it" });
  while (panel.sandbox.clock.now() < at) await new Promise((resolve) => setTimeout(resolve, 20));
  await untilSettled(panel);
  assert.deepEqual(states(panel), ["published", "published"]);
  assert.equal(panel.landed(WORDS), 2);
  await panel.server.stop();

  const seen = taken.map((one) => one.states).join(", ");
  for (const state of ["publishing", "confirming", "published"]) assert.match(seen, new RegExp(state));
  const place = (n: number): Place => ({
    dataDir: path.join(home, `machine-${n}`, "data"),
    masterKey: null,
    masterKeyFile: path.join(panel.folder, "data", "postern.key"),
  });
  const ends: string[] = [];
  for (const [n, one] of taken.entries()) {
    const { missing } = await restoreBackup(one.file, place(n), panel.sandbox.clock);
    assert.deepEqual(missing, []);
    await startThere(panel, place(n));
    await untilSettled(panel);
    ends.push(`${one.states} → ${states(panel).join(", ")}`);
    assert.equal(panel.landed(WORDS), 2, ends.at(-1));
    assert.ok(
      states(panel).every((state) => state === "published" || state === "held"),
      ends.at(-1),
    );
    if (n < taken.length - 1) await panel.server.stop();
  }
  for (const end of ends) t.diagnostic(end);
  assert.match(ends.join("\n"), /^before any of it → held, held$/m);
  assert.match(ends.join("\n"), /confirming.* → .*published/);

  // What lay ahead goes on by itself, from the last restored machine.
  assert.equal(panel.landed(tomorrow), 0);
  panel.sandbox.clock.push(DAY - 60_000 * 10);
  const id = panel.server.wired.house.db.get<{ id: string }>(
    "SELECT p.id FROM publications p JOIN posts ON posts.id = p.post_id WHERE posts.text = ?",
    [tomorrow],
  )!.id;
  const end = await panel.until(id, settled, 5000);
  assert.equal(end.state, "published", JSON.stringify(end));
  assert.equal(panel.landed(tomorrow), 1);
});

test("what was held after a restore goes out once when a person says so", async (t) => {
  const panel = await Panel.open(["TikTok"]);
  t.after(() => panel.close());
  const home = folder(t);
  const id = await panel.publish("tiktok", WORDS, options.tiktok, 60_000);
  const file = backUpNow(panel, home);
  await panel.server.stop();
  const masterKeyFile = path.join(panel.folder, "data", "postern.key");
  const place = { dataDir: path.join(home, "data"), masterKey: null, masterKeyFile };
  panel.sandbox.clock.push(120_000);
  await restoreBackup(file, place, panel.sandbox.clock);
  await startThere(panel, place);
  const held = await panel.publication(id);
  assert.deepEqual([held.state, held.problem?.kind], ["held", "restored"]);
  await panel.api("POST", `/publications/${id}/retry`);
  const end = await panel.until(id, settled, 400);
  assert.equal(end.state, "published", JSON.stringify(end));
  assert.equal(panel.landed(WORDS), 1);
});

test("the server publishes on and answers while backups are made beside it", async (t) => {
  const panel = await Panel.open(["TikTok"]);
  t.after(() => panel.close());
  panel.sandbox.world.setBehaviour("tiktok", "limits", "off");
  const to = folder(t);
  const env = { PATH: process.env["PATH"], DATA_DIR: path.join(panel.folder, "data") };
  const backUp = async (): Promise<void> => {
    const child = spawn(process.execPath, [main, "backup", "--with-media", "--to", to], { cwd: to, env });
    const [said, code] = await Promise.all([
      text(child.stderr),
      new Promise<number | null>((resolve) => child.once("close", resolve)),
      text(child.stdout),
    ]);
    assert.equal(code, 0, said);
  };
  let working = true;
  const backups = (async () => {
    for (let i = 0; i < 2; i += 1) await backUp();
  })().finally(() => (working = false));
  const ids: string[] = [];
  let slowest = 0;
  while (working) {
    const began = performance.now();
    ids.push(await panel.publish("tiktok", `Tide ${ids.length} end`, options.tiktok));
    slowest = Math.max(slowest, performance.now() - began);
    panel.sandbox.clock.push(500);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await backups;
  assert.ok(ids.length > 3);
  for (const id of ids) assert.equal((await panel.until(id, settled, 400)).state, "published");
  for (const i of ids.keys()) assert.equal(panel.landed(`Tide ${i} end`), 1);
  t.diagnostic(`${ids.length} posts during two backups, the slowest answer after ${slowest.toFixed(0)} ms`);
  assert.ok(slowest < 3000, `an answer took ${slowest} ms`);
});
