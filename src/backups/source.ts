/** A backup file on disk, read forward in lines and chunks while everything read is hashed. */
import { createHash } from "node:crypto";
import { open, type FileHandle } from "node:fs/promises";
import { BackupError } from "./errors.ts";
import { FIRST_LINE, LONGEST_LINE } from "./format.ts";

const CHUNK = 1 << 20;

/** Throws BackupError when there is no such file or it cannot be read. */
export async function openSource(file: string): Promise<Source> {
  let handle: FileHandle;
  try {
    handle = await open(file, "r");
  } catch (error) {
    const missing = (error as { code?: string }).code === "ENOENT";
    throw new BackupError(missing ? `There is no file ${file}.` : `${file} cannot be read.`, { cause: error });
  }
  const facts = await handle.stat();
  if (facts.isFile()) return new Source(file, handle, facts.size);
  await handle.close();
  throw new BackupError(`${file} is not a file.`);
}

export class Source {
  readonly #file: string;
  readonly #handle: FileHandle;
  readonly #size: number;
  readonly #hash = createHash("sha256");
  readonly #buffer = Buffer.allocUnsafe(CHUNK);
  #at = 0;

  constructor(file: string, handle: FileHandle, size: number) {
    this.#file = file;
    this.#handle = handle;
    this.#size = size;
  }

  /** Bytes still to come. */
  get left(): number {
    return this.#size - this.#at;
  }

  /** Of every byte read until now, in hex. */
  hashSoFar(): string {
    return this.#hash.copy().digest("hex");
  }

  /** Throws BackupError unless this is a backup of a form that this version reads. */
  async firstLine(): Promise<void> {
    const line = this.left === 0 ? "" : await this.line().catch(() => "");
    if (line === FIRST_LINE) return;
    if (/^postern-backup \d+\n$/.test(line))
      throw new BackupError(
        `${this.#file} was made by a newer Postern, in a form that this version does not read. Nothing was changed. Install that version and try again.`,
      );
    throw new BackupError(
      `${this.#file} is not a backup of Postern, or its beginning is damaged. Nothing was changed.`,
    );
  }

  /** The next line with its end. Throws BackupError when there is none within reach. */
  async line(): Promise<string> {
    const length = await this.#read(Math.min(LONGEST_LINE, this.left));
    const end = this.#buffer.subarray(0, length).indexOf(10);
    if (end < 0) throw this.damaged(this.left < LONGEST_LINE ? "it ends too early" : undefined);
    return this.#pass(end + 1).toString("utf8");
  }

  /** Exactly so many bytes, in chunks that are valid until the next one. Throws BackupError when the file ends before. */
  async *take(bytes: number): AsyncGenerator<Buffer> {
    for (let left = bytes; left > 0;) {
      const length = await this.#read(Math.min(CHUNK, left));
      if (length === 0) throw this.damaged("it ends too early");
      left -= length;
      yield this.#pass(length);
    }
  }

  damaged(how = "a part of it is not what it was"): BackupError {
    return new BackupError(`${this.#file} is damaged: ${how}. Nothing was changed. Use another backup.`);
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  async #read(length: number): Promise<number> {
    try {
      return (await this.#handle.read(this.#buffer, 0, length, this.#at)).bytesRead;
    } catch (error) {
      throw new BackupError(`${this.#file} cannot be read to its end. Nothing was changed.`, { cause: error });
    }
  }

  #pass(length: number): Buffer {
    const chunk = this.#buffer.subarray(0, length);
    this.#hash.update(chunk);
    this.#at += length;
    return chunk;
  }
}
