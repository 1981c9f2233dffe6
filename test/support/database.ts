/** A database of one's own in memory, with the real migrations applied. */
import { Db, migrate, openDatabase } from "../../src/database/index.ts";

export function memoryDatabase(now = 1_700_000_000_000): Db {
  const db = openDatabase({ file: ":memory:" });
  migrate(db, { now });
  return db;
}
