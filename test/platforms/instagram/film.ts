/** Small real MP4 files of any length, size and codec, for tests: boxes with the right numbers and nothing to see. */

export interface FilmFacts {
  durationMs?: number;
  width?: number;
  height?: number;
  codec?: string;
  /** Size of the whole file. */
  bytes?: number;
}

export function film({
  durationMs = 5000,
  width = 1080,
  height = 1920,
  codec = "avc1",
  bytes = 4000,
}: FilmFacts = {}): Buffer {
  const mvhd = Buffer.alloc(100);
  mvhd.writeUInt32BE(1000, 12);
  mvhd.writeUInt32BE(durationMs, 16);
  const tkhd = Buffer.alloc(84);
  tkhd.writeUInt32BE(width * 65_536, 76);
  tkhd.writeUInt32BE(height * 65_536, 80);
  const hdlr = Buffer.concat([Buffer.alloc(8), Buffer.from("vide"), Buffer.alloc(13)]);
  const entry = Buffer.concat([Buffer.from([0, 0, 0, 86]), Buffer.from(codec), Buffer.alloc(78)]);
  const stsd = Buffer.concat([Buffer.from([0, 0, 0, 0, 0, 0, 0, 1]), entry]);
  const media = box("mdia", box("hdlr", hdlr), box("minf", box("stbl", box("stsd", stsd))));
  const head = Buffer.concat([
    box("ftyp", Buffer.from("isom\0\0\0\0isomavc1")),
    box("moov", box("mvhd", mvhd), box("trak", box("tkhd", tkhd), media)),
  ]);
  return Buffer.concat([head, box("mdat", Buffer.alloc(Math.max(0, bytes - head.length - 8), 7))]);
}

function box(name: string, ...bodies: Buffer[]): Buffer {
  const body = Buffer.concat(bodies);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length + 8, 0);
  head.write(name, 4, "latin1");
  return Buffer.concat([head, body]);
}
