/** The door of the backups room: one file that holds an install, made, checked and put back. */
export { BackupError } from "./errors.ts";
export { makeBackup, pourBackup, type BackupWish, type Made, type Poured } from "./make-backup.ts";
export { checkBackup, type Checked, type Place } from "./check-backup.ts";
export { restoreBackup, type Restored } from "./restore-backup.ts";
export type { Manifest, MediaEntry } from "./format.ts";
