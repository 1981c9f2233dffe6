/** Writes a backup file part by part; a part whose source turns out different is taken back, and the file stays whole. */
import { createHash, type Hash } from "node:crypto";
import { open, type FileHandle } from "node:fs/promises";
import { FIRST_LINE, lastLine, lineOf, type Part } from "./format.ts";

/** The source is not what its part's line says. */
export class SourceDiffers extends Error {
  constructor() {
    super("The file is not what was written down of it.");
    this.name = "SourceDiffers";
  }
}

export class ArchiveWriter {
  readonly #handle: FileHandle;
  #hash: Hash = createHash("sha256");
  #at = 0;

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** Makes `file` with mode 0600; it must not be there yet. */
  static async create(file: string): Promise<ArchiveWriter> {
    const writer = new ArchiveWriter(await open(file, "wx", 0o600));
    await writer.#write(Buffer.from(FIRST_LINE));
    return writer;
  }

  /**
   * Adds one part. Throws SourceDiffers when `body` is not what `part` says, and whatever `body` or the disk throws; then the
   * file stands as if the part had never been begun.
   */
  async add(part: Part, body: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<void> {
    const before = { at: this.#at, hash: this.#hash.copy() };
    try {
      await this.#write(Buffer.from(lineOf(part)));
      await this.#body(part, body);
    } catch (error) {
      await this.#handle.truncate(before.at);
      this.#at = before.at;
      this.#hash = before.hash;
      throw error;
    }
  }

  /** Writes the last line and returns, once all of it would survive a power cut, how many bytes it is. */
  async finish(): Promise<number> {
    await this.#write(Buffer.from(lastLine(this.#hash.copy().digest("hex"))));
    await this.#handle.sync();
    return this.#at;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  async #body(part: Part, body: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<void> {
    const hash = createHash("sha256");
    let bytes = 0;
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytes > part.bytes) throw new SourceDiffers();
      hash.update(chunk);
      await this.#write(chunk);
    }
    if (bytes !== part.bytes || hash.digest("hex") !== part.sha256) throw new SourceDiffers();
  }

  async #write(chunk: Buffer): Promise<void> {
    for (let done = 0; done < chunk.length;) {
      const { bytesWritten } = await this.#handle.write(chunk, done, chunk.length - done, this.#at + done);
      done += bytesWritten;
    }
    this.#at += chunk.length;
    this.#hash.update(chunk);
  }
}
