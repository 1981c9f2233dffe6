/** Reads length and size of an MP4 from its header boxes, as far as a gatekeeper needs them. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";

export interface Mp4Facts {
  durationMs: number;
  /** Of the first picture track, as shown. */
  width: number;
  height: number;
}

/** A header larger than this is not read. */
const MOST_HEADER = 16 * 1024 * 1024;

/** Null for everything that is not a readable MP4. */
export function mp4Facts(path: string): Mp4Facts | null {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return null;
  }
  try {
    const moov = headerOf(file, fstatSync(file).size);
    return moov && factsIn(moov);
  } finally {
    closeSync(file);
  }
}

/** The content of `moov`, wherever in the file it stands. */
function headerOf(file: number, size: number): Buffer | null {
  const head = Buffer.alloc(16);
  for (let at = 0; at + 8 <= size;) {
    readSync(file, head, 0, 16, at);
    const short = head.readUInt32BE(0);
    const length = short === 1 ? Number(head.readBigUInt64BE(8)) : short === 0 ? size - at : short;
    if (length < 8) return null;
    if (head.toString("latin1", 4, 8) === "moov") {
      if (length > MOST_HEADER || at + length > size) return null;
      const moov = Buffer.alloc(length - 8);
      readSync(file, moov, 0, moov.length, at + 8);
      return moov;
    }
    at += length;
  }
  return null;
}

function factsIn(moov: Buffer): Mp4Facts | null {
  const movie = boxes(moov).find((box) => box.type === "mvhd")?.body;
  if (!movie || movie.length < 32) return null;
  // Version 1 holds times of eight bytes.
  const wide = movie[0] === 1;
  const scale = movie.readUInt32BE(wide ? 20 : 12);
  const duration = wide ? Number(movie.readBigUInt64BE(24)) : movie.readUInt32BE(16);
  const tracks = boxes(moov).filter((box) => box.type === "trak");
  const sizes = tracks.flatMap((track) => {
    const header = boxes(track.body).find((box) => box.type === "tkhd")?.body;
    // The last eight bytes are width and height, as fixed-point numbers.
    return header && header.length >= 84
      ? { width: header.readUInt16BE(header.length - 8), height: header.readUInt16BE(header.length - 4) }
      : [];
  });
  const picture = sizes.find(({ width, height }) => width > 0 && height > 0);
  return picture && scale > 0 ? { durationMs: (duration / scale) * 1000, ...picture } : null;
}

function boxes(bytes: Buffer): Array<{ type: string; body: Buffer }> {
  const found: Array<{ type: string; body: Buffer }> = [];
  for (let at = 0; at + 8 <= bytes.length;) {
    const length = bytes.readUInt32BE(at);
    if (length < 8 || at + length > bytes.length) break;
    found.push({ type: bytes.toString("latin1", at + 4, at + 8), body: bytes.subarray(at + 8, at + length) });
    at += length;
  }
  return found;
}
