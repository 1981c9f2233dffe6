/** A copy of the database as it is at one instant, taken beside a server that goes on writing. */
import { readFileSync } from "node:fs";
import { chmod, stat } from "node:fs/promises";
import { openDatabase, type Db } from "../database/index.ts";
import type { Manifest } from "./format.ts";
import { hashOf, mediaOf } from "./media-files.ts";

/**
 * Copies the database `from` to the new file `to` through a connection that only reads: in WAL mode writers go on meanwhile.
 * Pages that held erased rows are not copied. Throws what SQLite throws.
 */
export async function takeSnapshot(from: string, to: string): Promise<void> {
  const db = openDatabase({ file: from, readonly: true });
  try {
    db.sqlite.prepare("VACUUM INTO ?").run(to);
  } finally {
    db.close();
  }
  await chmod(to, 0o600);
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
