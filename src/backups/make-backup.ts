/** Makes one backup file while the server may be running. */
import { existsSync, mkdirSync } from "node:fs";
import { mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import type { Writable } from "node:stream";
import type { Clock } from "../clock.ts";
import { sync } from "./disk.ts";
import { BackupError, brokeOff, fromDisk } from "./errors.ts";
import type { Manifest, MediaEntry } from "./format.ts";
import { shrink } from "./pace.ts";
import { describeSnapshot, takeSnapshot } from "./snapshot.ts";
import { snapshotWorld } from "./sandbox-files.ts";
import { fileTarget, pipeTarget } from "./targets.ts";
import { writeAll } from "./write-all.ts";
import { ArchiveWriter, Spoilt } from "./write-archive.ts";

export interface BackupWish {
  dataDir: string;
  /** Folder for the file; made when it is not there. */
  to: string;
  withMedia: boolean;
  /** Whether Postern's own sandbox is in use: what it remembers then goes in as well. */
  withSandbox?: boolean;
  clock: Clock;
}

export interface Made {
  file: string;
  bytes: number;
  manifest: Manifest;
  /** Media that should be inside and are not, because their file is gone from the disk or is not what it was. */
  leftOut: MediaEntry[];
}

/** What went into a pipe. */
export type Poured = Omit<Made, "file">;

const DAY_MS = 24 * 3_600_000;
const UNFINISHED = ".unfinished-";

/**
 * Writes a new file with mode 0600, which appears under its name only when it is whole and on the disk. Throws BackupError;
 * then nothing of it is left.
 */
export async function makeBackup(wish: BackupWish): Promise<Made> {
  return onBench(wish, (bench, database) => assemble(wish, database, bench));
}

/** Hands `work` an empty folder in the one that is named, and takes it away again. Throws BackupError. */
async function onBench<T>(wish: BackupWish, work: (bench: string, database: string) => Promise<T>): Promise<T> {
  const database = path.join(wish.dataDir, "postern.db");
  if (!existsSync(database))
    throw new BackupError(`There is no database in ${wish.dataDir}, so there is nothing to back up. Check DATA_DIR.`);
  let bench: string | null = null;
  try {
    mkdirSync(wish.to, { recursive: true, mode: 0o700 });
    await clearUnfinished(wish);
    bench = await mkdtemp(path.join(wish.to, UNFINISHED));
    return await work(bench, database);
  } catch (error) {
    throw error instanceof Spoilt ? brokeOff(error.cause, wish.to) : fromDisk(error, "the backup", wish.to);
  } finally {
    if (bench) await clear(bench);
  }
}

/** The copy of the database goes in pieces: taken away at once, a large file keeps the disk's journal from others. */
async function clear(bench: string): Promise<void> {
  await shrink(path.join(bench, "postern.db")).catch(() => undefined);
  await rm(bench, { recursive: true, force: true });
}

/**
 * Pours the same archive into a stream that is open already, which is left open; only a copy of the database takes room on
 * this disk meanwhile. Throws BackupError; what was poured before then has no last line, so nobody takes it for a backup.
 */
export async function pourBackup(wish: Omit<BackupWish, "to">, into: Writable): Promise<Poured> {
  const folder = path.join(wish.dataDir, "backups");
  return onBench({ ...wish, to: folder }, async (bench, database) => {
    const { snapshot, manifest } = await describe(wish, database, bench);
    const writer = await ArchiveWriter.begin(pipeTarget(into));
    return { manifest, ...(await writeAll(writer, snapshot, manifest, wish.dataDir)) };
  });
}

async function describe(
  wish: Omit<BackupWish, "to">,
  database: string,
  bench: string,
): Promise<{ snapshot: string; manifest: Manifest }> {
  const createdAt = wish.clock.now();
  const snapshot = path.join(bench, "postern.db");
  await takeSnapshot(database, snapshot);
  const sandbox = wish.withSandbox ? await snapshotWorld(wish.dataDir, bench) : undefined;
  const manifest = await describeSnapshot(snapshot, { createdAt, withMedia: wish.withMedia });
  return { snapshot, manifest: { ...manifest, ...(sandbox ? { sandbox } : {}) } };
}

async function assemble(wish: BackupWish, database: string, bench: string): Promise<Made> {
  const draft = path.join(bench, "backup");
  const { snapshot, manifest } = await describe(wish, database, bench);
  const writer = await ArchiveWriter.begin(await fileTarget(draft));
  try {
    const { bytes, leftOut } = await writeAll(writer, snapshot, manifest, wish.dataDir);
    const file = freeName(wish.to, manifest.createdAt);
    await rename(draft, file);
    await sync(wish.to);
    return { file, bytes, manifest, leftOut };
  } finally {
    await writer.close();
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
