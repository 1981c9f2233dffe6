/** Puts a backup into an empty data folder: everything is checked first, and the database appears last, in one step. */
import { chmodSync, existsSync, mkdirSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { audit } from "../accounts/index.ts";
import type { Clock } from "../clock.ts";
import { holdDataFolder, migrate, openDatabase } from "../database/index.ts";
import type { House } from "../house.ts";
import { checkBackup, type Checked, type Place } from "./check-backup.ts";
import { fileSink, sync } from "./disk.ts";
import { BackupError, fromDisk } from "./errors.ts";
import type { MediaEntry } from "./format.ts";
import { holdPast, type Held } from "./hold-past.ts";
import { contentFolder, missingFrom } from "./media-files.ts";
import { readArchive } from "./read-archive.ts";
import { keepsOwnWorld, placeWorld } from "./sandbox-files.ts";

export interface Restored {
  manifest: Checked["manifest"];
  /** Publications that wait for a person's word. */
  held: Held;
  /** How many media came out of the backup. */
  placed: number;
  /** Media that neither the backup nor the folder has. */
  missing: MediaEntry[];
  /** What the own sandbox remembers: out of the backup, of before in the folder, or in neither. */
  sandbox: "placed" | "kept" | "none";
}

const STAGE = ".restore-";
/** A journal without its database would be played into the restored one. */
const DATABASE_FILES = ["postern.db", "postern.db-wal", "postern.db-shm", "postern.db-journal"];

/**
 * Throws BackupError, with the folder as it was, when a database is there, another process holds the folder, the backup is
 * damaged or newer, or the key at hand does not open it.
 */
export async function restoreBackup(file: string, place: Place, clock: Clock): Promise<Restored> {
  const { dataDir } = place;
  refuseOccupied(dataDir);
  const checked = await checkBackup(file, place);
  refuseKey(checked, place);
  const letGo = hold(dataDir);
  let stage: string | null = null;
  try {
    // Checking may have taken minutes.
    refuseOccupied(dataDir);
    await clearStages(dataDir);
    stage = await mkdtemp(path.join(dataDir, STAGE));
    await unpack(file, stage, checked);
    const keeps = keepsOwnWorld(stage, dataDir);
    const held = bringUpToNow(path.join(stage, "postern.db"), checked, clock.now());
    const placed = await placeMedia(stage, dataDir, checked);
    const sandbox = keeps ? "kept" : (await placeWorld(stage, dataDir)) ? "placed" : "none";
    await placeDatabase(stage, dataDir);
    return { manifest: checked.manifest, held, placed, missing: missingFrom(dataDir, checked.manifest.media), sandbox };
  } catch (error) {
    throw fromDisk(error, "the restore", dataDir);
  } finally {
    if (stage) await rm(stage, { recursive: true, force: true });
    letGo();
  }
}

function refuseOccupied(dataDir: string): void {
  const found = DATABASE_FILES.filter((name) => existsSync(path.join(dataDir, name)));
  if (found.length === 0) return;
  throw new BackupError(
    `There is a database in ${dataDir} already (${found.join(", ")}), and restore never replaces one. Nothing was changed. Stop Postern and move those files away, or set DATA_DIR to an empty folder, and try again.`,
  );
}

function refuseKey({ key }: Checked, place: Place): void {
  if (key.state === "fits" || key.state === "unneeded") return;
  const where = place.masterKey === null ? `at ${place.masterKeyFile}` : "into MASTER_KEY";
  throw new BackupError(`${key.message} Nothing was changed. Put your copy of the right key ${where} and try again.`);
}

function hold(dataDir: string): () => void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    return holdDataFolder(dataDir);
  } catch (error) {
    const known = fromDisk(error, "the restore", dataDir);
    if (known !== error) throw known;
    throw new BackupError(`Another Postern process is using ${dataDir}. Nothing was changed. Stop it and try again.`);
  }
}

/** Left by a restore that was killed; this process holds the folder now. */
async function clearStages(dataDir: string): Promise<void> {
  for (const name of await readdir(dataDir))
    if (name.startsWith(STAGE)) await rm(path.join(dataDir, name), { recursive: true, force: true });
}

/** Reads and checks it all again while unpacking, because the file may have changed since it was checked. */
async function unpack(file: string, stage: string, checked: Checked): Promise<void> {
  const { manifest } = await readArchive(file, {
    database: () => fileSink(path.join(stage, "postern.db")),
    media: (part) => fileSink(path.join(stage, contentFolder(part.content), part.name)),
    sandbox: (part) => fileSink(path.join(stage, "sandbox", part.name)),
  });
  if (manifest.database.sha256 !== checked.manifest.database.sha256)
    throw new BackupError(`${file} was replaced while it was read. Nothing was changed. Try again.`);
}

function bringUpToNow(file: string, { manifest }: Checked, now: number): Held {
  const db = openDatabase({ file });
  try {
    migrate(db, { now });
    const takenAt = Date.parse(manifest.createdAt);
    const held = holdPast(db, { takenAt, now });
    const facts = { takenAt: manifest.createdAt, heldDue: held.due, heldUnderWay: held.underWay };
    audit({ db, clock: { now: () => now } } as House, { action: "backup.restore", facts });
    return held;
  } finally {
    db.close();
  }
}

/** Whole folders, one a content; what lies there under the same hash gives way to what was just checked. */
async function placeMedia(stage: string, dataDir: string, { included }: Checked): Promise<number> {
  for (const sha256 of included) {
    const target = path.join(dataDir, contentFolder(sha256));
    await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
    await rm(target, { recursive: true, force: true });
    await rename(path.join(stage, contentFolder(sha256)), target);
    await sync(path.dirname(target));
  }
  return included.size;
}

/** The one step that makes it a restored Postern; before it there is no database, after it there is a whole one. */
async function placeDatabase(stage: string, dataDir: string): Promise<void> {
  const staged = path.join(stage, "postern.db");
  if (existsSync(`${staged}-wal`)) throw new BackupError("The restored database did not close. Try again.");
  chmodSync(staged, 0o600);
  await sync(staged);
  await rename(staged, path.join(dataDir, "postern.db"));
  await sync(dataDir);
}
