/** What goes into a backup, in its order: manifest, database, the sandbox's world, then each media file with its pictures. */
import { createHash } from "node:crypto";
import path from "node:path";
import { openDatabase } from "../database/index.ts";
import type { Manifest, MediaEntry } from "./format.ts";
import { bytesOf, contentFolder, hashOf, originalPart, pictureParts } from "./media-files.ts";
import { addReceived, addWorld } from "./sandbox-files.ts";
import { SourceDiffers, type ArchiveWriter } from "./write-archive.ts";

/** Writes it all to the last line; the snapshot has its folder to itself. `leftOut`: media whose file is gone from the disk or is not what it was. */
export async function writeAll(
  writer: ArchiveWriter,
  snapshot: string,
  manifest: Manifest,
  dataDir: string,
): Promise<{ bytes: number; leftOut: MediaEntry[] }> {
  const text = Buffer.from(JSON.stringify(manifest));
  const sha256 = createHash("sha256").update(text).digest("hex");
  await writer.add({ part: "manifest", bytes: text.length, sha256 }, [text]);
  await writer.add({ part: "database", ...manifest.database }, bytesOf(snapshot));
  await addWorld(writer, path.dirname(snapshot), manifest);
  const leftOut = manifest.withMedia ? await addMedia(writer, dataDir, manifest.media) : [];
  if (manifest.sandbox && manifest.withMedia) await addReceived(writer, path.dirname(snapshot), dataDir);
  return { bytes: await writer.finish(), leftOut };
}

async function addMedia(writer: ArchiveWriter, dataDir: string, media: readonly MediaEntry[]): Promise<MediaEntry[]> {
  const leftOut: MediaEntry[] = [];
  for (const entry of media) {
    const whole = await tried(() => addOriginal(writer, path.join(dataDir, entry.path), entry));
    if (!whole) leftOut.push(entry);
    else await tried(() => addPictures(writer, dataDir, entry));
  }
  return leftOut.filter((entry) => isStillNamed(dataDir, entry));
}

/** Where nothing can be taken back, the file is read once to be sure of it before the first byte of it is sent. */
async function addOriginal(writer: ArchiveWriter, file: string, entry: MediaEntry): Promise<void> {
  if (!writer.canTakeBack && (await hashOf(file)) !== entry.sha256) throw new SourceDiffers();
  await writer.add(originalPart(entry), bytesOf(file));
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
