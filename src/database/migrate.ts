/** Applies the numbered SQL files of migrations/, forward only, each in its own transaction, after a backup. */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, readdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Db } from "./db.ts";

const ownFolder = fileURLToPath(new URL("../../migrations/", import.meta.url));

/** Names of migration files that this database has not seen, in order. */
export function pendingMigrations(db: Db, folder = ownFolder): string[] {
  const known = new Set(applied(db));
  return migrationFiles(folder).filter((name) => !known.has(name));
}

/** Names of migrations that this database has seen and this version does not know: it is newer. */
export function newerMigrations(db: Db, folder = ownFolder): string[] {
  const files = new Set(migrationFiles(folder));
  return applied(db).filter((name) => !files.has(name));
}

/**
 * Brings the schema up to date and returns the names applied. With `backupFolder`, a database that already holds data is
 * copied there first; `folder` is where the files are. Throws, with nothing changed by the failing file, when a file fails or leaves a dangling reference;
 * throws when the database is newer than this version.
 */
export function migrate(db: Db, options: { now: number; backupFolder?: string; folder?: string }): string[] {
  const folder = options.folder ?? ownFolder;
  refuseNewer(db, folder);
  const pending = pendingMigrations(db, folder);
  if (pending.length === 0) return [];
  if (options.backupFolder && applied(db).length > 0) backUp(db, options.backupFolder, pending[0]!);
  db.sqlite.exec("CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, applied_at INTEGER NOT NULL) STRICT");
  // Off while tables are rebuilt: inside a transaction the pragma would be ignored and dropping a parent would delete its children.
  db.sqlite.pragma("foreign_keys = OFF");
  try {
    for (const name of pending) apply(db, path.join(folder, name), options.now);
  } finally {
    db.sqlite.pragma("foreign_keys = ON");
  }
  return pending;
}

function apply(db: Db, file: string, now: number): void {
  const name = path.basename(file);
  const sql = readFileSync(file, "utf8");
  db.transaction(() => {
    db.sqlite.exec(sql);
    const dangling = db.sqlite.pragma("foreign_key_check") as unknown[];
    if (dangling.length > 0) throw new Error(`Migration ${name} leaves ${dangling.length} dangling references.`);
    db.run("INSERT INTO migrations (name, applied_at) VALUES (?, ?)", [name, now]);
  });
}

function migrationFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => /^\d{4}_\w+\.sql$/.test(name))
    .sort();
}

function applied(db: Db): string[] {
  const table = db.get("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'migrations'");
  return table ? db.all<{ name: string }>("SELECT name FROM migrations ORDER BY name").map((row) => row.name) : [];
}

/** Throws when this database knows migrations that this version does not. */
function refuseNewer(db: Db, folder: string): void {
  const unknown = newerMigrations(db, folder);
  if (unknown.length === 0) return;
  throw new Error(
    `This database was made by a newer Postern (${unknown.join(", ")}). Install that version again, or restore a backup.`,
  );
}

function backUp(db: Db, backupFolder: string, before: string): void {
  mkdirSync(backupFolder, { recursive: true, mode: 0o700 });
  const file = path.join(backupFolder, `before-${before.replace(/\.sql$/, "")}-${process.pid}.db`);
  // Under another name until it is whole and on the disk: what a kill leaves behind must not look like a backup.
  const draft = `${file}.unfinished`;
  rmSync(draft, { force: true });
  db.sqlite.prepare("VACUUM INTO ?").run(draft);
  flush(draft);
  renameSync(draft, file);
  flush(backupFolder);
}

function flush(place: string): void {
  const handle = openSync(place, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
