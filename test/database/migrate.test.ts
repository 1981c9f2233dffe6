/** Migrations: forward only, after a backup, all of a file or nothing, and never on a database that is newer. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import test, { type TestContext } from "node:test";
import { migrate, openDatabase, pendingMigrations } from "../../src/database/index.ts";

function place(t: TestContext) {
  const home = mkdtempSync(path.join(tmpdir(), "postern-migrate-"));
  const folder = path.join(home, "migrations");
  mkdirSync(folder);
  const db = openDatabase({ file: path.join(home, "postern.db") });
  t.after(() => {
    db.close();
    rmSync(home, { recursive: true });
  });
  const write = (name: string, sql: string) => writeFileSync(path.join(folder, name), sql);
  write("0001_parents.sql", "CREATE TABLE parents (id TEXT PRIMARY KEY) STRICT;");
  write(
    "0002_children.sql",
    "CREATE TABLE children (id TEXT PRIMARY KEY, parent TEXT NOT NULL REFERENCES parents (id) ON DELETE CASCADE) STRICT;",
  );
  const options = { now: 7, folder, backupFolder: path.join(home, "backups") };
  return { db, folder, write, options };
}

test("an empty database gets every file in order, once, and needs no backup", (t) => {
  const { db, folder, options } = place(t);
  assert.deepEqual(pendingMigrations(db, folder), ["0001_parents.sql", "0002_children.sql"]);
  assert.deepEqual(migrate(db, options), ["0001_parents.sql", "0002_children.sql"]);
  assert.deepEqual(migrate(db, options), []);
  assert.deepEqual(db.all("SELECT * FROM migrations"), [
    { name: "0001_parents.sql", applied_at: 7 },
    { name: "0002_children.sql", applied_at: 7 },
  ]);
  assert.throws(() => readdirSync(options.backupFolder), { code: "ENOENT" });
});

test("a database with data is copied first, as it was", (t) => {
  const { db, write, options } = place(t);
  migrate(db, options);
  db.run("INSERT INTO parents VALUES ('kept')");
  write("0003_empty.sql", "DELETE FROM parents;");
  assert.deepEqual(migrate(db, options), ["0003_empty.sql"]);
  assert.equal(db.get("SELECT * FROM parents"), undefined);
  const [copy = "none", ...more] = readdirSync(options.backupFolder);
  assert.match(copy, /^before-0003_empty-/);
  assert.equal(more.length, 0);
  const before = openDatabase({ file: path.join(options.backupFolder, copy), readonly: true });
  t.after(() => before.close());
  assert.deepEqual(before.all("SELECT id FROM parents"), [{ id: "kept" }]);
});

test("a file that fails leaves nothing of itself, and what came before it stays", (t) => {
  const { db, folder, write, options } = place(t);
  write("0003_good.sql", "CREATE TABLE good (id TEXT) STRICT;");
  write("0004_bad.sql", "CREATE TABLE half (id TEXT) STRICT; INSERT INTO nowhere VALUES (1);");
  assert.throws(() => migrate(db, options), /nowhere/);
  assert.deepEqual(pendingMigrations(db, folder), ["0004_bad.sql"]);
  assert.equal(db.get("SELECT 1 FROM sqlite_master WHERE name = 'half'"), undefined);
  assert.equal(db.sqlite.pragma("foreign_keys", { simple: true }), 1, "on again");
});

test("a file that leaves a dangling reference is refused; rebuilding a parent does not delete its children", (t) => {
  const { db, write, options } = place(t);
  migrate(db, options);
  db.run("INSERT INTO parents VALUES ('p')");
  db.run("INSERT INTO children VALUES ('c', 'p')");
  write("0003_dangle.sql", "DELETE FROM parents;");
  assert.throws(() => migrate(db, options), /0003_dangle.sql leaves 1 dangling/);
  write(
    "0003_dangle.sql",
    `CREATE TABLE fresh (id TEXT PRIMARY KEY, name TEXT NOT NULL DEFAULT '') STRICT; INSERT INTO fresh (id) SELECT id FROM parents;
     DROP TABLE parents; ALTER TABLE fresh RENAME TO parents;`,
  );
  rmSync(options.backupFolder, { recursive: true });
  migrate(db, options);
  assert.deepEqual(db.all("SELECT id FROM children"), [{ id: "c" }]);
});

test("a database of a newer version is refused, and by the real files as well", (t) => {
  const { db, options } = place(t);
  migrate(db, options);
  db.run("INSERT INTO migrations VALUES ('0009_from_the_future.sql', 1)");
  assert.throws(
    () => migrate(db, options),
    /newer Postern \(0009_from_the_future.sql\).*Install that version again, or restore a backup/,
  );

  const real = openDatabase({ file: ":memory:" });
  t.after(() => real.close());
  migrate(real, { now: 0 });
  assert.deepEqual(pendingMigrations(real), []);
  real.run("INSERT INTO migrations VALUES ('9999_later.sql', 1)");
  assert.throws(() => migrate(real, { now: 0 }), /newer Postern/);
});
