/**
 * Hostile files beyond what test/media/receive.test.ts holds (SVG, polyglots, bombs, cut and misnamed files, names as paths) and
 * test/media/form.test.ts and uploads.test.ts hold of the ways in.
 */
import assert from "node:assert/strict";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import test from "node:test";
import { deflateSync, gzipSync } from "node:zlib";
import sharp from "sharp";
import type { MediaRow } from "../../src/database/index.ts";
import { frameOf } from "../../src/media/ffmpeg.ts";
import { measureApart } from "../../src/media/measure-apart.ts";
import type { Measured } from "../../src/media/measured.ts";
import { pictureDecoder } from "../../src/pictures.ts";
import { Refusal } from "../../src/web/index.ts";
import { fixtures, openRoom, Visit, type Room } from "../media/room.ts";
import { neighbour } from "./neighbours.ts";

const read = (name: string): Buffer => readFileSync(path.join(fixtures, name));

function give(room: Room, name: string, bytes: Uint8Array): Promise<MediaRow> {
  return room.media.receive(room.ada.workspaceId, room.ada.accountId, { name, body: Readable.from([bytes]) });
}

async function why(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => "it was taken",
    (thrown: unknown) => thrown,
  );
  return error instanceof Refusal ? error.words.message : String(error);
}

/** One chunk of a PNG; the checksum is right. */
function chunk(type: string, data: Buffer): Buffer {
  const out = Buffer.alloc(12 + data.length);
  out.writeUInt32BE(data.length);
  out.write(type, 4, "latin1");
  data.copy(out, 8);
  out.writeUInt32BE(crc(out.subarray(4, 8 + data.length)), 8 + data.length);
  return out;
}

function crc(bytes: Buffer): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return (sum ^ 0xffffffff) >>> 0;
}

function png(width: number, height: number, extra: Buffer[] = []): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]);
  const pixels = deflateSync(Buffer.alloc((width + 1) * Math.min(height, 64)));
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    ...extra,
    chunk("IDAT", pixels),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** The clip with a number of one of its tables changed, wherever that table stands. */
function promising(table: string, at: number, value: number): Buffer {
  const bytes = Buffer.from(read("clip.mp4"));
  for (let found = bytes.indexOf(table); found >= 0; found = bytes.indexOf(table, found + 1))
    bytes.writeUInt32BE(value, found + 4 + at);
  return bytes;
}

test("drawings and pages stay outside in every disguise", async (t) => {
  const room = await openRoom();
  t.after(() => room.close());
  const outside = `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg"><text>&x;</text></svg>`;
  const cases: Array<[string, Buffer]> = [
    ["entity.png", Buffer.from(outside)],
    ["utf16.jpg", Buffer.from(`\ufeff${outside}`, "utf16le")],
    ["packed.svgz", gzipSync(read("drawing.svg"))],
    ["late.png", Buffer.from(`${" ".repeat(1500)}<svg onload="alert(1)"/>`)],
    ["page.mp4", Buffer.from("<!doctype html><script>alert(1)</script>")],
    ["archive.jpg", Buffer.from("PK\x03\x04\x14\0\0\0\0\0../../etc/cron.d/x")],
    ["program.png", Buffer.from("\x7fELF\x02\x01\x01")],
    ["script.mp4", Buffer.from("#!/bin/sh\nrm -rf /\n")],
    ["picture.tiff", Buffer.from("II*\0\x08\0\0\0\0\0")],
    ["picture.exr", Buffer.from([0x76, 0x2f, 0x31, 0x01, 0, 0, 0, 0])],
    ["list.mp4", Buffer.from("#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1/\n")],
    ["list.mov", Buffer.from("ffconcat version 1.0\nfile '/etc/passwd'\n")],
  ];
  for (const [name, bytes] of cases) assert.match(await why(give(room, name, bytes)), /Nothing of it was kept/, name);
  assert.deepEqual(room.onDisk(), []);
});

test("the decoder opens no drawing, whoever asks", async () => {
  const decoder = await pictureDecoder();
  const scan = await decoder({ create: { width: 8, height: 8, channels: 3, background: "red" } })
    .tiff()
    .toBuffer();
  for (const [name, bytes] of Object.entries({ drawing: read("drawing.svg"), scan }))
    await assert.rejects(decoder(bytes).png().toBuffer(), /unsupported image format/, name);
});

test("a form that finds every lane taken is read to its end, and told so", { timeout: 20_000 }, async (t) => {
  const room = await openRoom();
  t.after(() => room.close());
  const visit = await Visit.of(room);
  for (let i = 0; i < 4; i += 1) room.media.lanes.enter(room.ada.workspaceId);
  const form = new FormData();
  form.append("_csrf", visit.token);
  for (const name of ["a.mp4", "b.mp4"]) form.append("file", new Blob([new Uint8Array(4_000_000)]), name);
  const answer = await visit.fetch("/media", { method: "POST", body: form });
  assert.equal(answer.status, 429);
  assert.match(await answer.text(), /a\.mp4[\s\S]*on their way already[\s\S]*b\.mp4[\s\S]*on their way already/);
  assert.deepEqual(room.onDisk(), []);
});

test("bombs are refused before they go off", async (t) => {
  const room = await openRoom();
  t.after(() => room.close());
  const frame = await sharp({ create: { width: 1, height: 1, channels: 3, background: "red" } })
    .gif()
    .toBuffer();
  const begin = frame.indexOf(0x2c);
  const body = frame.subarray(begin, -1);
  const film = Buffer.concat([
    frame.subarray(0, begin),
    ...Array.from({ length: 700 }, () => body),
    Buffer.from([0x3b]),
  ]);
  const packed = deflateSync(Buffer.alloc(300_000_000));
  const cases: Array<[string, Buffer, RegExp]> = [
    ["wide.png", png(60_000, 60_000), /60000 × 60000 pixels/],
    ["tall.png", png(1, 2 ** 31 - 1), /pixels|damaged/],
    ["frames.gif", film, /700 frames|damaged/],
    ["text.png", png(8, 8, [chunk("zTXt", Buffer.concat([Buffer.from("a\0\0"), packed]))]), /damaged|taken/],
    ["profile.png", png(8, 8, [chunk("iCCP", Buffer.concat([Buffer.from("a\0\0"), packed]))]), /damaged|taken/],
  ];
  const before = process.memoryUsage.rss();
  for (const [name, bytes, reason] of cases) {
    const began = performance.now();
    assert.match(await why(give(room, name, bytes)), reason, name);
    assert.ok(performance.now() - began < 8000, `${name} took ${performance.now() - began} ms`);
  }
  assert.ok(process.memoryUsage.rss() - before < 300_000_000, "nothing was unpacked into memory");
});

test("a film whose tables promise billions of entries holds up nobody", async (t) => {
  const room = await openRoom();
  t.after(() => room.close());
  let last = performance.now();
  let stalled = 0;
  const pulse = setInterval(() => {
    stalled = Math.max(stalled, performance.now() - last);
    last = performance.now();
  }, 10);
  t.after(() => clearInterval(pulse));
  assert.match(await why(give(room, "a.mp4", promising("stts", 8, 0xffffffff))), /damaged/);
  const slow = path.join(room.folder, "slow.mp4");
  writeFileSync(slow, promising("ctts", 8, 4_000_000_000));
  assert.match(await why(measureApart(slow, { kind: "film", container: "mp4" }, 400)), /damaged/);
  assert.ok(stalled < 1500, `the loop stood still for ${stalled} ms`);
  assert.equal((await room.add("clip.mp4")).state, "ready", "and the next film is measured");
});

test("what hides behind a film is never served as anything else", async (t) => {
  const room = await openRoom();
  t.after(() => room.close());
  const visit = await Visit.of(room);
  const page = Buffer.from("<html><script>alert(1)</script></html>");
  for (const [name, mime] of [
    ["clip.mp4", "video/mp4"],
    ["tone.mp3", "audio/mpeg"],
    ["small.webm", "video/webm"],
  ] as const) {
    const { id } = await give(room, `${name}.html`, Buffer.concat([read(name), page]));
    const { headers } = await visit.fetch(`/media/${id}/file`);
    assert.equal(headers.get("content-type"), mime);
    assert.equal(headers.get("x-content-type-options"), "nosniff");
    assert.equal(headers.get("content-security-policy"), "default-src 'none'; sandbox; frame-ancestors 'none'");
  }
});

test("a playlist in disguise makes ffmpeg open nothing else", async (t) => {
  const room = await openRoom();
  t.after(() => room.close());
  const other = await neighbour(t);
  copyFileSync(path.join(fixtures, "clip.mp4"), path.join(room.folder, "secret.mp4"));
  const facts = { kind: "video", extension: "mp4", mime: "video/mp4", durationMs: 1 } as Measured;
  const lists = [
    "ffconcat version 1.0\nfile secret.mp4\n",
    `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://${other.host}/a.ts\n#EXT-X-ENDLIST\n`,
    `ffconcat version 1.0\nfile 'http://${other.host}/a.mp4'\n`,
    `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period><AdaptationSet mimeType="video/mp4"><BaseURL>http://${other.host}/</BaseURL></AdaptationSet></Period></MPD>`,
  ];
  for (const [n, list] of lists.entries()) {
    const file = path.join(room.folder, `${n}.mp4`);
    writeFileSync(file, list);
    assert.equal(await frameOf(file, facts), null);
  }
  assert.equal(other.came, 0);
});
