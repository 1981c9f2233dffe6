/** Finds where a picture ends, so that whatever somebody hung behind it can be cut off. */

export type Walked = "jpeg" | "png" | "webp" | "gif";

/** Offset just behind the picture; null when the file ends before the picture does. */
export function endOfImage(format: Walked, bytes: Buffer): number | null {
  const end = walk(format, bytes);
  return end !== null && end <= bytes.length ? end : null;
}

function walk(format: Walked, bytes: Buffer): number | null {
  switch (format) {
    case "jpeg":
      return endOfJpeg(bytes);
    case "png":
      return endOfPng(bytes);
    case "webp":
      return bytes.length < 12 ? null : 8 + bytes.readUInt32LE(4);
    case "gif":
      return endOfGif(bytes);
  }
}

function endOfJpeg(bytes: Buffer): number | null {
  let at = 2;
  while (at + 4 <= bytes.length + 2) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xd9) return at + 2;
    if (marker === 0xff) at += 1;
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) at += 2;
    else if (at + 4 > bytes.length) return null;
    else {
      at += 2 + bytes.readUInt16BE(at + 2);
      if (marker === 0xda) at = afterScan(bytes, at);
    }
  }
  return null;
}

/** Coded data runs until a marker that is neither a stuffed zero nor a restart. */
function afterScan(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at !== -1; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1] ?? 0;
    if (next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  return bytes.length;
}

function endOfPng(bytes: Buffer): number | null {
  let at = 8;
  while (at + 12 <= bytes.length) {
    const name = bytes.toString("latin1", at + 4, at + 8);
    at += 12 + bytes.readUInt32BE(at);
    if (name === "IEND") return at;
  }
  return null;
}

function endOfGif(bytes: Buffer): number | null {
  if (bytes.length < 13) return null;
  let at = 13 + colours(bytes[10]!);
  while (at < bytes.length) {
    const block = bytes[at];
    if (block === 0x3b) return at + 1;
    if (block === 0x21) at = afterBlocks(bytes, at + 2);
    else if (block === 0x2c && at + 10 < bytes.length) at = afterBlocks(bytes, at + 11 + colours(bytes[at + 9]!));
    else return null;
  }
  return null;
}

/** Bytes of a colour table, from the flags that announce it. */
function colours(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}

function afterBlocks(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] !== 0) at += 1 + bytes[at]!;
  return at + 1;
}
