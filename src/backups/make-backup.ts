/** Makes one backup file while the server may be running. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import type { Clock } from "../clock.ts";
import { openDatabase } from "../database/index.ts";
import { sync } from "./disk.ts";
import { BackupError, fromDisk } from "./errors.ts";
import type { Manifest, MediaEntry } from "./format.ts";
import { bytesOf, contentFolder, originalPart, pictureParts } from "./media-files.ts";
import { describeSnapshot, takeSnapshot } from "./snapshot.ts";
import { ArchiveWriter, SourceDiffers } from "./write-archive.ts";

export interface BackupWish {
  dataDir: string;
  /** Folder for the file; made when it is not there. */
  to: string;
  withMedia: boolean;
  clock: Clock;
}

export interface Made {
  file: string;
  bytes: number;
  manifest: Manifest;
  /** Media that should be inside and are not, because their file is gone from the disk or is not what it was. */
  leftOut: MediaEntry[];
}

const DAY_MS = 24 * 3_600_000;
const UNFINISHED = ".unfinished-";

/**
 * Writes a new file with mode 0600, which appears under its name only when it is whole and on the disk. Throws BackupError;
 * then nothing of it is left.
 */
export async function makeBackup(wish: BackupWish): Promise<Made> {
  const database = path.join(wish.dataDir, "postern.db");
  if (!existsSync(database))
    throw new BackupError(`There is no database in ${wish.dataDir}, so there is nothing to back up. Check DATA_DIR.`);
  let bench: string | null = null;
  try {
    mkdirSync(wish.to, { recursive: true, mode: 0o700 });
    await clearUnfinished(wish);
    bench = await mkdtemp(path.join(wish.to, UNFINISHED));
    return await assemble(wish, database, bench);
  } catch (error) {
    throw fromDisk(error, "the backup", wish.to);
  } finally {
    if (bench) await rm(bench, { recursive: true, force: true });
  }
}

async function assemble(wish: BackupWish, database: string, bench: string): Promise<Made> {
  const createdAt = wish.clock.now();
  const snapshot = path.join(bench, "postern.db");
  const draft = path.join(bench, "backup");
  await takeSnapshot(database, snapshot);
  const manifest = await describeSnapshot(snapshot, { createdAt, withMedia: wish.withMedia });
  const writer = await ArchiveWriter.create(draft);
  try {
    const text = Buffer.from(JSON.stringify(manifest));
    const sha256 = createHash("sha256").update(text).digest("hex");
    await writer.add({ part: "manifest", bytes: text.length, sha256 }, [text]);
    await writer.add({ part: "database", ...manifest.database }, bytesOf(snapshot));
    const leftOut = wish.withMedia ? await addMedia(writer, wish.dataDir, manifest.media) : [];
    const bytes = await writer.finish();
    const file = freeName(wish.to, manifest.createdAt);
    await rename(draft, file);
    await sync(wish.to);
    return { file, bytes, manifest, leftOut };
  } finally {
    await writer.close();
  }
}

async function addMedia(writer: ArchiveWriter, dataDir: string, media: readonly MediaEntry[]): Promise<MediaEntry[]> {
  const leftOut: MediaEntry[] = [];
  for (const entry of media) {
    const whole = await tried(() => writer.add(originalPart(entry), bytesOf(path.join(dataDir, entry.path))));
    if (!whole) leftOut.push(entry);
    else await tried(() => addPictures(writer, dataDir, entry));
  }
  return leftOut.filter((entry) => isStillNamed(dataDir, entry));
}

async function addPictures(writer: ArchiveWriter, dataDir: string, entry: MediaEntry): Promise<void> {
  for (const part of await pictureParts(dataDir, entry))
    await writer.add(part, bytesOf(path.join(dataDir, contentFolder(entry.sha256), part.name)));
}

/** False when the file is gone, unreadable or not what it was; throws what else went wrong. */
async function tried(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    const { code, syscall } = error as { code?: string; syscall?: string };
    const unreadable = code === "ENOENT" || code === "EIO" || (code === "EACCES" && syscall === "open");
    if (error instanceof SourceDiffers || unreadable) return false;
    throw error;
  }
}

/** A file that somebody deleted from the library while the backup was made is not missed. */
function isStillNamed(dataDir: string, entry: MediaEntry): boolean {
  const db = openDatabase({ file: path.join(dataDir, "postern.db"), readonly: true });
  try {
    return db.get("SELECT 1 FROM media WHERE media.sha256 = ? LIMIT 1", [entry.sha256]) !== undefined;
  } finally {
    db.close();
  }
}

/** "postern-20261122T073012Z.backup"; two in one second get different names. */
function freeName(folder: string, createdAt: string): string {
  const stem = path.join(folder, `postern-${createdAt.slice(0, 19).replaceAll(/[-:]/g, "")}Z`);
  for (let n = 1; ; n += 1) {
    const file = n === 1 ? `${stem}.backup` : `${stem}-${n}.backup`;
    if (!existsSync(file)) return file;
  }
}

/** What a killed backup left behind; one that is younger may still be at work. */
async function clearUnfinished({ to, clock }: BackupWish): Promise<void> {
  for (const name of await readdir(to)) {
    if (!name.startsWith(UNFINISHED)) continue;
    const facts = await stat(path.join(to, name)).catch(() => null);
    if (facts && facts.mtimeMs < clock.now() - DAY_MS) await rm(path.join(to, name), { recursive: true, force: true });
  }
}
