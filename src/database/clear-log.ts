/** Takes out of the write-ahead log what was erased from the database. */
import type { Db } from "./db.ts";

/**
 * Folds the log into the database and empties it. A reader (a backup) can keep it for a moment, so this is tried for two
 * seconds; false when it was still in use then.
 */
export async function clearLog(db: Db): Promise<boolean> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, 100));
    const [state] = db.sqlite.pragma("wal_checkpoint(TRUNCATE)") as Array<{ busy: number }>;
    if (state?.busy === 0) return true;
  }
  return false;
}
