/** Checks of what is stored: the database, its schema, the key that opens it, and the clock against what was written by it. */
import { existsSync } from "node:fs";
import path from "node:path";
import { readSetting } from "../../accounts/index.ts";
import type { Clock } from "../../clock.ts";
import type { Config } from "../../config/index.ts";
import { newerMigrations, openDatabase, pendingMigrations, type Db } from "../../database/index.ts";
import type { House } from "../../house.ts";
import { openVault, readMasterKey, type Vault } from "../../vault/index.ts";
import { note, ok, wrong, type Finding } from "./finding.ts";

export interface Stored {
  findings: Finding[];
  /** Open, when the key fits. */
  vault: Vault | null;
}

const DAMAGED = "Stop Postern and go back to a backup.";

/** Reads only. */
export function stored(config: Config, clock: Clock): Stored {
  const file = path.join(config.dataDir, "postern.db");
  if (!existsSync(file))
    return { findings: [note("database", "there is none yet", "It is made at the first start.")], vault: null };
  let db: Db | null = null;
  try {
    db = openDatabase({ file, readonly: true });
    if (db.sqlite.pragma("quick_check(1)", { simple: true }) !== "ok")
      throw new Error("pages of it do not fit together");
    return examine(config, db, clock);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { findings: [wrong("database", `it is damaged (${why})`, DAMAGED)], vault: null };
  } finally {
    db?.close();
  }
}

function examine(config: Config, db: Db, clock: Clock): Stored {
  const newer = newerMigrations(db);
  if (newer.length > 0) {
    const message = `it was made by a newer Postern (${newer.join(", ")})`;
    return {
      findings: [wrong("database", message, "Install that version again, or restore a backup.")],
      vault: null,
    };
  }
  const pending = pendingMigrations(db);
  if (pending.length > 0) {
    const message = `${pending.length === 1 ? "a migration is" : `${pending.length} migrations are`} pending (${pending.join(", ")})`;
    const remedy = "Stop Postern and run: npm run cli -- migrate (a start does it as well)";
    return { findings: [wrong("database", message, remedy)], vault: null };
  }
  const { vault, findings } = key(config, db, clock);
  return { findings: [ok("database", "up to date"), ...findings, writtenBefore(db, clock.now())], vault };
}

function key(config: Config, db: Db, clock: Clock): Stored {
  try {
    const masterKey = readMasterKey(config, false);
    // Nothing is sealed yet: any key will do, and a vault that is opened now would write its check.
    if (!db.get("SELECT 1 FROM key_check"))
      return {
        findings: [
          note("key", masterKey ? "found, not in use yet" : "there is none yet", "It is set up at the first start."),
        ],
        vault: null,
      };
    const vault = openVault(db, masterKey, clock);
    if (vault.locked !== null)
      return { findings: [wrong("key", vault.locked, "Put your copy of the key in place.")], vault: null };
    return { findings: [ok("key", `fits (${vault.fingerprint})`), copyOfKey(config, db)], vault };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { findings: [wrong("key", why, "Mend the key file.")], vault: null };
  }
}

function copyOfKey(config: Config, db: Db): Finding {
  if (readSetting({ db } as House, "key_copy_confirmed_at") !== null) return ok("copy of the key", "confirmed");
  return note(
    "copy of the key",
    "nobody has confirmed that a copy is kept elsewhere",
    `Copy ${config.masterKeyFile} to another place, then confirm it under Settings, Administration.`,
  );
}

const TOLERATED_MS = 60_000;
export const SET_CLOCK = "Set the machine's time (timedatectl set-ntp true); posts go out by it.";

/** A clock that stands before what was written by it went back, or ran ahead for a while. */
function writtenBefore(db: Db, now: number): Finding {
  const last = db.get<{ at: number | null }>("SELECT MAX(audit_log.at) AS at FROM audit_log")?.at ?? 0;
  if (last - now <= TOLERATED_MS) return ok("clock", "is not behind what was written by it");
  return wrong(
    "clock",
    `it stands at ${wallTime(now)}, and the last entry of the log was written at ${wallTime(last)}`,
    SET_CLOCK,
  );
}

export function wallTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
