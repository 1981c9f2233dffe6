/** Files on their way out: sessions, ranges, tags, headers, and what platform modules are handed. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import test from "node:test";
import sharp from "sharp";
import { fixtures, openRoom, Visit } from "./room.ts";

const clip = readFileSync(path.join(fixtures, "clip.mp4"));

async function bytesOf(reply: Response): Promise<Buffer> {
  return Buffer.from(await reply.arrayBuffer());
}

async function collect(stream: Readable): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

test("a file is served with its type, a tag, and headers that let it do no harm", async (t) => {
  const room = await openRoom();
  t.after(() => room.close());
  const visit = await Visit.of(room);
  const { id, sha256 } = await room.add("clip.mp4", room.ada, 'Été "1" 100%.mp4');
  const reply = await visit.fetch(`/media/${id}/file`);
  assert.equal(reply.status, 200);
  assert.deepEqual(await bytesOf(reply), clip);
  const expected: Record<string, string> = {
    "content-type": "video/mp4",
    "content-length": String(clip.length),
    "accept-ranges": "bytes",
    etag: `"${sha256}"`,
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "content-disposition": `inline; filename="_t_ _1_ 100_.mp4"; filename*=UTF-8''%C3%89t%C3%A9%20%221%22%20100%25.mp4`,
  };
  for (const [name, value] of Object.entries(expected)) assert.equal(reply.headers.get(name), value, name);
  const head = await visit.fetch(`/media/${id}/file`, { method: "HEAD" });
  assert.deepEqual([head.status, head.headers.get("content-length")], [200, String(clip.length)]);
  const known = await visit.fetch(`/media/${id}/file`, { headers: { "if-none-match": `W/"x", "${sha256}"` } });
  assert.equal(known.status, 304);
});

test("ranges are exact, and nonsense gives the whole file or 416", async (t) => {
  const room = await openRoom();
  t.after(() => room.close());
  const visit = await Visit.of(room);
  const { id, sha256 } = await room.add("clip.mp4");
  const size = clip.length;
  const cases: Array<[string, number, string | null, Buffer | null]> = [
    ["bytes=0-0", 206, `bytes 0-0/${size}`, clip.subarray(0, 1)],
    ["bytes=100-199", 206, `bytes 100-199/${size}`, clip.subarray(100, 200)],
    [`bytes=${size - 5}-`, 206, `bytes ${size - 5}-${size - 1}/${size}`, clip.subarray(-5)],
    ["bytes=-7", 206, `bytes ${size - 7}-${size - 1}/${size}`, clip.subarray(-7)],
    [`bytes=10-${size * 9}`, 206, `bytes 10-${size - 1}/${size}`, clip.subarray(10)],
    [`bytes=${size}-`, 416, `bytes */${size}`, null],
    ["bytes=-0", 416, `bytes */${size}`, null],
    ["bytes=5-2", 200, null, clip],
    ["bytes=0-1,5-6", 200, null, clip],
    ["lines=1-2", 200, null, clip],
  ];
  for (const [range, status, said, body] of cases) {
    const reply = await visit.fetch(`/media/${id}/file`, { headers: { range } });
    assert.deepEqual([reply.status, reply.headers.get("content-range")], [status, said], range);
    const bytes = await bytesOf(reply);
    if (body) assert.ok(bytes.equals(body), range);
  }
  const same = await visit.fetch(`/media/${id}/file`, { headers: { range: "bytes=0-9", "if-range": `"${sha256}"` } });
  const changed = await visit.fetch(`/media/${id}/file`, { headers: { range: "bytes=0-9", "if-range": '"older"' } });
  assert.deepEqual([same.status, changed.status], [206, 200]);
  await Promise.all([same.body?.cancel(), changed.body?.cancel()]);
});

test("thumbnails exist in three sizes; what has no picture has none", async (t) => {
  const room = await openRoom();
  t.after(() => room.close());
  const visit = await Visit.of(room);
  const [film, tone] = [await room.add("clip.mp4"), await room.add("tone.mp3")];
  for (const size of [96, 320, 1080] as const) {
    const reply = await visit.fetch(room.media.thumbPath(film, size)!);
    const facts = await sharp(await bytesOf(reply)).metadata();
    assert.deepEqual(
      [reply.headers.get("content-type"), facts.format, Math.max(facts.width, facts.height) <= size],
      ["image/webp", "webp", true],
    );
  }
  assert.equal(room.media.thumbPath(tone, 320), null);
  assert.equal((await visit.fetch(`/media/${tone.id}/thumb-320.webp`)).status, 404);
});

test("a stranger gets 404 for everything, nobody gets 401 or the sign-in page", async (t) => {
  const room = await openRoom();
  t.after(() => room.close());
  const stranger = await Visit.of(room, room.stranger);
  const { id } = await room.add("clip.mp4");
  for (const target of ["", ".json", "/file", "/thumb-320.webp", "/tile"]) {
    assert.equal((await stranger.fetch(`/media/${id}${target}`)).status, 404, target);
    assert.ok(
      [303, 401].includes((await fetch(`${room.url}/media/${id}${target}`, { redirect: "manual" })).status),
      target,
    );
  }
  const headers = { "x-csrf-token": stranger.token, "content-type": "application/x-www-form-urlencoded" };
  for (const [target, body] of [
    ["", "title=mine&altText=&labels="],
    ["/delete", ""],
  ] as const) {
    const reply = await stranger.fetch(`/media/${id}${target}`, { method: "POST", headers, body });
    assert.equal(reply.status, 404, target);
  }
  assert.equal(room.media.find(room.ada.workspaceId, id)?.title, "");
});

test("a delivery reads exact byte ranges, and facts come in the order asked, from this workspace alone", async (t) => {
  const room = await openRoom();
  t.after(() => room.close());
  const { workspaceId } = room.ada;
  const [film, photo, theirs] = [
    await room.add("clip.mp4"),
    await room.add("photo.jpg"),
    await room.add("drawing.png", room.stranger),
  ];
  const delivery = room.media.forDelivery(workspaceId, film.id)!;
  assert.deepEqual(await collect(delivery.read(0, clip.length)), clip);
  assert.deepEqual(await collect(delivery.read(1000, 5000)), clip.subarray(1000, 5000));
  assert.equal((await collect(delivery.read(7, 7))).length, 0);
  const ids = [photo.id, "nothing", theirs.id, film.id];
  assert.deepEqual(
    room.media.facts(workspaceId, ids).map((facts) => facts.id),
    [photo.id, film.id],
  );
  assert.equal(room.media.forDelivery(workspaceId, theirs.id), null);
});
