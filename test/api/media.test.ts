/** Media and channels through the API: streamed uploads, imports, descriptions, deletion, disconnecting. */
import assert from "node:assert/strict";
import http from "node:http";
import { readdirSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import sharp from "sharp";
import { openDesk, type Desk, type Problem } from "./desk.ts";

interface Media {
  id: string;
  state: string;
  kind: string | null;
  mime: string | null;
  bytes: number | null;
  sha256: string | null;
  width: number | null;
  height: number | null;
  title: string;
  altText: string;
  labels: string[];
}

function picture(colour: string, size = 40): Promise<Buffer> {
  return sharp({ create: { width: size, height: size * 2, channels: 3, background: colour } })
    .jpeg()
    .toBuffer();
}

function form(bytes: Buffer, name = "sea.jpg", field = "file"): FormData {
  const data = new FormData();
  data.append("note", "ignored");
  data.append(field, new Blob([new Uint8Array(bytes)], { type: "image/jpeg" }), name);
  return data;
}

/** Media are measured in the background; asks until it is done. */
async function measured(desk: Desk, id: string): Promise<Media> {
  for (let n = 0; n < 100; n += 1) {
    const { body } = await desk.call<Media>("GET", `/v1/media/${id}`, undefined, { key: desk.newKey() });
    if (body.state !== "processing") return body;
    desk.wired.house.runner.wake();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("still processing");
}

function files(desk: Desk): string[] {
  const folder = desk.wired.house.config.dataDir;
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (file) => path.extname(file) !== "" && !/\.(db|db-wal|db-shm|key|lock)$/.test(file),
  );
}

const NAMES = [
  "altText",
  "audioCodec",
  "bytes",
  "createdAt",
  "durationMs",
  "frameRate",
  "height",
  "id",
  "kind",
  "labels",
  "mime",
  "name",
  "problem",
  "rotation",
  "sha256",
  "state",
  "title",
  "videoCodec",
  "width",
];

test("an uploaded picture is measured, described, listed and deleted", async (t) => {
  const desk = await openDesk(t);
  const uploaded = await desk.call<Media>("POST", "/v1/media", form(await picture("navy")));
  assert.equal(uploaded.status, 201, JSON.stringify(uploaded.body));
  assert.deepEqual(Object.keys(uploaded.body).sort(), NAMES);
  const { id } = uploaded.body;
  const ready = await measured(desk, id);
  assert.deepEqual(
    [ready.state, ready.kind, ready.mime, ready.width, ready.height],
    ["ready", "image", "image/jpeg", 40, 80],
  );
  assert.match(ready.sha256 ?? "", /^[0-9a-f]{64}$/);
  const changed = await desk.call<Media>("PATCH", `/v1/media/${id}`, {
    title: "Sea",
    altText: "Dark blue",
    labels: ["summer"],
  });
  assert.deepEqual([changed.body.title, changed.body.altText, changed.body.labels], ["Sea", "Dark blue", ["summer"]]);
  const ids = async (query: string) =>
    (await desk.call<{ items: Media[] }>("GET", `/v1/media?${query}`)).body.items.map((one) => one.id);
  assert.deepEqual(await ids("kind=image&search=summer"), [id]);
  assert.deepEqual(await ids("kind=video"), []);
  assert.equal((await desk.call("DELETE", `/v1/media/${id}`)).status, 204);
  assert.equal((await desk.call("GET", `/v1/media/${id}`)).status, 404);
});

test("a file that a scheduled post uses is not deleted", async (t) => {
  const desk = await openDesk(t);
  const media = desk.media("video");
  const post = {
    media: [media],
    publish: "schedule",
    scheduledAt: "2026-12-01T17:30:00Z",
    channels: [{ channelId: desk.channel("tiktok") }],
  };
  assert.equal((await desk.call("POST", "/v1/posts", post)).status, 201);
  const refused = await desk.call<Problem>("DELETE", `/v1/media/${media}`);
  assert.deepEqual([refused.status, refused.body.status], [409, 409]);
});

test("a form without the field, a file that is no media, and one too large are refused and leave nothing", async (t) => {
  const desk = await openDesk(t, { MAX_UPLOAD_MB: "1" });
  const before = files(desk);
  const field = await desk.call<Problem>("POST", "/v1/media", form(await picture("navy"), "sea.jpg", "picture"));
  assert.deepEqual([field.status, field.body.errors?.[0]?.path], [400, "file"]);
  const large = await desk.call<Problem>("POST", "/v1/media", form(Buffer.alloc(1_100_000, "x")));
  assert.equal(large.status, 413);
  const broken = await desk.call<Problem>("POST", "/v1/media", "--x\r\nnonsense", {
    headers: { "content-type": "multipart/form-data; boundary=x" },
  });
  assert.equal(broken.status, 400, JSON.stringify(broken.body));
  const cut = '--x\r\ncontent-disposition: form-data; name="file"; filename="sea.jpg"\r\n\r\nno end';
  const ended = await desk.call<Problem>("POST", "/v1/media", cut, {
    headers: { "content-type": "multipart/form-data; boundary=x" },
  });
  assert.equal(ended.status, 400, JSON.stringify(ended.body));
  const words = await desk.call<Problem>("POST", "/v1/media", form(Buffer.from("only words"), "sea.jpg"));
  assert.equal(words.status, 422, JSON.stringify(words.body));
  assert.deepEqual(files(desk), before);
  assert.deepEqual((await desk.call<{ items: Media[] }>("GET", "/v1/media")).body.items, []);
});

test("the same file under the same key is stored once, another file is a conflict", async (t) => {
  const desk = await openDesk(t);
  const how = { headers: { "idempotency-key": "one" } };
  const [navy, teal] = [await picture("navy"), await picture("teal")];
  const first = await desk.call<Media>("POST", "/v1/media", form(navy), how);
  const again = await desk.call<Media>("POST", "/v1/media", form(navy), how);
  assert.equal(first.status, 201, JSON.stringify(first.body));
  assert.deepEqual([again.status, again.body, again.headers.get("idempotency-replayed")], [201, first.body, "true"]);
  assert.equal((await desk.call("POST", "/v1/media", form(teal), how)).status, 409);
  assert.equal((await desk.call("POST", "/v1/media", form(navy, "other.jpg"), how)).status, 409);
  assert.equal((await desk.call<{ items: Media[] }>("GET", "/v1/media")).body.items.length, 1);
  const both = await Promise.all(
    [1, 2].map(() => desk.call<Media>("POST", "/v1/media", form(teal), { headers: { "idempotency-key": "two" } })),
  );
  assert.deepEqual(
    both.map((one) => one.status),
    [201, 201],
  );
  assert.equal(both[0]?.body.id, both[1]?.body.id);
});

test("a repeated upload whose form is broken is refused as broken, and the first answer stays", async (t) => {
  const desk = await openDesk(t);
  const how = { headers: { "idempotency-key": "one" } };
  const first = await desk.call<Media>("POST", "/v1/media", form(await picture("navy")), how);
  const cut = '--x\r\ncontent-disposition: form-data; name="file"; filename="sea.jpg"\r\n\r\nno end';
  const headers = { ...how.headers, "content-type": "multipart/form-data; boundary=x" };
  assert.equal((await desk.call("POST", "/v1/media", cut, { headers })).status, 400);
  assert.deepEqual((await desk.call<Media>("POST", "/v1/media", form(await picture("navy")), how)).body, first.body);
});

test("an upload that breaks off leaves nothing, and its key is free", async (t) => {
  const desk = await openDesk(t);
  const before = files(desk);
  const closed = new Promise<void>((resolve) => {
    const request = http.request(`${desk.url}/api/v1/media`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${desk.key}`,
        "content-type": "multipart/form-data; boundary=x",
        "idempotency-key": "one",
        "content-length": 1_000_000,
      },
    });
    request.on("error", () => undefined).on("close", resolve);
    request.write('--x\r\ncontent-disposition: form-data; name="file"; filename="sea.jpg"\r\n\r\n');
    request.write(Buffer.alloc(200_000, "x"), () => setTimeout(() => request.destroy(), 50));
  });
  await closed;
  const kept = () => desk.wired.house.db.get<{ n: number }>("SELECT COUNT(*) AS n FROM idempotency_keys")!.n;
  for (let n = 0; n < 100 && (kept() > 0 || files(desk).length > before.length); n += 1)
    await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual([kept(), files(desk)], [0, before]);
  const again = await desk.call("POST", "/v1/media", form(await picture("navy")), {
    headers: { "idempotency-key": "one" },
  });
  assert.equal(again.status, 201);
});

test("an import is taken on at once and fails later in words when the address is private", async (t) => {
  const desk = await openDesk(t);
  const taken = await desk.call<Media>("POST", "/v1/media/import", { url: "http://127.0.0.1:8/sea.jpg" });
  if (taken.status === 202) {
    desk.wired.house.runner.start();
    t.after(() => desk.wired.house.runner.stop(100));
    assert.equal((await measured(desk, taken.body.id)).state, "failed");
  } else {
    assert.equal(taken.status, 422, JSON.stringify(taken.body));
  }
  assert.equal((await desk.call("POST", "/v1/media/import", { url: "file:///etc/passwd" })).status, 400);
});

test("channels are shown without anything secret; disconnecting gives a receipt and they are gone", async (t) => {
  const desk = await openDesk(t);
  const ids = [desk.channel("tiktok"), desk.channel("youtube"), desk.channel("tiktok")];
  const first = await desk.call<{ items: Array<{ id: string }>; nextCursor: string }>("GET", "/v1/channels?limit=2");
  const rest = await desk.call<{ items: Array<{ id: string }>; nextCursor: null }>(
    "GET",
    `/v1/channels?limit=2&cursor=${first.body.nextCursor}`,
  );
  assert.deepEqual([...first.body.items, ...rest.body.items].map((one) => one.id).sort(), [...ids].sort());
  assert.equal(rest.body.nextCursor, null);
  const one = await desk.call("GET", `/v1/channels/${ids[0]}`);
  assert.deepEqual(Object.keys(one.body).sort(), [
    "accessExpiresAt",
    "avatarUrl",
    "handle",
    "id",
    "name",
    "platform",
    "refreshExpiresAt",
    "scopes",
    "state",
  ]);
  assert.deepEqual([one.body["platform"], one.body["state"], one.body["name"]], ["tiktok", "ready", "Ada"]);
  const gone = await desk.call("DELETE", `/v1/channels/${ids[0]}`);
  assert.deepEqual([gone.status, gone.body["channelId"], gone.body["platform"]], [200, ids[0], "tiktok"]);
  assert.equal((await desk.call("GET", `/v1/channels/${ids[0]}`)).status, 404);
  assert.deepEqual((await desk.call("DELETE", `/v1/channels/${ids[0]}`)).body, gone.body);
  assert.equal((await desk.call<{ items: unknown[] }>("GET", "/v1/channels")).body.items.length, 2);
});
