/** Measures an MP4 or MOV as far as Instagram's rules need it: how long, how large, which codec. */
import { closeSync, openSync, readSync, statSync } from "node:fs";

export interface Film {
  durationMs: number;
  width: number;
  height: number;
  /** Four letters: "avc1", "hvc1". */
  codec: string;
}

const MOST_MOOV = 16 * 1024 * 1024;

/** Null for a file that is none. */
export function measureFilm(file: string): Film | null {
  const moov = findMoov(file);
  if (!moov) return null;
  const header = boxIn(moov, ["mvhd"]);
  const tracks = boxesIn(moov, "trak").map((track) => ({
    size: boxIn(track, ["tkhd"]),
    kind: boxIn(track, ["mdia", "hdlr"])?.toString("latin1", 8, 12),
    samples: boxIn(track, ["mdia", "minf", "stbl", "stsd"]),
  }));
  const video = tracks.find((track) => track.kind === "vide");
  if (!header || !video?.size || !video.samples) return null;
  // Width and height end the box as 16.16 numbers.
  const { size } = video;
  return {
    durationMs: durationOf(header),
    width: size.readUInt32BE(size.length - 8) / 65_536,
    height: size.readUInt32BE(size.length - 4) / 65_536,
    codec: video.samples.toString("latin1", 12, 16),
  };
}

function durationOf(header: Buffer): number {
  const wide = header[0] === 1;
  const scale = header.readUInt32BE(wide ? 20 : 12);
  const duration = wide ? Number(header.readBigUInt64BE(24)) : header.readUInt32BE(16);
  return scale === 0 ? 0 : (duration * 1000) / scale;
}

/** Walks over the file's outermost boxes without reading what is in them. */
function findMoov(file: string): Buffer | null {
  const total = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (total < 16) return null;
  const fd = openSync(file, "r");
  try {
    const head = Buffer.alloc(16);
    for (let at = 0; at + 8 <= total;) {
      readSync(fd, head, 0, 16, at);
      const name = head.toString("latin1", 4, 8);
      const short = head.readUInt32BE(0);
      const [size, start] = short === 1 ? [Number(head.readBigUInt64BE(8)), 16] : [short || total - at, 8];
      if (at === 0 && name !== "ftyp") return null;
      if (size < start || size > total - at) return null;
      if (name === "moov") {
        if (size > MOST_MOOV) return null;
        const body = Buffer.alloc(size - start);
        readSync(fd, body, 0, body.length, at + start);
        return body;
      }
      at += size;
    }
    return null;
  } finally {
    closeSync(fd);
  }
}

function boxIn(parent: Buffer, path: readonly string[]): Buffer | undefined {
  return path.reduce<Buffer | undefined>((box, name) => box && boxesIn(box, name)[0], parent);
}

function boxesIn(parent: Buffer, name: string): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at + 8 <= parent.length;) {
    const size = parent.readUInt32BE(at);
    if (size < 8 || at + size > parent.length) break;
    if (parent.toString("latin1", at + 4, at + 8) === name) found.push(parent.subarray(at + 8, at + size));
    at += size;
  }
  return found;
}
