/** Re-seals every sealed column under a fresh data key, in small transactions, beside a running server. */
import type { Db } from "../database/index.ts";
import type { Vault } from "./vault.ts";

const BATCH = 200;
const KEEP_OLD_KEYS_MS = 30 * 24 * 3600 * 1000;

/** Every column whose name ends in _sealed, read from the schema itself so that none is forgotten. */
export function sealedColumns(db: Db): Array<{ table: string; column: string }> {
  return db.all<{ table: string; column: string }>(
    `SELECT m.name AS "table", c.name AS "column" FROM sqlite_master m JOIN pragma_table_info(m.name) c
     WHERE m.type = 'table' AND c.name LIKE '%\\_sealed' ESCAPE '\\' ORDER BY 1, 2`,
  );
}

/**
 * Makes a new data key and moves every sealed value to it. Safe to repeat after a crash: what was moved is skipped. Former
 * keys stay readable for 30 days, for values that were being written meanwhile, then they are wiped by a later rotation. A value that changes meanwhile (a token refresh) is never overwritten: the move only
 * happens while the old value still stands.
 */
export function rotateDataKey(
  db: Db,
  vault: Vault,
  now: number,
  onProgress: (moved: number) => void = () => undefined,
): { kid: string; moved: number } {
  const kid = vault.addDataKey();
  let moved = 0;
  for (const { table, column } of sealedColumns(db)) {
    for (let batch = 1; batch > 0;) {
      batch = moveBatch(db, vault, { table, column, kid });
      moved += batch;
      onProgress(moved);
    }
  }
  forgetOldKeys(db, now);
  return { kid, moved };
}

function forgetOldKeys(db: Db, now: number): void {
  db.transaction(() => {
    const inUse = (kid: string) =>
      sealedColumns(db).some(({ table, column }) =>
        db.get(`SELECT 1 FROM ${table} WHERE ${column} LIKE ? LIMIT 1`, [`x1.${kid}.%`]),
      );
    const old = db.all<{ kid: string }>("SELECT kid FROM data_keys WHERE state = 'old' AND created_at < ?", [
      now - KEEP_OLD_KEYS_MS,
    ]);
    for (const { kid } of old) {
      if (!inUse(kid)) db.run("UPDATE data_keys SET state = 'destroyed', wrapped = '' WHERE kid = ?", [kid]);
    }
  });
}

interface Target {
  table: string;
  column: string;
  kid: string;
}

function rowsUnderOtherKeys(db: Db, { table, column, kid }: Target): Array<{ id: string; value: string }> {
  return db.all(
    `SELECT id, ${column} AS value FROM ${table} WHERE ${column} IS NOT NULL AND ${column} NOT LIKE ? LIMIT ${BATCH}`,
    [`x1.${kid}.%`],
  );
}

function moveBatch(db: Db, vault: Vault, target: Target): number {
  return db.transaction(() => {
    const rows = rowsUnderOtherKeys(db, target);
    for (const row of rows) {
      const at = { table: target.table, id: row.id, column: target.column };
      const resealed = vault.seal(vault.open(row.value, at), at);
      db.run(`UPDATE ${target.table} SET ${target.column} = ? WHERE id = ? AND ${target.column} = ?`, [
        resealed,
        row.id,
        row.value,
      ]);
    }
    return rows.length;
  });
}
