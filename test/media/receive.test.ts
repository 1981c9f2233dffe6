/** Files on their way in: what is measured, what is refused with nothing kept, what is stored once. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import test from "node:test";
import sharp from "sharp";
import type { MediaRow } from "../../src/database/index.ts";
import { summaryOf } from "../../src/media/index.ts";
import { Refusal } from "../../src/web/index.ts";
import { fixtures, openRoom, type Room } from "./room.ts";

const read = (name: string): Buffer => readFileSync(path.join(fixtures, name));

function give(room: Room, name: string, bytes: Uint8Array, person = room.ada): Promise<MediaRow> {
  return room.media.receive(person.workspaceId, person.accountId, { name, body: Readable.from([bytes]) });
}

async function refused(work: Promise<unknown>): Promise<Refusal> {
  const error = await work.then(
    () => assert.fail("it was taken"),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof Refusal, String(error));
  return error;
}

function facts(row: MediaRow): unknown[] {
  return [
    row.kind,
    row.mime,
    row.width,
    row.height,
    row.duration_ms,
    row.video_codec,
    row.audio_codec,
    row.frame_rate,
    row.rotation,
  ];
}

test("every kind that is taken is measured from its content", async (t) => {
  const room = await openRoom();
  t.after(() => room.close());
  const expected: Record<string, unknown[]> = {
    "clip.mp4": ["video", "video/mp4", 1080, 1920, 5000, "avc", "aac", 30, 0],
    // Lying on its side in the file: the size is as people see it.
    "turned.mov": ["video", "video/quicktime", 180, 320, 1001, "avc", null, 23.976, 270],
    "small.webm": ["video", "video/webm", 180, 320, 1007, "vp9", "opus", 29.99, 0],
    "photo.jpg": ["image", "image/jpeg", 480, 640, null, null, null, null, null],
    "drawing.png": ["image", "image/png", 360, 480, null, null, null, null, null],
    "picture.webp": ["image", "image/webp", 480, 640, null, null, null, null, null],
    "moving.gif": ["image", "image/gif", 60, 80, null, null, null, null, null],
    // No channel takes AVIF: kept as what shows the same.
    "picture.avif": ["image", "image/png", 120, 160, null, null, null, null, null],
    "tone.m4a": ["audio", "audio/mp4", null, null, 1022, null, "aac", null, null],
    "tone.mp3": ["audio", "audio/mpeg", null, null, 1045, null, "mp3", null, null],
    "tone.wav": ["audio", "audio/wav", null, null, 300, null, "pcm-s16", null, null],
  };
  for (const [name, measured] of Object.entries(expected)) {
    const row = await room.add(name, room.ada, `misleading ${name}.txt`);
    assert.deepEqual(facts(row), measured, name);
    assert.deepEqual([row.state, row.problem, row.name], ["ready", null, `misleading ${name}.txt`]);
  }
  const clip = await room.add("clip.mp4");
  assert.equal(summaryOf(clip), "1080 × 1920 · 0:05 · 30 fps · H.264 · 200 kB");
  assert.equal(clip.bytes, read("clip.mp4").length);
  assert.equal(clip.has_poster, 1, "cover art stands in where there is no ffmpeg");
  assert.equal(room.media.thumbPath(clip, 320), `/media/${clip.id}/thumb-320.webp?v=0`);
});

test("what is broken, cut off, disguised, dangerous, empty or too large is refused with its reason, and nothing of it stays", async (t) => {
  const room = await openRoom({ settings: { MAX_UPLOAD_MB: "2" } });
  t.after(() => room.close());
  const heic = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from("ftypheic\0\0\0\0mif1heic"), Buffer.alloc(64)]);
  const bomb = await sharp({ create: { width: 9000, height: 9000, channels: 3, background: "navy" } })
    .png()
    .toBuffer();
  const half = (name: string): Buffer => read(name).subarray(0, read(name).length / 2);
  const cases: Array<[string, Uint8Array, RegExp, number?]> = [
    ["empty.mp4", read("empty.mp4"), /is empty/],
    ["truncated.mp4", read("truncated.mp4"), /breaks off before its end/],
    ["no-moov.mp4", read("no-moov.mp4"), /no index/],
    ["half.webm", half("small.webm"), /breaks off/],
    ["half.mov", half("turned.mov"), /no index|breaks off/],
    ["half.wav", half("tone.wav"), /breaks off/],
    ["cut.jpg", read("cut.jpg"), /breaks off/],
    ["half.png", half("drawing.png"), /breaks off/],
    ["half.webp", half("picture.webp"), /damaged|breaks off/],
    ["half.gif", half("moving.gif"), /breaks off/],
    ["page.jpg", read("page.jpg"), /neither a picture nor a video/],
    ["drawing.svg", read("drawing.svg"), /SVG/],
    ["drawing.png", read("drawing.svg"), /SVG/],
    // By its first bytes, long before a decoder would be asked.
    ["whole.svg", Buffer.from(`<?xml version="1.0"?>${read("drawing.svg")}`), /cannot be posted \(xml\)/],
    ["polyglot.gif", read("polyglot.gif"), /damaged/],
    ["small.mkv", read("small.mkv"), /MKV/],
    ["old.avi", read("old.avi"), /AVI/],
    ["phone.heic", heic, /HEIC/],
    ["paper.pdf", Buffer.from("%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"), /cannot be posted/],
    ["list.m3u8", Buffer.from("#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"), /neither|cannot be posted/],
    ["bomb.png", bomb, /9000 × 9000 pixels/],
    ["large.mp4", Buffer.concat([read("clip.mp4"), Buffer.alloc(2_000_000)]), /larger than/, 413],
  ];
  for (const [name, bytes, reason, status = 422] of cases) {
    const { statusCode, words } = await refused(give(room, name, bytes));
    assert.match(words.message, reason, name);
    assert.match(words.message, /Nothing of it was kept\./, name);
    assert.ok(words.next.length > 10, name);
    assert.equal(statusCode, status, name);
    assert.deepEqual(room.onDisk(), [], `${name} left something`);
  }
  assert.deepEqual(room.media.list(room.ada.workspaceId, { limit: 50 }).items, []);
  assert.equal(room.house.db.get<{ n: number }>("SELECT COUNT(*) AS n FROM media")?.n, 0);
});

test("a line that breaks off leaves nothing", async (t) => {
  const room = await openRoom();
  t.after(() => room.close());
  const body = Readable.from(
    (async function* () {
      yield read("clip.mp4").subarray(0, 50_000);
      throw new Error("the line dropped");
    })(),
  );
  await assert.rejects(
    room.media.receive(room.ada.workspaceId, room.ada.accountId, { name: "clip.mp4", body }),
    /dropped/,
  );
  assert.deepEqual(room.onDisk(), []);
});

test("pictures are stored upright, without place, camera and whatever hung behind them", async (t) => {
  const room = await openRoom();
  t.after(() => room.close());
  assert.ok((await sharp(read("photo.jpg")).metadata()).exif, "the fixture tells where it was taken");
  for (const [name, bytes] of [
    ["photo.jpg", read("photo.jpg")],
    ["upright.jpg", await sharp(read("photo.jpg")).autoOrient().keepExif().toBuffer()],
    [
      "hidden.jpg",
      Buffer.concat([await sharp(read("photo.jpg")).toBuffer(), Buffer.from("<script>alert(1)</script>")]),
    ],
    ["hidden.png", Buffer.concat([read("drawing.png"), Buffer.from("PK\x03\x04<script>")])],
    ["hidden.webp", Buffer.concat([read("picture.webp"), Buffer.from("<script>")])],
    ["hidden.gif", Buffer.concat([read("moving.gif"), Buffer.from("<script>")])],
  ] as const) {
    const row = await give(room, name, bytes);
    const stored = readFileSync(
      path.join(room.folder, "media", row.sha256!.slice(0, 2), row.sha256!, `original.${row.extension}`),
    );
    const found = await sharp(stored).metadata();
    assert.deepEqual([found.exif, found.xmp, found.orientation ?? 1], [undefined, undefined, 1], name);
    assert.ok(!stored.includes("<script>"), name);
    assert.deepEqual([stored.length, found.width], [row.bytes, row.width], name);
  }
  const clean = await room.add("drawing.png");
  assert.equal(clean.bytes, read("drawing.png").length, "what has nothing to hide is kept as it came");
});

test("the same bytes are one file: one row in a workspace, a second row in another", async (t) => {
  const room = await openRoom();
  t.after(() => room.close());
  const [first, again] = await Promise.all([room.add("clip.mp4"), room.add("clip.mp4", room.ada, "copy.mp4")]);
  const third = await room.add("clip.mp4");
  assert.deepEqual([again.id, third.id], [first.id, first.id]);
  const files = room.onDisk();
  assert.deepEqual(
    files.map((file) => path.basename(file)),
    ["original.mp4", "thumb-1080.webp", "thumb-320.webp", "thumb-96.webp"],
  );
  const theirs = await room.add("clip.mp4", room.stranger);
  assert.notEqual(theirs.id, first.id);
  assert.deepEqual(room.onDisk(), files);
  room.media.remove(room.ada.workspaceId, first.id);
  assert.deepEqual(room.onDisk(), files, "another workspace still has it");
  room.media.remove(room.stranger.workspaceId, theirs.id);
  assert.deepEqual(room.onDisk(), []);
  const photo = await room.add("photo.jpg");
  assert.equal((await room.add("photo.jpg")).id, photo.id, "also where cleaning changed the bytes");
});

test("names are text and never a path", async (t) => {
  const room = await openRoom();
  t.after(() => room.close());
  const names = ["../../etc/passwd", "a\u202Egpj.exe\u0000.mp4", "C:\\films\\one.mp4", "", "x".repeat(400)];
  const pictures = await Promise.all(
    names.map((_, n) =>
      sharp({ create: { width: 8 + n, height: 8, channels: 3, background: "teal" } })
        .png()
        .toBuffer(),
    ),
  );
  const rows: MediaRow[] = [];
  for (const [n, name] of names.entries()) rows.push(await give(room, name, pictures[n]!));
  assert.deepEqual(
    rows.map((row) => row.name),
    ["passwd", "a gpj.exe .mp4", "one.mp4", "untitled", "x".repeat(200)],
  );
  assert.ok(room.onDisk().every((file) => /^[0-9a-f]{2}\/[0-9a-f]{64}\/[a-z0-9-]+\.[a-z0-9]+$/.test(file)));
});

test("memory stays flat while 300 MB stream in", async (t) => {
  const room = await openRoom();
  t.after(() => room.close());
  const block = Buffer.alloc(1_000_000, 7);
  let peak = 0;
  const body = Readable.from(
    (function* () {
      yield read("clip.mp4");
      for (let n = 0; n < 300; n += 1) {
        peak = Math.max(peak, process.memoryUsage.rss());
        yield block;
      }
    })(),
    { objectMode: false, highWaterMark: 1_000_000 },
  );
  const before = process.memoryUsage.rss();
  const row = await room.media.receive(room.ada.workspaceId, room.ada.accountId, { name: "long.mp4", body });
  assert.equal(row.bytes, read("clip.mp4").length + 300_000_000);
  const growth = (peak - before) / 1_000_000;
  assert.ok(growth < 60, `grew by ${growth.toFixed(0)} MB`);
});
