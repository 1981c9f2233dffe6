/** Finds out whether a backup is whole and could be restored here, and changes nothing. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Config } from "../config/index.ts";
import { newerMigrations, openDatabase, type Db } from "../database/index.ts";
import { fileSink } from "./disk.ts";
import { BackupError, fromDisk } from "./errors.ts";
import type { Manifest, MediaEntry } from "./format.ts";
import { keyFit, type KeyFit } from "./key-fit.ts";
import { hashOf, mediaOf, missingFrom } from "./media-files.ts";
import { readArchive } from "./read-archive.ts";
import { migrationsOf } from "./snapshot.ts";

/** A machine's data folder and the key at hand there. */
export type Place = Pick<Config, "dataDir" | "masterKey" | "masterKeyFile">;

export interface Checked {
  manifest: Manifest;
  key: KeyFit;
  /** Hashes of the media inside. */
  included: Set<string>;
  /** Media that are neither inside nor on this machine. */
  missing: MediaEntry[];
  /** Media that are listed and not on this machine, whether or not they are inside. */
  absentHere: MediaEntry[];
  /** Media that are on this machine in the right size and are not what the backup says; null when they were not read. */
  changedHere: MediaEntry[] | null;
}

/**
 * Checks every length and hash, the database inside, and that this version knows its schema. The database is unpacked into
 * the machine's folder for temporary files and removed again. `readHere` also reads the media on this machine. Throws BackupError when the backup must not be restored by this
 * version; a key that does not fit and missing media are only reported.
 */
export async function checkBackup(file: string, place: Place, { readHere = false } = {}): Promise<Checked> {
  const bench = await mkdtemp(path.join(tmpdir(), "postern-check-"));
  const copy = path.join(bench, "postern.db");
  try {
    const { manifest, included } = await readArchive(file, {
      database: () => fileSink(copy),
      media: async () => null,
      sandbox: async () => null,
    });
    const key = examine(file, copy, manifest, place);
    const absentHere = missingFrom(place.dataDir, manifest.media);
    const missing = absentHere.filter((one) => !included.has(one.sha256));
    const changedHere = readHere ? await changed(place.dataDir, manifest.media, absentHere) : null;
    return { manifest, key, included, absentHere, missing, changedHere };
  } catch (error) {
    throw fromDisk(error, "the check", bench);
  } finally {
    await rm(bench, { recursive: true, force: true });
  }
}

async function changed(
  dataDir: string,
  media: readonly MediaEntry[],
  absent: readonly MediaEntry[],
): Promise<MediaEntry[]> {
  const found: MediaEntry[] = [];
  for (const entry of media.filter((one) => !absent.includes(one)))
    if ((await hashOf(path.join(dataDir, entry.path)).catch(() => "")) !== entry.sha256) found.push(entry);
  return found;
}

function examine(file: string, copy: string, manifest: Manifest, place: Place): KeyFit {
  let db: Db | null = null;
  try {
    db = openDatabase({ file: copy, readonly: true });
    const found = db.sqlite.pragma("integrity_check(1)", { simple: true });
    if (found !== "ok") throw damaged(file, String(found));
    refuseNewer(file, db, manifest);
    const told = JSON.stringify([manifest.migrations, manifest.media]);
    if (told !== JSON.stringify([migrationsOf(db), mediaOf(db)]))
      throw damaged(file, "its list and its database do not agree");
    return keyFit(db, place);
  } catch (error) {
    if ((error as { name?: string }).name !== "SqliteError") throw error;
    throw damaged(file, (error as Error).message);
  } finally {
    db?.close();
  }
}

function refuseNewer(file: string, db: Db, manifest: Manifest): void {
  const unknown = newerMigrations(db);
  if (unknown.length === 0) return;
  throw new BackupError(
    `${file} was made by a newer Postern (${manifest.postern}, with ${unknown.join(", ")}). Nothing was changed. Install that version and try again.`,
  );
}

function damaged(file: string, how: string): BackupError {
  return new BackupError(`The database in ${file} is damaged (${how}). Nothing was changed. Use another backup.`);
}
