/** Opens the one database file with the settings every promise rests on. */
import { chmodSync, mkdirSync } from "node:fs";
import path from "node:path";
import Database from "better-sqlite3";
import { Db } from "./db.ts";

/** How long a write waits for another process's write. */
export const BUSY_MS = 5000;

export interface OpenOptions {
  /** Path of the file, or ":memory:". */
  file: string;
  readonly?: boolean;
}

/**
 * WAL with synchronous=FULL: what was committed survives a power cut (but see Db.lightly). secure_delete overwrites what is deleted, so that
 * "erased" means erased in the file as well.
 */
export function openDatabase({ file, readonly = false }: OpenOptions): Db {
  if (file !== ":memory:") mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const sqlite = new Database(file, { readonly, timeout: BUSY_MS });
  if (!readonly) prepareForWriting(sqlite, file);
  // Also where an older file lies about in a folder that others may enter.
  if (!readonly && file !== ":memory:") chmodSync(file, 0o600);
  sqlite.pragma("foreign_keys = ON");
  sqlite.pragma("temp_store = MEMORY");
  return new Db(sqlite);
}

function prepareForWriting(sqlite: Database.Database, file: string): void {
  try {
    sqlite.pragma("journal_mode = WAL");
    sqlite.pragma("synchronous = FULL");
    sqlite.pragma("secure_delete = ON");
    // Folded by a clock of publishing; by size only where that falls behind, for it holds everything up.
    sqlite.pragma("wal_autocheckpoint = 4000");
  } catch (error) {
    sqlite.close();
    const code = (error as { code?: string }).code ?? "";
    if (!/^SQLITE_(CANTOPEN|READONLY|FULL|IOERR)/.test(code)) throw error;
    throw new Error(
      `The database ${file} cannot be written (${code}): the disk is full or read-only, or the folder belongs to another account. Nothing was changed. Mend that and try again; the command doctor says more.`,
      { cause: error },
    );
  }
}

/**
 * Makes this process the only one that runs jobs on a data folder, until it ends in whatever way: the operating system
 * drops the lock with the process. Throws when another process holds it. Returns a function that lets go.
 */
export function holdDataFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = new Database(path.join(folder, "postern.lock"), { timeout: 0 });
  try {
    lock.pragma("journal_mode = MEMORY");
    lock.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    lock.close();
    if ((error as { code?: string }).code !== "SQLITE_BUSY")
      throw new Error(
        `${folder} cannot be written (${(error as { code?: string }).code ?? "unknown"}). Nothing was changed. Free some space, or give the folder to the account that runs Postern.`,
        { cause: error },
      );
    throw new Error(`Another Postern process is using ${folder}. Stop it first; two would publish the same posts.`);
  }
  return () => lock.close();
}
