/** Re-seals every sealed column under a fresh data key, in small transactions, beside a running server. */
import type { Db } from "../database/index.ts";
import type { SealedAt, Vault } from "./vault.ts";

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
 * Makes a new data key and moves every sealed value to it. Safe to repeat after a crash: a repeat moves what is left, too.
 * A value that changes meanwhile (a token refresh) is never overwritten: the move only happens while the old value still
 * stands. Former keys stay readable for 30 days after they were replaced, for values that were being written meanwhile;
 * then a later rotation wipes them. Throws with the row's name when a value cannot be opened; what was moved stays moved.
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
    // A key was replaced when the next one was made; its own age says nothing about values still on their way.
    const old = db.all<{ kid: string }>(
      `SELECT k.kid FROM data_keys k WHERE k.state = 'old'
         AND (SELECT MIN(n.created_at) FROM data_keys n WHERE n.rowid > k.rowid) < ?`,
      [now - KEEP_OLD_KEYS_MS],
    );
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
      const resealed = vault.seal(openOrName(vault, row.value, at), at);
      db.run(`UPDATE ${target.table} SET ${target.column} = ? WHERE id = ? AND ${target.column} = ?`, [
        resealed,
        row.id,
        row.value,
      ]);
    }
    return rows.length;
  });
}

function openOrName(vault: Vault, sealed: string, at: SealedAt): string {
  try {
    return vault.open(sealed, at);
  } catch (error) {
    throw new Error(
      `${at.column} of row ${at.id} in ${at.table} cannot be opened: it was changed or moved. Everything before it is under the new key and nothing is lost; mend or empty that value and rotate again.`,
      { cause: error },
    );
  }
}
