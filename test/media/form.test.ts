/** The plain form for browsers without script: several files at once, each refusal beside its name, and its token. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { fixtures, openRoom, Visit } from "./room.ts";

const clip = readFileSync(path.join(fixtures, "clip.mp4"));

function form(visit: Visit, files: Array<[string, Buffer]>, token = visit.token): FormData {
  const data = new FormData();
  data.append("_csrf", token);
  for (const [name, bytes] of files) data.append("file", new Blob([new Uint8Array(bytes)]), name);
  return data;
}

test("without script a plain form adds several files, and says beside each what is wrong with it", async (t) => {
  const room = await openRoom({ settings: { MAX_UPLOAD_MB: "1" } });
  t.after(() => room.close());
  const visit = await Visit.of(room);
  const photo = readFileSync(path.join(fixtures, "photo.jpg"));
  const good = await visit.fetch("/media", {
    method: "POST",
    body: form(visit, [
      ["a.mp4", clip],
      ["b.jpg", photo],
    ]),
  });
  assert.deepEqual([good.status, good.headers.get("location")], [303, "/media"], await good.text());
  assert.deepEqual(
    room.media
      .list(room.ada.workspaceId, { limit: 9 })
      .items.map((row) => row.name)
      .sort(),
    ["a.mp4", "b.jpg"],
  );

  const before = room.onDisk();
  const mixed = await visit.fetch("/media", {
    method: "POST",
    body: form(visit, [
      ["page.jpg", readFileSync(path.join(fixtures, "page.jpg"))],
      ["large.mp4", Buffer.concat([clip, Buffer.alloc(1_500_000)])],
    ]),
  });
  const page = await mixed.text();
  assert.equal(mixed.status, 422);
  assert.match(page, /page\.jpg[\s\S]*neither a picture nor a video[\s\S]*large\.mp4[\s\S]*larger than the 1 MB/);
  const none = await visit.fetch("/media", { method: "POST", body: form(visit, [["", Buffer.alloc(0)]]) });
  assert.deepEqual([none.status, /No file was chosen/.test(await none.text())], [422, true]);
  assert.deepEqual(room.onDisk(), before);
});

test("the plain form is refused without the right token, from elsewhere, and from nobody; nothing stays", async (t) => {
  const room = await openRoom();
  t.after(() => room.close());
  const visit = await Visit.of(room);
  const wrong = await visit.fetch("/media", { method: "POST", body: form(visit, [["a.mp4", clip]], "wrong") });
  assert.equal(wrong.status, 403);
  const late = new FormData();
  late.append("file", new Blob([new Uint8Array(clip)]), "a.mp4");
  late.append("_csrf", visit.token);
  assert.equal((await visit.fetch("/media", { method: "POST", body: late })).status, 403, "the token comes first");
  const foreign = await visit.fetch("/media", {
    method: "POST",
    body: form(visit, [["a.mp4", clip]]),
    headers: { origin: "https://evil.example" },
  });
  assert.equal(foreign.status, 403);
  const nobody = await fetch(`${room.url}/media`, {
    method: "POST",
    body: form(visit, [["a.mp4", clip]]),
    headers: { origin: room.url },
  });
  assert.equal(nobody.status, 401);
  assert.deepEqual(room.onDisk(), []);
});

test("a form that is broken is refused in words, and what came whole before the break stays", async (t) => {
  const room = await openRoom();
  t.after(() => room.close());
  const visit = await Visit.of(room);
  const field = (name: string, content: string | Buffer, file = "") =>
    Buffer.concat([
      Buffer.from(`--x\r\ncontent-disposition: form-data; name="${name}"${file && `; filename="${file}"`}\r\n\r\n`),
      Buffer.from(content),
      Buffer.from("\r\n"),
    ]);
  const send = async (body: Buffer, type = "multipart/form-data; boundary=x") => {
    const headers = { "content-type": type };
    const reply = await visit.fetch("/media", { method: "POST", body: new Uint8Array(body), headers });
    return [reply.status, /The form is broken or ends too early/.test(await reply.text())];
  };
  const token = field("_csrf", visit.token);
  const half = field("file", clip, "a.mp4").subarray(0, -1000);
  for (const [what, body] of Object.entries({
    "no form": Buffer.from("nonsense"),
    "no headers": Buffer.from("--x\r\n\r\nwords\r\n"),
    "cut in the token": token.subarray(0, -20),
    "cut in the headers": Buffer.concat([token, half.subarray(0, 40)]),
    "cut in the file": Buffer.concat([token, half]),
  }))
    assert.deepEqual(await send(body), [422, true], what);
  assert.deepEqual(await send(token, "multipart/form-data"), [422, true], "no boundary");
  assert.deepEqual(room.onDisk(), []);

  assert.deepEqual(await send(Buffer.concat([token, field("file", clip, "whole.mp4"), half])), [422, true]);
  const names = room.media.list(room.ada.workspaceId, { limit: 9 }).items.map((row) => row.name);
  assert.deepEqual(names, ["whole.mp4"]);
});
