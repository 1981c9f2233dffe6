/** What must hold after every single kill, whatever the process was doing. */
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { checkBackup } from "../../src/backups/index.ts";
import { openDatabase } from "../../src/database/index.ts";
import { openVault, readMasterKey, sealedColumns } from "../../src/vault/index.ts";
import type { Install } from "./install.ts";
import { openReadonly } from "./publications.ts";

/** Faults of the file itself: pages, references, jobs that two processes could claim. Empty = none. */
export function databaseFaults(install: Install): string[] {
  const db = openReadonly(install);
  try {
    const integrity = String(db.pragma("integrity_check", { simple: true }));
    const dangling = (db.pragma("foreign_key_check") as unknown[]).length;
    const jobless = db
      .prepare(
        `SELECT COUNT(*) FROM publications p WHERE p.state IN ('scheduled', 'publishing', 'confirming') AND NOT EXISTS
           (SELECT 1 FROM jobs j WHERE j.unique_key = 'publication:' || p.id AND j.state IN ('queued', 'running'))`,
      )
      .pluck()
      .get() as number;
    return [
      ...(integrity === "ok" ? [] : [`integrity_check: ${integrity}`]),
      ...(dangling === 0 ? [] : [`${dangling} dangling references`]),
      ...(jobless === 0 ? [] : [`${jobless} active publications have no job`]),
    ];
  } finally {
    db.close();
  }
}

/** Publications and jobs that the dead process left in its hands: the next start must name each in its log. */
export function leftInHand(install: Install): string[] {
  const db = openReadonly(install);
  try {
    return db
      .prepare(
        `SELECT j.id FROM jobs j WHERE j.state = 'running'
         UNION SELECT p.id FROM publications p JOIN jobs j ON j.unique_key = 'publication:' || p.id
         WHERE j.state = 'running' AND p.state IN ('publishing', 'confirming')`,
      )
      .pluck()
      .all() as string[];
  } finally {
    db.close();
  }
}

/** Every sealed value opens with exactly one of the data keys, and one key is active. */
export function keyFaults(install: Install): string[] {
  const db = openDatabase({ file: path.join(install.dataDir, "postern.db"), readonly: true });
  try {
    const source = { masterKey: null, masterKeyFile: path.join(install.dataDir, "postern.key") };
    const vault = openVault(db, readMasterKey(source, false), { now: () => Date.now() });
    if (vault.locked !== null) return [vault.locked];
    const kids = db.all<{ kid: string; state: string }>("SELECT kid, state FROM data_keys WHERE state <> 'destroyed'");
    const active = kids.filter((one) => one.state === "active").length;
    const faults = active === 1 ? [] : [`${active} keys are active`];
    for (const { table, column } of sealedColumns(db)) {
      const rows = db.all<{ id: string; value: string }>(
        `SELECT id, ${column} AS value FROM ${table} WHERE ${column} IS NOT NULL`,
      );
      for (const { id, value } of rows) {
        const [version, , body] = value.split(".");
        const opening = kids.filter(({ kid }) =>
          opens(() => vault.open(`${version}.${kid}.${body}`, { table, id, column })),
        );
        if (opening.length !== 1) faults.push(`${column} of ${table} ${id} opens with ${opening.length} keys`);
      }
    }
    return faults;
  } finally {
    db.close();
  }
}

function opens(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}

/** Every file that bears a backup's name is whole; what a kill left unfinished is refused, or whole. */
export async function backupFaults(install: Install): Promise<{ whole: number; refused: number; faults: string[] }> {
  const folder = path.join(install.dataDir, "backups");
  const found = { whole: 0, refused: 0, faults: [] as string[] };
  if (!existsSync(folder)) return found;
  const place = { dataDir: install.dataDir, masterKey: null, masterKeyFile: path.join(install.dataDir, "postern.key") };
  for (const name of readdirSync(folder)) {
    const named = name.endsWith(".backup");
    const draft = path.join(folder, name, "backup");
    if (!named && !(name.startsWith(".unfinished-") && existsSync(draft))) continue;
    try {
      const { key } = await checkBackup(named ? path.join(folder, name) : draft, place);
      if (key.state === "fits") found.whole += 1;
      else found.faults.push(`${name}: ${key.message}`);
    } catch (error) {
      if (named || (error as Error).name !== "BackupError") found.faults.push(`${name}: ${(error as Error).message}`);
      else found.refused += 1;
    }
  }
  return found;
}
