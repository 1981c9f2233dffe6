/** The media a database names, and their files on this machine: <data folder>/media/<2 hex>/<sha256>/…. */
import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { open, readdir, stat } from "node:fs/promises";
import path from "node:path";
import type { Db } from "../database/index.ts";
import type { MediaEntry, MediaPart } from "./format.ts";

const CHUNK = 1 << 20;

/** Every content that a ready row names, once. */
export function mediaOf(db: Db): MediaEntry[] {
  return db
    .all<{ sha256: string; bytes: number; extension: string }>(
      `SELECT media.sha256 AS sha256, MAX(media.bytes) AS bytes, MIN(media.extension) AS extension FROM media
       WHERE media.state = 'ready' AND media.sha256 IS NOT NULL GROUP BY media.sha256 ORDER BY media.sha256`,
    )
    .map(({ sha256, bytes, extension }) => ({
      sha256,
      bytes,
      path: `${contentFolder(sha256)}/original.${extension}`,
    }));
}

/** Below the data folder. */
export function contentFolder(sha256: string): string {
  return `media/${sha256.slice(0, 2)}/${sha256}`;
}

/** Those that are not in place below `dataDir`, or not in their size. */
export function missingFrom(dataDir: string, media: readonly MediaEntry[]): MediaEntry[] {
  return media.filter((entry) => {
    const facts = statSync(path.join(dataDir, entry.path), { throwIfNoEntry: false });
    return facts?.size !== entry.bytes;
  });
}

/** What is written before the original's bytes: its name in the library is its hash, so nothing has to be read for it. */
export function originalPart(entry: MediaEntry): MediaPart {
  const { sha256, bytes } = entry;
  return { part: "media", content: sha256, name: path.posix.basename(entry.path), bytes, sha256 };
}

/** The small pictures that lie beside the original; they are read once to be hashed. */
export async function pictureParts(dataDir: string, entry: MediaEntry): Promise<MediaPart[]> {
  const folder = path.join(dataDir, contentFolder(entry.sha256));
  const names = (await readdir(folder)).filter((name) => /^(thumb|jpeg)-\d+\.[a-z0-9]+$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const file = path.join(folder, name);
      const [{ size }, sha256] = await Promise.all([stat(file), hashOf(file)]);
      return { part: "media", content: entry.sha256, name, bytes: size, sha256 } as const;
    }),
  );
}

/** In chunks that are valid until the next one: one buffer, whatever the size of the file. */
export async function* bytesOf(file: string): AsyncGenerator<Buffer> {
  const handle = await open(file, "r");
  try {
    const buffer = Buffer.allocUnsafe(CHUNK);
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, CHUNK, null);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

/** SHA-256, hex. */
export async function hashOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of bytesOf(file)) hash.update(chunk);
  return hash.digest("hex");
}
