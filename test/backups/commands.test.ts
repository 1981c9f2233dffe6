/** The three commands as processes: what they print, their exit codes, and how much memory a large file takes. */
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { appendFileSync, copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { operator } from "../cli/postern.ts";
import { Home } from "./home.ts";

const commands = ["backup", "verify-backup", "restore"];

test("made, checked and put back from the command line", async (t) => {
  const { run, dataDir } = operator(t);
  const helps = await Promise.all(commands.map((name) => run([name, "--help"])));
  for (const [i, name] of commands.entries()) {
    assert.equal(helps[i]!.code, 0);
    assert.match(helps[i]!.out, new RegExp(`  ${name} .*--json`));
  }
  const [nothing, noFile, twoFiles] = await Promise.all([
    run(["backup"]),
    run(["verify-backup"]),
    run(["restore", "a", "b"]),
  ]);
  assert.deepEqual([nothing.code, noFile.code, twoFiles.code], [1, 1, 1]);
  assert.match(nothing.err, /^There is no database in .*\n$/);
  assert.match(noFile.err, /^Say which FILE/);
  assert.equal(existsSync(dataDir), false, "refusals make nothing");

  await run(["create-account", "--email", "ada@example.org", "--name", "Ada"]);
  const said = await run(["backup"]);
  assert.equal(said.code, 0, said.err);
  assert.match(
    said.out,
    /backups\/postern-\d{8}T\d{6}Z\.backup \(0\.\d MB\)\n.*list of 0 media.*\nThe master key is not in it/,
  );
  const json = await run(["backup", "--json", "--with-media", "--to", path.join(dataDir, "..", "safe")]);
  const made = JSON.parse(json.out) as { file: string; withMedia: boolean; key: { fingerprint: string } };
  assert.deepEqual([path.basename(path.dirname(made.file)), made.withMedia], ["safe", true]);

  const [verified, listed, occupied] = await Promise.all([
    run(["verify-backup", made.file]),
    run(["verify-backup", made.file, "--json"]),
    run(["restore", made.file, "--json"]),
  ]);
  assert.equal(verified.code, 0, verified.err);
  assert.match(verified.out, /is whole: made 20.*\nKey: The key at hand fits \(\w{8}\)\.\nMedia: 0 inside\./);
  const facts = JSON.parse(listed.out) as Record<string, unknown>;
  assert.equal(facts["whole"], true);

  assert.equal(occupied.code, 1);
  assert.match(occupied.err, /^There is a database in .*move those files away.*\n$/);
  assert.match((JSON.parse(occupied.out) as { error: string }).error, /There is a database/);

  const other = path.join(dataDir, "..", "other");
  const settings = { DATA_DIR: other };
  const keyless = await run(["restore", made.file], { settings });
  assert.equal(keyless.code, 1);
  assert.match(keyless.err, new RegExp(`There is no master key at .*${made.key.fingerprint}.*Nothing was changed`));
  assert.equal(existsSync(other), false);

  mkdirSync(other);
  copyFileSync(path.join(dataDir, "postern.key"), path.join(other, "postern.key"));
  const cut = `${made.file}.cut`;
  writeFileSync(cut, readFileSync(made.file).subarray(0, -1));
  const refused = await run(["restore", cut], { settings });
  assert.equal(refused.code, 1);
  assert.match(refused.err, /is damaged: it ends too early\. Nothing was changed\./);
  const restored = await run(["restore", made.file], { settings });
  assert.equal(restored.code, 0, restored.err);
  assert.match(
    restored.out,
    /^The backup of 20.* is in .*other, with 0 media\. See that the former Postern is stopped/,
  );
  const account = await run(["create-api-key", "--email", "ada@example.org", "--name", "robot"], { settings });
  assert.equal(account.code, 0, account.err);
});

test("a damaged file in the library makes the backup say so with its exit code", async (t) => {
  const home = new Home(t);
  const film = home.addMedia(Buffer.from("a film"));
  writeFileSync(film.file, "A film");
  const { run } = operator(t);
  const said = await run(["backup", "--with-media"], { settings: { DATA_DIR: home.dataDir } });
  assert.equal(said.code, 1);
  assert.match(
    said.out,
    new RegExp(`1 media are gone from the disk or damaged.*\n  media/.*${film.sha256}/original\\.mp4`),
  );
});

test("memory stays flat whatever the size of a file", async (t) => {
  const home = new Home(t);
  const MB = 1 << 20;
  const piece = randomBytes(MB);
  const hash = createHash("sha256");
  const { file } = home.addMedia(Buffer.from("placeholder"));
  const draft = path.join(home.root, "large");
  for (let i = 0; i < 200; i += 1) {
    appendFileSync(draft, piece);
    hash.update(piece);
  }
  const sha256 = hash.digest("hex");
  const place = path.join(home.dataDir, "media", sha256.slice(0, 2), sha256);
  mkdirSync(place, { recursive: true });
  renameSync(draft, path.join(place, "original.mp4"));
  home.nameMedia(sha256, 200 * MB, "mp4");
  assert.ok(existsSync(file));

  const { run, home: cwd } = operator(t);
  const report = path.join(cwd, "report.mjs");
  writeFileSync(report, `process.on("exit", () => console.error("peak " + process.resourceUsage().maxRSS));`);
  const peak = async (args: string[], settings: Record<string, string>) => {
    const said = await run([...args, "--json"], { settings: { ...settings, NODE_OPTIONS: `--import=${report}` } });
    assert.equal(said.code, 0, said.err);
    const found = /^peak (\d+)$/m.exec(said.err);
    return { said, mb: Number(found![1]) / 1024 };
  };
  const from = { DATA_DIR: home.dataDir };
  const to = home.elsewhere();
  const there = { DATA_DIR: to.dataDir, MASTER_KEY_FILE: to.masterKeyFile };
  const small = await peak(["backup"], from);
  const large = await peak(["backup", "--with-media"], from);
  const archive = (JSON.parse(large.said.out) as { file: string; bytes: number }).file;
  const checked = await peak(["verify-backup", archive], there);
  const restored = await peak(["restore", archive], there);
  const media = (JSON.parse(restored.said.out) as { media: { placed: number } }).media;
  assert.equal(media.placed, 2);
  for (const [name, { mb }] of Object.entries({ large, checked, restored })) {
    t.diagnostic(`${name}: ${mb.toFixed(0)} MB at most; without media ${small.mb.toFixed(0)} MB`);
    assert.ok(mb < small.mb + 40, `${name} took ${mb} MB, without media ${small.mb} MB`);
  }
});
