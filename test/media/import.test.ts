/** Imports from an address: fetched in the background, refused when private, failed in plain words. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import test, { type TestContext } from "node:test";
import type { MediaRow } from "../../src/database/index.ts";
import { Refusal } from "../../src/web/index.ts";
import { fixtures, openRoom, until, type Room } from "./room.ts";

const clip = readFileSync(path.join(fixtures, "clip.mp4"));

/** A neighbour that serves files; returns host:port. */
async function neighbour(t: TestContext, answer: http.RequestListener): Promise<string> {
  const server = http.createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function imported(room: Room, url: string): Promise<MediaRow> {
  const begun = room.media.beginImport(room.ada.workspaceId, room.ada.accountId, url);
  assert.deepEqual([begun.state, begun.kind, begun.source_url], ["processing", null, url]);
  room.house.runner.start();
  return until(() => {
    const row = room.media.find(room.ada.workspaceId, begun.id);
    // A failed try waits some seconds for the next.
    room.clock.push(1000);
    room.house.runner.wake();
    return row && row.state !== "processing" && row;
  });
}

test("a file is fetched from an allowed host, measured, and keeps where it came from", async (t) => {
  const host = await neighbour(t, (_request, reply) => reply.end(clip));
  const room = await openRoom({ settings: { ALLOW_PRIVATE_HOSTS: host } });
  t.after(() => room.close());
  const row = await imported(room, `http://${host}/films/Three%20mistakes.mp4?x=1`);
  assert.deepEqual([row.state, row.kind, row.name, row.bytes], ["ready", "video", "Three mistakes.mp4", clip.length]);
  assert.equal(room.media.facts(room.ada.workspaceId, [row.id]).length, 1);
});

test("private addresses are refused before anything is asked of them, also behind a redirect", async (t) => {
  let asked = 0;
  const secret = await neighbour(t, (_request, reply) => reply.end(String((asked += 1))));
  const door = await neighbour(t, (_request, reply) => reply.writeHead(302, { location: `http://${secret}/` }).end());
  const room = await openRoom({ settings: { ALLOW_PRIVATE_HOSTS: door } });
  t.after(() => room.close());
  for (const url of [
    `http://${secret}/a.mp4`,
    `http://${door}/a.mp4`,
    "http://169.254.169.254/latest",
    "http://[::1]/a.mp4",
  ]) {
    const row = await imported(room, url);
    assert.equal(row.state, "failed", url);
    assert.match(row.problem ?? "", /not on the public internet/, url);
  }
  assert.equal(asked, 0);
  assert.deepEqual(room.onDisk(), []);
});

test("what is no media, too large, not there or never answers fails in words, and nothing stays", async (t) => {
  const host = await neighbour(t, (request, reply) => {
    if (request.url === "/page") return reply.end("<html>a page</html>");
    if (request.url === "/large") return reply.end(Buffer.alloc(1_200_000));
    if (request.url === "/gone") return reply.writeHead(404).end();
    return request.socket.destroy();
  });
  const room = await openRoom({ settings: { ALLOW_PRIVATE_HOSTS: host, MAX_UPLOAD_MB: "1" } });
  t.after(() => room.close());
  for (const [target, words] of [
    ["page", /neither a picture nor a video/],
    ["large", /larger than this install takes/],
    ["gone", /answered 404/],
    ["cut", /the connection failed/],
  ] as const) {
    const row = await imported(room, `http://${host}/${target}`);
    assert.equal(row.state, "failed", target);
    assert.match(row.problem ?? "", words);
    room.media.remove(room.ada.workspaceId, row.id);
  }
  assert.deepEqual(room.onDisk(), []);
});

test("what is no address is refused at once", async (t) => {
  const room = await openRoom();
  t.after(() => room.close());
  for (const url of ["", "nonsense", "file:///etc/passwd", "ftp://example.org/a", "https://me:secret@example.org/a"]) {
    assert.throws(() => room.media.beginImport(room.ada.workspaceId, null, url), Refusal, url);
  }
  assert.deepEqual(room.media.list(room.ada.workspaceId, { limit: 5 }).items, []);
});

test("an import that was deleted meanwhile leaves nothing", async (t) => {
  let begun: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => (begun = resolve));
  let finish: () => void = () => undefined;
  const host = await neighbour(t, (_request, reply) => {
    reply.write(clip.subarray(0, 1000));
    finish = () => reply.end(clip.subarray(1000));
    begun();
  });
  const room = await openRoom({ settings: { ALLOW_PRIVATE_HOSTS: host } });
  t.after(() => room.close());
  const row = room.media.beginImport(room.ada.workspaceId, null, `http://${host}/a.mp4`);
  room.house.runner.start();
  await asked;
  room.media.remove(room.ada.workspaceId, row.id);
  finish();
  await until(() => room.house.runner.busy === 0);
  assert.deepEqual([room.onDisk(), room.media.list(room.ada.workspaceId, { limit: 5 }).items], [[], []]);
});
