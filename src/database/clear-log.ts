/** Takes out of the write-ahead log what was erased from the database. */
import type { Db } from "./db.ts";
import { BUSY_MS } from "./open.ts";

/** Databases whose log still holds what was erased, because somebody was reading. */
const owing = new WeakSet<Db>();

/**
 * Folds the log into the database and empties it. A reader (a backup) can keep it, so this is tried for two seconds; false
 * when it was still in use then. `foldLog` goes on trying.
 */
export async function clearLog(db: Db): Promise<boolean> {
  owing.add(db);
  for (let attempt = 0; attempt < 20; attempt += 1) {
    if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, 100));
    if (emptied(db)) return true;
  }
  return false;
}

/** Folds what can be folded without waiting for anybody; and empties the log where that is still owed to an erasure. */
export function foldLog(db: Db): void {
  if (owing.has(db) && emptied(db)) return;
  db.sqlite.pragma("wal_checkpoint(PASSIVE)");
}

function emptied(db: Db): boolean {
  // Emptying waits for readers as a write waits for a writer, and the whole process with it.
  db.sqlite.pragma("busy_timeout = 0");
  try {
    const [state] = db.sqlite.pragma("wal_checkpoint(TRUNCATE)") as Array<{ busy: number }>;
    if (state?.busy !== 0) return false;
    owing.delete(db);
    return true;
  } finally {
    db.sqlite.pragma(`busy_timeout = ${BUSY_MS}`);
  }
}
