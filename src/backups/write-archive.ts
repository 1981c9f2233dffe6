/** Writes a backup part by part; a part whose source turns out different is taken back where that can be done. */
import { createHash, type Hash } from "node:crypto";
import { FIRST_LINE, lastLine, lineOf, type Part } from "./format.ts";
import type { Target } from "./targets.ts";

/** The source is not what its part's line says. */
export class SourceDiffers extends Error {
  constructor() {
    super("The file is not what was written down of it.");
    this.name = "SourceDiffers";
  }
}

/** A part broke off in a target that keeps what it was given; `cause` says why. */
export class Spoilt extends Error {
  constructor(cause: unknown) {
    super("The archive broke off.", { cause });
    this.name = "Spoilt";
  }
}

export class ArchiveWriter {
  readonly #target: Target;
  #hash: Hash = createHash("sha256");
  #at = 0;

  private constructor(target: Target) {
    this.#target = target;
  }

  static async begin(target: Target): Promise<ArchiveWriter> {
    const writer = new ArchiveWriter(target);
    await writer.#write(Buffer.from(FIRST_LINE));
    return writer;
  }

  /** False: a source must be known to be right before it is added, because what was written cannot be taken back. */
  get canTakeBack(): boolean {
    return this.#target.takeBack !== null;
  }

  /**
   * Adds one part. Throws SourceDiffers when `body` is not what `part` says, and whatever `body` or the target throws; then the
   * archive stands as if the part had never been begun, or, where nothing can be taken back, is spoilt: it gets no last line.
   */
  async add(part: Part, body: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<void> {
    const before = { at: this.#at, hash: this.#hash.copy() };
    try {
      await this.#write(Buffer.from(lineOf(part)));
      await this.#body(part, body);
    } catch (error) {
      if (this.#target.takeBack === null) throw new Spoilt(error);
      await this.#target.takeBack(before.at);
      this.#at = before.at;
      this.#hash = before.hash;
      throw error;
    }
  }

  /** Writes the last line and returns, once all of it would survive a power cut, how many bytes it is. */
  async finish(): Promise<number> {
    await this.#write(Buffer.from(lastLine(this.#hash.copy().digest("hex"))));
    await this.#target.sync();
    return this.#at;
  }

  async close(): Promise<void> {
    await this.#target.close();
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
    await this.#target.write(chunk, this.#at);
    this.#at += chunk.length;
    this.#hash.update(chunk);
  }
}
