/** Whether the master key at hand opens a backup's database. */
import type { Config } from "../config/index.ts";
import type { Db } from "../database/index.ts";
import { openVault, readMasterKey } from "../vault/index.ts";
import { keyOf } from "./snapshot.ts";

export interface KeyFit {
  /** unneeded: nothing in the backup is sealed; unreadable: the key file may be read by others, or holds no key. */
  state: "fits" | "other" | "missing" | "unreadable" | "unneeded";
  /** A sentence. */
  message: string;
}

/** Reads only: no key is made, nothing is written. */
export function keyFit(db: Db, source: Pick<Config, "masterKey" | "masterKeyFile">): KeyFit {
  const wanted = keyOf(db)?.fingerprint;
  if (wanted === undefined) return { state: "unneeded", message: "Nothing in it is sealed, so it needs no key." };
  let masterKey: Buffer | null;
  try {
    masterKey = readMasterKey(source, false);
  } catch (error) {
    return { state: "unreadable", message: error instanceof Error ? error.message : String(error) };
  }
  if (!masterKey)
    return {
      state: "missing",
      message: `There is no master key at ${source.masterKeyFile}; the backup needs the one with the fingerprint ${wanted}.`,
    };
  // Opening checks the key; the clock is only asked when a new data key is made.
  const vault = openVault(db, masterKey, { now: () => 0 });
  return vault.locked === null
    ? { state: "fits", message: `The key at hand fits (${vault.fingerprint}).` }
    : {
        state: "other",
        message: `The key at hand has the fingerprint ${vault.fingerprint}; the backup needs the one with ${wanted}.`,
      };
}
