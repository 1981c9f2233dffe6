/** A copy of the database as it is at one instant, taken beside a server that goes on writing. */
import { closeSync, fdatasyncSync, openSync, readFileSync } from "node:fs";
import { chmod, stat } from "node:fs/promises";
import Database from "better-sqlite3";
import { openDatabase, type Db } from "../database/index.ts";
import type { Manifest } from "./format.ts";
import { hashOf, mediaOf } from "./media-files.ts";
import { restAfter, SLICE } from "./pace.ts";

/**
 * Copies the database `from` to the new file `to`, at the pace of `pace.ts`, through a connection that only reads: in WAL mode
 * writers go on meanwhile. What was erased is not in it: erased rows and pages hold zeros (secure_delete). Throws what SQLite
 * throws.
 */
export async function takeSnapshot(from: string, to: string): Promise<void> {
  const db = openDatabase({ file: from, readonly: true });
  try {
    // Held from the first page to the last: the copy is of one instant, and no write makes it begin anew.
    db.sqlite.exec("BEGIN");
    db.get("SELECT 1 FROM sqlite_master LIMIT 1");
    await copyPages(db, to);
  } finally {
    db.close();
  }
  standAlone(to);
  await chmod(to, 0o600);
}

async function copyPages(db: Db, to: string): Promise<void> {
  const pages = Math.max(1, Math.floor(SLICE / Number(db.sqlite.pragma("page_size", { simple: true }))));
  const bell = new Int32Array(new SharedArrayBuffer(4));
  let copy: number | null = null;
  let restedAt = performance.now();
  const rest = (): number => {
    fdatasyncSync((copy ??= openSync(to, "r")));
    // Nothing rings it. The thread sleeps, because the library would ask again at once, with a processor's whole time.
    Atomics.wait(bell, 0, 0, restAfter(performance.now() - restedAt));
    restedAt = performance.now();
    return pages;
  };
  try {
    await db.sqlite.backup(to, { progress: rest });
  } finally {
    // Not earlier: closing any handle on a file gives up the locks that SQLite holds on it.
    if (copy !== null) closeSync(copy);
  }
}

/** A copy says, as its source did, that there may be a write-ahead log; this one has none and needs none. */
function standAlone(file: string): void {
  const db = new Database(file);
  try {
    db.pragma("journal_mode = DELETE");
  } finally {
    db.close();
  }
}

/** Everything the manifest says, read from the snapshot itself. `createdAt` is UTC ms, before the snapshot was taken. */
export async function describeSnapshot(
  file: string,
  { createdAt, withMedia }: { createdAt: number; withMedia: boolean },
): Promise<Manifest> {
  const db = openDatabase({ file, readonly: true });
  try {
    return {
      format: 1,
      postern: ownVersion(),
      createdAt: new Date(createdAt).toISOString(),
      migrations: migrationsOf(db),
      key: keyOf(db),
      database: { bytes: (await stat(file)).size, sha256: await hashOf(file) },
      withMedia,
      media: mediaOf(db),
    };
  } finally {
    db.close();
  }
}

export function migrationsOf(db: Db): string[] {
  return db.all<{ name: string }>("SELECT name FROM migrations ORDER BY name").map((row) => row.name);
}

export function keyOf(db: Db): Manifest["key"] {
  const check = db.get<{ fingerprint: string }>("SELECT fingerprint FROM key_check WHERE id = 1");
  const kids = db.all<{ kid: string }>("SELECT kid FROM data_keys WHERE state <> 'destroyed' ORDER BY rowid");
  return check ? { fingerprint: check.fingerprint, kids: kids.map((row) => row.kid) } : null;
}

function ownVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
