/** Reads a multipart body as it streams: fields as text, one file into the world. */
import { Readable } from "node:stream";
import type { Received, World } from "../world.ts";
import { invalid } from "./refusal.ts";

export interface ReceivedFile extends Received {
  /** Name of the form field. */
  name: string;
  mime: string;
  /** False when the line broke before the part's end. */
  whole: boolean;
}

/** Throws (#100) for a body that does not follow its boundary. */
export async function readParts(
  world: World,
  body: Readable,
  boundary: string,
): Promise<{ fields: Record<string, string>; file: ReceivedFile | null }> {
  const source = new Source(body);
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  const fields: Record<string, string> = {};
  let file: ReceivedFile | null = null;
  // The first boundary has no line break before it.
  source.push(Buffer.from("\r\n"));
  await text(source.until(delimiter));
  for (;;) {
    const line = await text(source.until(Buffer.from("\r\n")));
    if (line.trim() === "--" || source.ended) break;
    const head = await text(source.until(Buffer.from("\r\n\r\n")));
    const name = /name="([^"]*)"/.exec(head)?.[1];
    if (name === undefined) throw invalid("A part of the body has no name.");
    if (!/filename="/.test(head)) {
      fields[name] = await text(source.until(delimiter));
      continue;
    }
    const mime = /content-type:\s*([^\s;]+)/i.exec(head)?.[1] ?? "application/octet-stream";
    const received = await world.receive(Readable.from(source.until(delimiter)));
    file = { ...received, name, mime, whole: !source.broken };
    if (source.broken) break;
  }
  return { fields, file };
}

async function text(bytes: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of bytes) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
}

/** Bytes that arrive in pieces of any size, read up to one delimiter after another. */
class Source {
  #held: Buffer = Buffer.alloc(0);
  readonly #pieces: AsyncIterator<Buffer>;
  ended = false;
  /** The body ended in the middle of a part. */
  broken = false;

  constructor(body: Readable) {
    this.#pieces = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  push(bytes: Buffer): void {
    this.#held = Buffer.concat([this.#held, bytes]);
  }

  /** Everything before the delimiter, which is taken too. */
  async *until(delimiter: Buffer): AsyncGenerator<Buffer> {
    for (;;) {
      const at = this.#held.indexOf(delimiter);
      if (at >= 0) {
        const found = this.#held.subarray(0, at);
        this.#held = this.#held.subarray(at + delimiter.length);
        if (found.length) yield found;
        return;
      }
      // The delimiter may begin in the bytes that are held back here.
      const sure = this.#held.subarray(0, Math.max(0, this.#held.length - delimiter.length + 1));
      this.#held = this.#held.subarray(sure.length);
      if (sure.length) yield sure;
      const next = await this.#pieces.next().catch(() => ({ done: true as const, value: undefined }));
      if (next.done || next.value === undefined) {
        this.ended = true;
        this.broken = true;
        return;
      }
      this.#held = Buffer.concat([this.#held, next.value]);
    }
  }
}
