/** Signed addresses: one file, one purpose, until one moment, and only where a platform can come in. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import test from "node:test";
import sharp from "sharp";
import { newId } from "../../src/ids.ts";
import { sign } from "../../src/media/signatures.ts";
import { fixtures, openRoom, type Room } from "./room.ts";

const clip = readFileSync(path.join(fixtures, "clip.mp4"));

async function bytesOf(reply: Response): Promise<Buffer> {
  return Buffer.from(await reply.arrayBuffer());
}

async function signed(room: Room, id: string, as?: "jpeg", minutes = 60): Promise<URL> {
  const address = await room.media.forDelivery(room.ada.workspaceId, id)!.publicUrl(minutes, as);
  return new URL(address!);
}

function get(room: Room, url: URL, init?: RequestInit): Promise<Response> {
  return fetch(`${room.url}${url.pathname}${url.search}`, init);
}

test("a signed address opens one file without a session, until its time, with ranges", async (t) => {
  const room = await openRoom();
  t.after(() => room.close());
  const { id } = await room.add("clip.mp4");
  const url = await signed(room, id);
  assert.match(url.pathname, new RegExp(`^/m/${id}\\.mp4$`));
  const reply = await get(room, url, { headers: { "accept-encoding": "gzip" } });
  assert.deepEqual(await bytesOf(reply), clip);
  const expected: Record<string, string | null> = {
    "content-type": "video/mp4",
    "content-encoding": null,
    "x-robots-tag": "noindex, nofollow",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "cross-origin",
    "content-security-policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "set-cookie": null,
  };
  for (const [name, value] of Object.entries(expected)) assert.equal(reply.headers.get(name), value, name);
  const part = await get(room, url, { headers: { range: "bytes=5-9" } });
  assert.deepEqual([part.status, await bytesOf(part)], [206, clip.subarray(5, 10)]);
  const head = await get(room, url, { method: "HEAD" });
  assert.deepEqual([head.status, head.headers.get("content-length")], [200, String(clip.length)]);
  room.clock.push(59 * 60_000);
  assert.equal((await get(room, url, { method: "HEAD" })).status, 200);
  room.clock.push(2 * 60_000);
  assert.equal((await get(room, url)).status, 410);
});

test("a signed address cannot be stretched, moved, forged or used for another purpose", async (t) => {
  const room = await openRoom();
  t.after(() => room.close());
  const [mine, other] = [await room.add("clip.mp4"), await room.add("photo.jpg")];
  const url = await signed(room, mine.id);
  const status = async (change: (url: URL) => void): Promise<number> => {
    const changed = new URL(url);
    change(changed);
    return (await get(room, changed)).status;
  };
  const e = Number(url.searchParams.get("e"));
  const s = url.searchParams.get("s")!;
  assert.equal(await status(() => undefined), 200);
  assert.equal(await status((to) => to.searchParams.set("e", String(e + 1))), 404);
  assert.equal(await status((to) => (to.pathname = `/m/${other.id}.jpg`)), 404);
  assert.equal(await status((to) => (to.pathname = `/m/${mine.id}.webm`)), 404);
  assert.equal(await status((to) => (to.pathname = `/m/${mine.id}-1080.jpg`)), 404);
  assert.equal(await status((to) => (to.pathname = `/m/${newId()}.mp4`)), 404);
  assert.equal(await status((to) => to.searchParams.set("s", (s[0] === "A" ? "B" : "A") + s.slice(1))), 404);
  assert.equal(await status((to) => to.searchParams.set("s", s.slice(0, 8))), 404);
  assert.equal(await status((to) => to.searchParams.delete("s")), 404);
  assert.equal(await status((to) => to.searchParams.append("s", s)), 404, "two signatures are none");
  assert.equal(await status((to) => to.searchParams.set("e", "99999999999999999999")), 410);
  const key = room.house.vault.derive("mediaUrl");
  const part = { file: `${mine.id}.mp4`, expires: e, epoch: 0 };
  assert.equal(await status((to) => to.searchParams.set("s", sign(key, { ...part, purpose: "platform" }))), 200);
  const foreign = sign(key, { ...part, purpose: "share" as "platform" });
  assert.equal(await status((to) => to.searchParams.set("s", foreign)), 404);
  room.house.db.run("UPDATE media SET epoch = 1 WHERE id = ?", [mine.id]);
  assert.equal(await status(() => undefined), 404, "a raised epoch withdraws what was given out");
  room.media.remove(room.ada.workspaceId, other.id);
  assert.equal((await get(room, await signed(room, mine.id))).status, 200);
});

test("addresses are given out only where a platform can come in", async (t) => {
  for (const [publicUrl, given] of [
    ["https://postern.example.org", true],
    ["http://postern.example.org", false],
    ["https://192.168.1.4", false],
    ["https://[fd00::1]", false],
    ["https://localhost", false],
    ["https://box.local", false],
    ["https://box", false],
  ] as const) {
    const room = await openRoom({ settings: { PLATFORM_MODE: "live", PUBLIC_URL: publicUrl } });
    const { id } = await room.add("drawing.png");
    const address = await room.media.forDelivery(room.ada.workspaceId, id)!.publicUrl(5);
    assert.equal(address?.startsWith(`${publicUrl}/m/${id}.png?`) ?? false, given, publicUrl);
    await room.close();
  }
  const sandboxed = await openRoom();
  t.after(() => sandboxed.close());
  const { id } = await sandboxed.add("drawing.png");
  assert.match(String(await signed(sandboxed, id)), /^http:\/\/127\.0\.0\.1:1\/m\//);
});

test("a JPEG is offered of every picture, within what platforms take, converted once", async (t) => {
  const room = await openRoom();
  t.after(() => room.close());
  const large = await sharp({
    create: { width: 3000, height: 1500, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
  })
    .png()
    .toBuffer();
  const { id } = await room.media.receive(room.ada.workspaceId, null, {
    name: "large.png",
    body: Readable.from([large]),
  });
  const url = await signed(room, id, "jpeg");
  const reply = await get(room, url);
  assert.equal(reply.headers.get("content-type"), "image/jpeg");
  const bytes = await bytesOf(reply);
  const facts = await sharp(bytes).metadata();
  assert.deepEqual([facts.format, facts.width, facts.height], ["jpeg", 1920, 960]);
  const [first] = await sharp(bytes).raw().toBuffer();
  assert.ok(first! > 250, "what was transparent is white");
  const rendition = room.onDisk().filter((file) => file.endsWith("jpeg-1080.jpg"));
  assert.equal(rendition.length, 1);
  const photo = await room.add("photo.jpg");
  assert.match(
    (await signed(room, photo.id, "jpeg")).pathname,
    /^\/m\/[0-9a-f-]{36}\.jpg$/,
    "a fitting JPEG is its own rendition",
  );
});
