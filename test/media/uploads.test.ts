/** Resumable uploads over a real socket: cut in the middle, resumed, also on a server started again. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import http from "node:http";
import path from "node:path";
import test from "node:test";
import { fixtures, openRoom, until, Visit, type Room } from "./room.ts";

const clip = readFileSync(path.join(fixtures, "clip.mp4"));
const TUS = { "tus-resumable": "1.0.0" };

interface Outcome {
  state: string;
  media?: { id: string; name: string; kind: string; thumb: string | null; summary: string };
  message?: string;
  next?: string;
}

async function begin(visit: Visit, size: number, name = "clip.mp4"): Promise<string> {
  const reply = await visit.fetch("/media/uploads", {
    method: "POST",
    headers: {
      ...TUS,
      "x-csrf-token": visit.token,
      "upload-length": String(size),
      "upload-metadata": `filename ${Buffer.from(name).toString("base64")},workspace ${btoa("somebody-else")}`,
    },
  });
  assert.equal(reply.status, 201, await reply.text());
  return reply.headers.get("location")!;
}

function send(visit: Visit, address: string, bytes: Buffer, offset: number): Promise<Response> {
  return visit.fetch(address, {
    method: "PATCH",
    headers: {
      ...TUS,
      "x-csrf-token": visit.token,
      "upload-offset": String(offset),
      "content-type": "application/offset+octet-stream",
    },
    body: new Uint8Array(bytes),
  });
}

async function offsetOf(visit: Visit, address: string): Promise<number> {
  const reply = await visit.fetch(address, { method: "HEAD", headers: TUS });
  assert.equal(reply.status, 200);
  return Number(reply.headers.get("upload-offset"));
}

async function outcome(visit: Visit, address: string): Promise<[number, Outcome]> {
  return until(async () => {
    const reply = await visit.fetch(address);
    const body = (await reply.json()) as Outcome;
    return body.state !== "measuring" && body.state !== "incomplete" && ([reply.status, body] as [number, Outcome]);
  });
}

/** Announces everything, sends a part and tears the line. */
function sendAndCut(visit: Visit, room: Room, address: string, part: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const request = http.request(`${room.url}${address}`, {
      method: "PATCH",
      headers: {
        ...visit.headers,
        ...TUS,
        "x-csrf-token": visit.token,
        "upload-offset": "0",
        "content-type": "application/offset+octet-stream",
        "content-length": clip.length,
      },
    });
    request.on("error", () => undefined).on("close", resolve);
    request.write(part, () => setTimeout(() => request.destroy(), 30));
  });
}

test("an upload cut in the middle goes on where it stopped, also on a server that was started again", async (t) => {
  const room = await openRoom();
  t.after(() => room.close());
  const visit = await Visit.of(room);
  const address = await begin(visit, clip.length);
  assert.match(address, /^\/media\/uploads\/[0-9a-f-]{36}$/);
  await sendAndCut(visit, room, address, clip.subarray(0, 70_000));
  const kept = await until(() => offsetOf(visit, address));
  assert.ok(kept > 0 && kept <= 70_000, String(kept));
  const rest = await send(visit, address, clip.subarray(kept, 120_000), kept);
  assert.deepEqual([rest.status, rest.headers.get("upload-offset")], [204, "120000"]);
  assert.equal(((await (await visit.fetch(address)).json()) as Outcome).state, "incomplete");

  await room.restart();
  assert.equal(await offsetOf(visit, address), 120_000);
  const wrong = await send(visit, address, clip.subarray(0, 10), 0);
  assert.equal(wrong.status, 409, "bytes are never taken twice");
  assert.equal((await send(visit, address, clip.subarray(120_000), 120_000)).status, 204);
  const [status, { state, media }] = await outcome(visit, address);
  assert.deepEqual([status, state, media?.name, media?.kind], [200, "ready", "clip.mp4", "video"]);
  const row = room.media.find(room.ada.workspaceId, media!.id)!;
  assert.deepEqual([row.bytes, row.width, row.created_by], [clip.length, 1080, room.ada.accountId]);
  assert.equal(await offsetOf(visit, address), clip.length, "asked again, it still says that all came");
  assert.deepEqual(
    room.onDisk().filter((file) => file.startsWith("tmp")),
    [],
  );
  assert.equal(
    room.onDisk().filter((file) => /^uploads\/[0-9a-f-]{36}$/.test(file)).length,
    0,
    "the bytes lie once on disk",
  );
});

test("an upload that was complete when the server stopped is taken in by itself", async (t) => {
  const room = await openRoom();
  t.after(() => room.close());
  const visit = await Visit.of(room);
  const address = await begin(visit, clip.length);
  room.media.uploads.settle = () => Promise.reject(new Error("the process is gone"));
  await send(visit, address, clip, 0);
  await room.restart();
  await room.media.clocks()[0]!.run();
  assert.equal(room.media.list(room.ada.workspaceId, { limit: 9 }).items[0]?.bytes, clip.length);
});

test("a broken upload is refused in words and leaves nothing; one announced too large is not begun", async (t) => {
  const room = await openRoom({ settings: { MAX_UPLOAD_MB: "1" } });
  t.after(() => room.close());
  const visit = await Visit.of(room);
  const broken = readFileSync(path.join(fixtures, "truncated.mp4"));
  const address = await begin(visit, broken.length);
  await send(visit, address, broken, 0);
  const [status, said] = await outcome(visit, address);
  assert.deepEqual([status, said.state], [422, "refused"]);
  assert.match(said.message ?? "", /breaks off/);
  assert.ok(
    room.onDisk().every((file) => /^uploads\/.*\.(json|outcome)$/.test(file)),
    room.onDisk().join(),
  );
  assert.deepEqual(room.media.list(room.ada.workspaceId, { limit: 9 }).items, []);
  const large = await visit.fetch("/media/uploads", {
    method: "POST",
    headers: { ...TUS, "x-csrf-token": visit.token, "upload-length": "2000000" },
  });
  assert.deepEqual([large.status, /larger than the 1 MB/.test(await large.text())], [413, true]);
});

test("an upload belongs to its account: nobody else sees, feeds or ends it, and nothing goes without the token", async (t) => {
  const room = await openRoom();
  t.after(() => room.close());
  const [visit, other] = [await Visit.of(room), await Visit.of(room, room.stranger)];
  const address = await begin(visit, clip.length);
  for (const method of ["HEAD", "GET", "PATCH", "DELETE"]) {
    const headers = {
      ...TUS,
      "x-csrf-token": other.token,
      "upload-offset": "0",
      "content-type": "application/offset+octet-stream",
    };
    const reply = await other.fetch(address, { method, headers, body: method === "PATCH" ? "x" : null });
    assert.equal(reply.status, 404, method);
  }
  // An own upload in the path and somebody else's behind it: the two must not be read apart.
  const own = await begin(other, clip.length);
  const id = address.split("/").at(-1)!;
  const feed = {
    ...TUS,
    "x-csrf-token": other.token,
    "upload-offset": "0",
    "content-type": "application/offset+octet-stream",
  };
  await other.fetch(`${own}?/${id}`, { method: "PATCH", headers: feed, body: "hello" });
  const offset = (await visit.fetch(address, { method: "HEAD", headers: TUS })).headers.get("upload-offset");
  assert.equal(offset, "0", "the other account's bytes went to its own upload");
  await other.fetch(`${own}?/${id}`, { method: "DELETE", headers: { ...TUS, "x-csrf-token": other.token } });
  const bare = await visit.fetch("/media/uploads", { method: "POST", headers: { ...TUS, "upload-length": "5" } });
  assert.equal(bare.status, 403);
  const out = await fetch(`${room.url}${address}`, { method: "HEAD", headers: TUS });
  assert.equal(out.status, 401);
  for (const id of ["..%2F..%2Fpostern", "x", "0".repeat(36)]) {
    assert.equal((await visit.fetch(`/media/uploads/${id}`)).status, 404, id);
  }
  const ended = await visit.fetch(address, { method: "DELETE", headers: { ...TUS, "x-csrf-token": visit.token } });
  assert.equal(ended.status, 204);
  assert.deepEqual(room.onDisk(), [], "called off, nothing stays");
});

test("uploads that nobody came back for are cleared away, those still fed are not", async (t) => {
  const room = await openRoom();
  t.after(() => room.close());
  const visit = await Visit.of(room);
  const address = await begin(visit, clip.length);
  await send(visit, address, clip.subarray(0, 1000), 0);
  const clock = room.media.clocks()[0]!;
  // The test's clock and the disk's differ: file times are real ones.
  room.clock.push(Date.now() - room.clock.now() + 47 * 3_600_000);
  await clock.run();
  assert.equal(await offsetOf(visit, address), 1000);
  room.clock.push(2 * 3_600_000);
  await clock.run();
  assert.deepEqual(room.onDisk(), []);
});

test("files without a row are cleared away, files with one stay", async (t) => {
  const room = await openRoom();
  t.after(() => room.close());
  const [keep, lose] = [await room.add("photo.jpg"), await room.add("drawing.png")];
  room.house.db.run("DELETE FROM media WHERE id = ?", [lose.id]);
  room.clock.push(Date.now() - room.clock.now() + 24 * 3_600_000);
  await room.media.clocks()[0]!.run();
  assert.ok(
    room.onDisk().length > 0 && room.onDisk().every((file) => file.includes(keep.sha256!)),
    room.onDisk().join(),
  );
});
