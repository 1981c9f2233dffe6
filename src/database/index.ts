/** The door of the database room. */
export { Db, type Params } from "./db.ts";
export { clearLog, foldLog } from "./clear-log.ts";
export { openDatabase, holdDataFolder, type OpenOptions } from "./open.ts";
export { migrate, newerMigrations, pendingMigrations } from "./migrate.ts";
export type * from "./tables/index.ts";
