/** What Postern's own sandbox remembers: <data folder>/sandbox/world.db and the files that it received. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { openDatabase } from "../database/index.ts";
import { sync } from "./disk.ts";
import { BackupError } from "./errors.ts";
import type { Manifest } from "./format.ts";
import { bytesOf, hashOf } from "./media-files.ts";
import { takeSnapshot } from "./snapshot.ts";
import { fileTarget } from "./targets.ts";
import type { ArchiveWriter } from "./write-archive.ts";

/** Its name in the folder, in the archive, and on the bench. */
const WORLD = "world.db";

/**
 * Copies the world to `bench`. To be called after the copy of the database was taken: then whatever the database believes to
 * have been sent is known to the world beside it, as with a real platform. Undefined when there is no world.
 */
export async function snapshotWorld(dataDir: string, bench: string): Promise<Manifest["sandbox"]> {
  const from = path.join(dataDir, "sandbox", WORLD);
  if (!existsSync(from)) return undefined;
  const copy = path.join(bench, WORLD);
  await takeSnapshot(from, copy);
  return { bytes: (await stat(copy)).size, sha256: await hashOf(copy) };
}

export async function addWorld(writer: ArchiveWriter, bench: string, { sandbox }: Manifest): Promise<void> {
  if (sandbox) await writer.add({ part: "sandbox", name: WORLD, ...sandbox }, bytesOf(path.join(bench, WORLD)));
}

/**
 * Each file as far as the copied world knows it, through a copy on the bench, because an upload may be adding to it. One that
 * is gone or shorter by now is passed over: the world shows such a post without its film.
 */
export async function addReceived(writer: ArchiveWriter, bench: string, dataDir: string): Promise<void> {
  for (const { id, bytes } of receivedBy(path.join(bench, WORLD))) {
    const copy = path.join(bench, id);
    try {
      const sha256 = await copied(path.join(dataDir, "sandbox", "files", id), copy, bytes);
      if (sha256) await writer.add({ part: "sandbox", name: `files/${id}`, bytes, sha256 }, bytesOf(copy));
    } finally {
      await rm(copy, { force: true });
    }
  }
}

/** Copies the first `bytes` of a file and returns their SHA-256; null when it is gone, unreadable or shorter. */
async function copied(from: string, to: string, bytes: number): Promise<string | null> {
  const target = await fileTarget(to);
  const hash = createHash("sha256");
  let at = 0;
  try {
    const source = await open(from, "r").catch(() => null);
    if (source === null) return null;
    for await (const chunk of source.createReadStream({ end: bytes - 1 }) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      await target.write(chunk, at);
      at += chunk.length;
    }
    return at === bytes ? hash.digest("hex") : null;
  } finally {
    await target.close();
  }
}

function receivedBy(world: string): Array<{ id: string; bytes: number }> {
  const db = openDatabase({ file: world, readonly: true });
  try {
    return db.all<{ id: string; bytes: number }>(
      `SELECT id, json_extract(body, '$.bytes') AS bytes FROM documents
       WHERE collection = 'files' AND NOT json_extract(body, '$.dropped') AND json_extract(body, '$.bytes') > 0 ORDER BY id`,
    );
  } finally {
    db.close();
  }
}

/**
 * Whether a world lies in the folder that is to be kept, because it is the staged one gone on: it gave out all its tokens and
 * may know of posts since. Throws BackupError when it is another one, which would refuse every restored channel.
 */
export function keepsOwnWorld(stage: string, dataDir: string): boolean {
  const [staged, here] = [stage, dataDir].map((folder) => path.join(folder, "sandbox", WORLD)) as [string, string];
  const found = [here, `${here}-wal`, `${here}-journal`].some((file) => existsSync(file));
  if (!found || !existsSync(staged)) return found;
  if (goesOn(staged, here)) return true;
  throw new BackupError(
    `The folder sandbox in ${dataDir} is not of the sandbox in the backup and would refuse its channels. Nothing was changed. Move that folder away and try again.`,
  );
}

function goesOn(staged: string, here: string): boolean {
  try {
    const db = openDatabase({ file: here, readonly: true });
    try {
      db.sqlite.prepare("ATTACH DATABASE ? AS staged").run(staged);
      const given = (world: string): string => `SELECT id FROM ${world}.documents WHERE collection = 'secrets'`;
      return db.get(`${given("staged")} EXCEPT ${given("main")} LIMIT 1`) === undefined;
    } finally {
      db.close();
    }
  } catch (error) {
    if ((error as { name?: string }).name !== "SqliteError") throw error;
    return false;
  }
}

/** True when there was one to place. The world comes last: without it the files are nobody's. */
export async function placeWorld(stage: string, dataDir: string): Promise<boolean> {
  const [from, to] = [path.join(stage, "sandbox"), path.join(dataDir, "sandbox")];
  if (!existsSync(path.join(from, WORLD))) return false;
  await mkdir(path.join(to, "files"), { recursive: true, mode: 0o700 });
  for (const name of await readdir(path.join(from, "files")).catch(() => []))
    await rename(path.join(from, "files", name), path.join(to, "files", name));
  await sync(path.join(to, "files"));
  await rename(path.join(from, WORLD), path.join(to, WORLD));
  await sync(to);
  return true;
}
