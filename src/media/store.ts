/** Where files lie on disk: data/media/<2 hex>/<sha256>/original.<ext> with their thumbnails, and a place for what arrives. */
import { createHash, randomUUID } from "node:crypto";
import {
  closeSync,
  createReadStream,
  createWriteStream,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
} from "node:fs";
import { mkdir, open, rm } from "node:fs/promises";
import path from "node:path";
import { Transform, type Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { tooLarge } from "./words.ts";

export interface Arrived {
  file: string;
  bytes: number;
  sha256: string;
}

export class Store {
  readonly root: string;
  /** What is on its way in; anything here may vanish. */
  readonly tmp: string;
  /** Unfinished resumable uploads. */
  readonly uploads: string;

  constructor(dataDir: string) {
    this.root = path.join(dataDir, "media");
    this.tmp = path.join(this.root, "tmp");
    this.uploads = path.join(this.root, "uploads");
    for (const folder of [this.tmp, this.uploads]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  /** Folder of one content. Throws unless it is a hash of ours, so that nothing else can become a path. */
  folder(sha256: string): string {
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Error("That is not a content hash.");
    return path.join(this.root, sha256.slice(0, 2), sha256);
  }

  /** A file of one content: "original.mp4", "thumb-320.webp", "jpeg-1080.jpg". Names are ours, never a person's. */
  file(sha256: string, name: string): string {
    if (!/^[a-z0-9-]+\.[a-z0-9]+$/.test(name)) throw new Error("That is not a name of a stored file.");
    return path.join(this.folder(sha256), name);
  }

  /** Streams to disk, counting and hashing on the way. Throws tooLarge, or the stream's own error; then nothing stays. */
  async take(body: Readable, maxBytes: number): Promise<Arrived> {
    const file = path.join(this.tmp, `${randomUUID()}.part`);
    const hash = createHash("sha256");
    let bytes = 0;
    const meter = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        bytes += chunk.length;
        if (bytes > maxBytes) return done(tooLarge(maxBytes));
        hash.update(chunk);
        done(null, chunk);
      },
    });
    try {
      await pipeline(body, meter, createWriteStream(file, { flags: "wx", mode: 0o600, flush: true }));
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    }
    return { file, bytes, sha256: hash.digest("hex") };
  }

  /** Counts and hashes a file that is already on this disk, and makes sure that it would survive a power cut. */
  async weigh(file: string): Promise<Arrived> {
    const handle = await open(file, "r");
    try {
      await handle.sync();
      const hash = createHash("sha256");
      let bytes = 0;
      for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
        hash.update(chunk as Buffer);
        bytes += (chunk as Buffer).length;
      }
      return { file, bytes, sha256: hash.digest("hex") };
    } finally {
      await handle.close();
    }
  }

  /** An empty folder in which one content is put together. */
  async stage(): Promise<string> {
    const folder = path.join(this.tmp, randomUUID());
    await mkdir(folder, { mode: 0o700 });
    return folder;
  }

  /**
   * Moves a staged folder to its place in one step; what already lies there stays, because it is the same. Synchronous,
   * because it happens inside the transaction that writes the row.
   */
  keep(staged: string, sha256: string, original: string): void {
    const place = this.folder(sha256);
    if (existsSync(path.join(place, original))) return;
    mkdirSync(path.dirname(place), { recursive: true, mode: 0o700 });
    rmSync(place, { recursive: true, force: true });
    renameSync(staged, place);
    const parent = openSync(path.dirname(place), "r");
    fsyncSync(parent);
    closeSync(parent);
  }

  /** Erases one content with everything made from it. */
  erase(sha256: string): void {
    rmSync(this.folder(sha256), { recursive: true, force: true });
  }
}
