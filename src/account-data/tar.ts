/** A tar archive as a stream: every ordinary tool opens it, and its size is never held in memory. */

const BLOCK = 512;
/** The largest size that fits the eleven octal digits of a header. */
const LARGEST_PLAIN = 8 ** 11 - 1;

export interface TarEntry {
  /** Relative, "/" between parts, plain ASCII, at most 100 characters: names in an archive are ours. */
  name: string;
  bytes: number;
  body: AsyncIterable<Buffer> | Iterable<Buffer>;
}

/**
 * The archive's bytes, entry by entry, files with mode 0600; `now` is UTC ms. Throws when a body is not as long as its entry
 * says: what was sent before is then no whole archive, and a reader notices.
 */
export async function* tarOf(
  entries: AsyncIterable<TarEntry> | Iterable<TarEntry>,
  now: number,
): AsyncGenerator<Buffer> {
  for await (const entry of entries) {
    yield* headersOf(entry, now);
    let written = 0;
    for await (const chunk of entry.body) {
      written += chunk.length;
      if (written > entry.bytes) break;
      yield chunk;
    }
    if (written !== entry.bytes) throw new Error(`${entry.name} is not as long as it was a moment ago.`);
    yield padding(entry.bytes);
  }
  yield Buffer.alloc(2 * BLOCK);
}

/** A small file whose bytes are at hand. */
export function textEntry(name: string, text: string): TarEntry {
  const body = Buffer.from(text);
  return { name, bytes: body.length, body: [body] };
}

function headersOf({ name, bytes }: TarEntry, now: number): Buffer[] {
  if (!/^[\w./-]{1,100}$/.test(name)) throw new Error(`${name} is not a name for an archive.`);
  if (bytes <= LARGEST_PLAIN) return [header(name, bytes, "0", now)];
  const size = Buffer.from(paxRecord("size", String(bytes)));
  // Readers that know the extended header take the size from it; the plain field then says nothing.
  return [header("pax", size.length, "x", now), size, padding(size.length), header(name, 0, "0", now)];
}

/** "<length> size=8589934592\n", where the length counts its own digits. */
function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return `${length}${rest}`;
}

/** The "ustar" form of POSIX.1-1988. */
function header(name: string, bytes: number, type: "0" | "x", now: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.write(name, 0, 100, "latin1");
  block.write("0000600\0", 100, "latin1");
  block.write("0000000\0", 108, "latin1");
  block.write("0000000\0", 116, "latin1");
  block.write(`${octal(bytes, 11)}\0`, 124, "latin1");
  block.write(`${octal(Math.floor(now / 1000), 11)}\0`, 136, "latin1");
  block.write("        ", 148, "latin1");
  block.write(type, 156, "latin1");
  block.write("ustar\0" + "00", 257, "latin1");
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)}\0 `, 148, "latin1");
  return block;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, "0");
}

function padding(bytes: number): Buffer {
  return Buffer.alloc((BLOCK - (bytes % BLOCK)) % BLOCK);
}
