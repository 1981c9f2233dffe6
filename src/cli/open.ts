/** Opens config, database and vault for a command, beside a running server where that is safe. */
import path from "node:path";
import { EventEmitter } from "node:events";
import pino from "pino";
import { systemClock } from "../clock.ts";
import { readConfig, type Config } from "../config/index.ts";
import { holdDataFolder, migrate, openDatabase, pendingMigrations, type Db } from "../database/index.ts";
import type { House } from "../house.ts";
import { openVault, readMasterKey, type Vault } from "../vault/index.ts";
import { CommandError } from "./command.ts";

/** The schema never changes under a running server. Throws when there is one. */
function migrateAlone(db: Db, dataDir: string): void {
  try {
    const letGo = holdDataFolder(dataDir);
    try {
      migrate(db, { now: systemClock.now(), backupFolder: path.join(dataDir, "backups") });
    } finally {
      letGo();
    }
  } catch (error) {
    db.close();
    throw error;
  }
}

export interface Opened {
  config: Config;
  db: Db;
  vault: Vault;
  /** What rooms need from the house for their own tables; nothing that runs jobs or goes out. */
  house: House;
  close(): void;
}

/** Migrates when needed (a new folder is made ready). Throws CommandError when the vault is locked and `needVault`. */
export function openForCommand(options: { needVault: boolean }): Opened {
  const config = readConfig();
  const db = openDatabase({ file: path.join(config.dataDir, "postern.db") });
  if (pendingMigrations(db).length > 0) migrateAlone(db, config.dataDir);
  const isNew = !db.get("SELECT 1 FROM key_check");
  const vault = openVault(db, readMasterKey(config, isNew), systemClock);
  if (options.needVault && vault.locked !== null) {
    db.close();
    throw new CommandError(vault.locked);
  }
  const house = {
    config,
    db,
    vault,
    clock: systemClock,
    log: pino({ level: "silent" }),
    news: new EventEmitter(),
  } as unknown as House;
  return { config, db, vault, house, close: () => db.close() };
}
