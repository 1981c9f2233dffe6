/** What a backup holds, what restoring puts in place, and when it is refused. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { checkBackup, makeBackup, restoreBackup } from "../../src/backups/index.ts";
import { holdDataFolder, openDatabase, type Db } from "../../src/database/index.ts";
import { openVault, readMasterKey } from "../../src/vault/index.ts";
import { everyFile, Home, HOUR, NOON } from "./home.ts";

const at = (now: number) => ({ now: () => now });

function reading<T>(dataDir: string, work: (db: Db) => T): T {
  const db = openDatabase({ file: path.join(dataDir, "postern.db"), readonly: true });
  try {
    return work(db);
  } finally {
    db.close();
  }
}

test("one file, for its owner alone, without the key and without leftovers", async (t) => {
  const home = new Home(t);
  const film = home.addMedia(Buffer.from("a film"));
  const sealed = home.work((db) => {
    const vault = openVault(db, readMasterKey(home.place, false), at(NOON));
    return vault.seal("token", { table: "channels", id: "c", column: "access_token_sealed" });
  });
  home.work((db) => db.run("UPDATE channels SET access_token_sealed = ?", [sealed]));
  const made = [await home.backUp(true), await home.backUp(true)];
  const names = readdirSync(path.join(home.root, "backups")).sort();
  assert.deepEqual(names, ["postern-20261122T120000Z-2.backup", "postern-20261122T120000Z.backup"]);
  for (const { file, bytes } of made) {
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(statSync(file).size, bytes);
  }
  const archive = readFileSync(made[0]!.file);
  const text = readFileSync(home.place.masterKeyFile, "utf8").trim();
  const key = Buffer.from(text, "base64");
  const forms = [key, text, key.toString("base64url"), key.toString("hex"), Buffer.from(text, "utf16le")];
  for (const form of forms) assert.ok(!archive.includes(form), "the key is in the archive");
  assert.ok(archive.includes(sealed) && archive.includes(film.sha256), "the search finds what is there");
});

test("with media: every row, original and small picture is in its place", async (t) => {
  const home = new Home(t);
  const film = home.addMedia(Buffer.alloc(2_500_000, "film"));
  const page = home.addMedia(Buffer.from("a page"), "jpg");
  const { file, manifest } = await home.backUp(true);
  assert.deepEqual([manifest.withMedia, manifest.media.length], [true, 2]);
  const place = home.elsewhere();
  const checked = await checkBackup(file, place);
  assert.deepEqual([checked.key.state, checked.included.size, checked.absentHere.length], ["fits", 2, 2]);
  assert.deepEqual(checked.missing, []);
  assert.equal(existsSync(place.dataDir), false, "checking makes nothing");
  const restored = await restoreBackup(file, place, at(NOON));
  assert.deepEqual([restored.placed, restored.missing], [2, []]);
  for (const one of [film, page])
    for (const name of [one.file, one.picture])
      assert.deepEqual(readFileSync(path.join(place.dataDir, path.relative(home.dataDir, name))), readFileSync(name));
  const names = readdirSync(place.dataDir).sort();
  assert.deepEqual(names, ["media", "postern.db", "postern.lock"], "nothing of the work is left");
  assert.equal(statSync(path.join(place.dataDir, "postern.db")).mode & 0o777, 0o600);
  const all = (db: Db) => db.all("SELECT * FROM media ORDER BY id");
  assert.deepEqual(reading(place.dataDir, all), home.work(all));
  const actions = reading(place.dataDir, (db) => db.all<{ action: string }>("SELECT action FROM audit_log"));
  assert.deepEqual(actions, [{ action: "backup.restore" }]);
});

test("without media: they are listed, and said to be missing until their folder is there", async (t) => {
  const home = new Home(t);
  const film = home.addMedia(Buffer.alloc(50_000, "film"));
  const { file, manifest, bytes } = await home.backUp();
  assert.equal(manifest.withMedia, false);
  assert.deepEqual(manifest.media, [
    { sha256: film.sha256, bytes: 50_000, path: path.relative(home.dataDir, film.file) },
  ]);
  assert.ok(bytes < manifest.database.bytes + 5000 && !readFileSync(file).includes(Buffer.alloc(1000, "film")));
  assert.equal((await checkBackup(file, home.place)).missing.length, 0);
  const place = home.elsewhere();
  assert.equal((await checkBackup(file, place)).missing.length, 1);
  assert.deepEqual((await restoreBackup(file, place, at(NOON))).missing, manifest.media);
});

test("a file that is damaged or gone is left out and named, and the rest of the backup stands", async (t) => {
  const home = new Home(t);
  const [damaged, gone, shorter, whole] = ["damaged", "gone", "a shorter one", "whole"].map((text) =>
    home.addMedia(Buffer.from(text)),
  );
  writeFileSync(damaged!.file, "damageD");
  rmSync(gone!.file);
  writeFileSync(shorter!.file, "a short");
  const { file, leftOut } = await home.backUp(true);
  assert.deepEqual(
    new Set(leftOut.map((one) => one.sha256)),
    new Set([damaged, gone, shorter].map((one) => one!.sha256)),
  );
  const place = home.elsewhere();
  const restored = await restoreBackup(file, place, at(NOON));
  assert.deepEqual([restored.placed, restored.missing.length], [1, 3]);
  assert.ok(existsSync(path.join(place.dataDir, path.relative(home.dataDir, whole!.file))));
});

test("the wrong key, no key, and a key that others may read are refused before anything is touched", async (t) => {
  const home = new Home(t);
  const { file, manifest } = await home.backUp(true);
  const wrong = home.elsewhere("wrong");
  await assert.rejects(restoreBackup(file, wrong, at(NOON)), (error: Error) => {
    assert.match(
      error.message,
      new RegExp(`fingerprint [0-9a-f]{8}; the backup needs the one with ${manifest.key!.fingerprint}`),
    );
    return /Nothing was changed/.test(error.message);
  });
  const none = home.elsewhere("none");
  await assert.rejects(
    restoreBackup(file, none, at(NOON)),
    /There is no master key at .*the\.key.*Nothing was changed/,
  );
  const open = home.elsewhere();
  rmSync(open.masterKeyFile);
  writeFileSync(open.masterKeyFile, readFileSync(home.place.masterKeyFile), { mode: 0o644 });
  await assert.rejects(restoreBackup(file, open, at(NOON)), /chmod 600/);
  for (const place of [wrong, none, open]) assert.equal(existsSync(place.dataDir), false);
  assert.equal(existsSync(none.masterKeyFile), false, "no key is made");
  const given = { ...home.elsewhere("none"), masterKey: readFileSync(home.place.masterKeyFile, "utf8").trim() };
  await restoreBackup(file, given, at(NOON));
  assert.equal(
    reading(given.dataDir, (db) => openVault(db, readMasterKey(given, false), at(NOON)).locked),
    null,
  );
});

test("a folder with a database, a journal or a process in it is refused and stays as it is", async (t) => {
  const home = new Home(t);
  const { file } = await home.backUp();
  const before = everyFile(home.dataDir);
  await assert.rejects(
    restoreBackup(file, home.place, at(NOON)),
    /There is a database in .*data already \(postern\.db.*Nothing was changed.*DATA_DIR/,
  );
  assert.deepEqual(everyFile(home.dataDir), before);
  const journal = home.elsewhere();
  mkdirSync(journal.dataDir);
  writeFileSync(path.join(journal.dataDir, "postern.db-wal"), "old");
  await assert.rejects(restoreBackup(file, journal, at(NOON)), /\(postern\.db-wal\)/);
  assert.deepEqual(readdirSync(journal.dataDir), ["postern.db-wal"]);
  const held = home.elsewhere();
  const letGo = holdDataFolder(held.dataDir);
  const heldBefore = everyFile(held.dataDir);
  await assert.rejects(restoreBackup(file, held, at(NOON)), /Another Postern process is using .*Nothing was changed/);
  assert.deepEqual(everyFile(held.dataDir), heldBefore);
  letGo();
  await restoreBackup(file, held, at(NOON));
});

test("a killed restore leaves no database, and the next one clears up after it", async (t) => {
  const home = new Home(t);
  const { file } = await home.backUp();
  const place = home.elsewhere();
  mkdirSync(path.join(place.dataDir, ".restore-killed"), { recursive: true });
  writeFileSync(path.join(place.dataDir, ".restore-killed", "postern.db"), "half");
  await restoreBackup(file, place, at(NOON));
  assert.deepEqual(readdirSync(place.dataDir).sort(), ["postern.db", "postern.lock"]);
});

test("a backup of a newer schema or a newer form is refused by name", async (t) => {
  const home = new Home(t);
  home.work((db) => db.run("INSERT INTO migrations (name, applied_at) VALUES ('9999_from_the_future.sql', 0)"));
  const { file } = await home.backUp();
  const place = home.elsewhere();
  const newer = /made by a newer Postern .*9999_from_the_future\.sql.*Nothing was changed/;
  await assert.rejects(checkBackup(file, place), newer);
  await assert.rejects(restoreBackup(file, place, at(NOON)), newer);
  const text = readFileSync(file);
  writeFileSync(file, Buffer.concat([Buffer.from("postern-backup 2\n"), text.subarray(text.indexOf("\n") + 1)]));
  await assert.rejects(checkBackup(file, place), /made by a newer Postern, in a form/);
  assert.equal(existsSync(place.dataDir), false);
});

test("nothing to back up, a folder that is no folder, and what a killed backup left", async (t) => {
  const home = new Home(t);
  const to = path.join(home.root, "backups");
  const wish = { dataDir: home.dataDir, to, withMedia: false, clock: { now: () => Date.now() } };
  await assert.rejects(makeBackup({ ...wish, dataDir: path.join(home.root, "nowhere") }), /There is no database in/);
  assert.equal(existsSync(path.join(home.root, "nowhere")), false);
  mkdirSync(path.join(to, ".unfinished-old"), { recursive: true });
  await makeBackup(wish);
  assert.ok(existsSync(path.join(to, ".unfinished-old")), "a young one may still be at work");
  await makeBackup({ ...wish, clock: { now: () => Date.now() + 25 * HOUR } });
  assert.ok(readdirSync(to).every((name) => name.endsWith(".backup")));
});

test("what may have been published since is held and says so; the rest stays as it is", async (t) => {
  const home = new Home(t);
  const signedOut = JSON.stringify({ kind: "signed_out", code: "signed_out", message: "m", remedy: "r" });
  const missed = JSON.stringify({ kind: "missed", code: "missed", message: "m", remedy: "r" });
  const due = NOON + HOUR;
  const changed = {
    overdue: home.addPublication({ state: "scheduled", dueAt: NOON - 60_000 }),
    dueMeanwhile: home.addPublication({ state: "scheduled", dueAt: due }),
    dueNow: home.addPublication({ state: "scheduled", dueAt: NOON + 5 * HOUR }),
    uploading: home.addPublication({ state: "publishing", dueAt: NOON - 60_000 }),
    uploadingEarly: home.addPublication({ state: "publishing", dueAt: NOON + 9 * HOUR }),
    wouldGoOnReconnect: home.addPublication({ state: "held", dueAt: due, problem: signedOut }),
  };
  const same = [
    home.addPublication({ state: "scheduled", dueAt: NOON + 5 * HOUR + 1 }),
    home.addPublication({ state: "confirming", dueAt: NOON, fence: "committed" }),
    home.addPublication({ state: "confirming", dueAt: NOON, fence: "answered" }),
    home.addPublication({ state: "held", dueAt: due, problem: missed }),
    home.addPublication({ state: "held", dueAt: NOON + 9 * HOUR, problem: signedOut }),
    home.addPublication({ state: "published", dueAt: NOON, fence: "answered", publishedAt: NOON }),
    home.addPublication({ state: "failed", dueAt: NOON, problem: missed }),
    home.addPublication({ state: "cancelled", dueAt: NOON }),
  ];
  const all = (db: Db) =>
    db.all<{ id: string; state: string; problem: string }>("SELECT * FROM publications ORDER BY id");
  const before = new Map(home.work(all).map((row) => [row.id, row]));
  const { file } = await home.backUp();
  const hash = createHash("sha256").update(readFileSync(file)).digest("hex");
  const place = home.elsewhere();
  const { held } = await restoreBackup(file, place, at(NOON + 5 * HOUR));
  assert.deepEqual(held, { due: 4, underWay: 2 });
  const after = new Map(reading(place.dataDir, all).map((row) => [row.id, row]));
  for (const id of same) assert.deepEqual(after.get(id), before.get(id));
  for (const [name, id] of Object.entries(changed)) {
    assert.equal(after.get(id)!.state, "held", name);
    const problem = JSON.parse(after.get(id)!.problem) as Record<string, string>;
    assert.equal(problem["kind"], "restored");
    assert.match(problem["message"]!, /backup of 2026-11-22 12:00 UTC.*may have been published/);
    assert.match(problem["remedy"]!, /Look at the channel/);
  }
  const lines = reading(place.dataDir, (db) =>
    db.all<{ id: string }>(
      "SELECT publication_id AS id FROM publication_events WHERE event = 'Restored from a backup'",
    ),
  );
  assert.deepEqual(new Set(lines.map((line) => line.id)), new Set(Object.values(changed)));
  assert.equal(createHash("sha256").update(readFileSync(file)).digest("hex"), hash, "the backup itself is as it was");
  assert.deepEqual([...home.work(all)], [...before.values()], "and so is where it came from");
});
