/** Videos, reels and stories in the sandbox are refused where Facebook refuses them, in the same words. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import test from "node:test";
import { facebook } from "../../src/platforms/facebook/index.ts";
import { mp4Facts } from "../../src/sandbox/meta/mp4.ts";
import { caller, clip, codes, open, PAGE } from "./facebook-caller.ts";

const PIECE = 1024 * 1024;

test("videos in pieces: sizes, order, end, session", async (t) => {
  const sandbox = await open(t);
  const { post } = await caller(sandbox);
  const start = (file_size: number) => post("videos", { upload_phase: "start", file_size: String(file_size) });
  assert.deepEqual(codes(await start(1023)), [100, 1363022]);
  assert.deepEqual(codes(await start(2_000_000_001)), [100, 1363023]);
  assert.deepEqual(codes(await post("videos", {})), [100, 1363020]);
  const { upload_session_id: session, video_id: video } = (await start(PIECE + 10)).json;
  const send = (offset: number, bytes: number) => {
    const form = new FormData();
    form.append("upload_phase", "transfer");
    form.append("upload_session_id", session);
    form.append("start_offset", String(offset));
    form.append("video_file_chunk", new Blob([new Uint8Array(bytes)]), "video.mp4");
    return post("videos", form);
  };
  const finish = (more = {}) => post("videos", { upload_phase: "finish", upload_session_id: session, ...more });
  const wrong = await send(5, 10);
  assert.deepEqual(codes(wrong), [100, 1363037]);
  assert.deepEqual(JSON.parse(wrong.json.error?.error_data ?? ""), { start_offset: "0", end_offset: String(PIECE) });
  assert.equal((await send(0, PIECE)).json.start_offset, String(PIECE));
  assert.deepEqual(codes(await finish()), [6000, undefined]);
  assert.deepEqual(codes(await send(PIECE, 11)), [100, 1363045]);
  assert.equal((await send(PIECE, 10)).status, 200);
  assert.deepEqual(codes(await finish({ title: "x".repeat(256) })), [100, undefined]);
  assert.equal((await finish({ description: "Kiln" })).text, '{"success":true}');
  assert.deepEqual(codes(await finish()), [100, 1363041]);
  assert.deepEqual(
    sandbox.world.feed().map((item) => [item.id, item.text, item.files[0]?.bytes]),
    [[video, "Kiln", PIECE + 10]],
  );
});

const rupload = (video: string) => `rupload.facebook.com/video-upload/v26.0/${video}`;

test("the upload host: its own scheme, whole files, its own way of refusing; finishing early spoils nothing", async (t) => {
  const sandbox = await open(t);
  const { call, post, page } = await caller(sandbox);
  const started = (await post("video_reels", { upload_phase: "start" })).json;
  assert.equal(started.upload_url, `https://${rupload(started.video_id)}`);
  const send = (headers: Record<string, string>, bytes = 5000) =>
    call("POST", rupload(started.video_id), undefined, {
      headers: { authorization: `OAuth ${page}`, "content-type": "application/octet-stream", ...headers },
      raw: new Uint8Array(bytes),
    });
  const finish = (more = {}) =>
    post("video_reels", { upload_phase: "finish", video_id: started.video_id, video_state: "PUBLISHED", ...more });
  assert.match((await send({ authorization: `Bearer ${page}` })).text, /debug_info.*unauthorized user request/);
  assert.match((await send({ offset: "0", file_size: "6000" })).text, /do not fit together/);
  assert.match((await send({ offset: "0", file_size: "100" }, 100)).text, /do not fit together/);
  assert.deepEqual(codes(await finish()), [6000, 1363045]);
  assert.equal((await send({ offset: "0", file_size: "5000" })).text, '{"success":true}');
  assert.deepEqual(codes(await finish({ video_state: "NOW" })), [100, undefined]);
  assert.deepEqual(codes(await finish({ description: "x".repeat(2201) })), [100, undefined]);
  assert.equal((await finish()).status, 200);
  assert.deepEqual(codes(await finish()), [100, 1363041]);
  sandbox.clock.push(2000);
  const look = (await call("GET", `${started.video_id}?fields=status,post_id`)).json;
  assert.deepEqual([look.status.video_status, look.post_id.startsWith(`${PAGE}_`)], ["ready", true]);
  assert.equal(sandbox.world.feed().length, 1);
});

test("a reel can be fetched from an address; before it is here it cannot be finished", async (t) => {
  const sandbox = await open(t);
  const { call, post, page } = await caller(sandbox);
  const server = createServer((request, reply) => {
    if (request.url === "/robots.txt") return void reply.writeHead(404).end();
    reply.writeHead(200, { "content-type": "video/mp4", "content-length": 5000 }).end(Buffer.alloc(5000));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  t.after(() => new Promise((done) => (server.close(done), server.closeAllConnections())));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/reel.mp4`;
  const fetchFrom = async (file_url: string) => {
    const { video_id } = (await post("video_reels", { upload_phase: "start" })).json;
    await call("POST", rupload(video_id), undefined, { headers: { authorization: `OAuth ${page}`, file_url } });
    for (let looks = 0; looks < 200; looks += 1) {
      const { status } = (await call("GET", `${video_id}?fields=status`)).json;
      if (status.uploading_phase.status !== "in_progress") return status.uploading_phase.status;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return "never";
  };
  assert.equal(await fetchFrom(address), "complete");
  assert.equal(await fetchFrom("http://10.0.0.1/reel.mp4"), "error");
});

test("thirty reels in a day and no more", async (t) => {
  const sandbox = await open(t);
  const { call, post, page } = await caller(sandbox);
  const reel = async () => {
    const { video_id } = (await post("video_reels", { upload_phase: "start" })).json;
    const headers = { authorization: `OAuth ${page}`, offset: "0", file_size: "1024" };
    const raw = new Uint8Array(1024);
    await call("POST", rupload(video_id), undefined, { headers: { ...headers, "content-type": "video/mp4" }, raw });
    return post("video_reels", { upload_phase: "finish", video_id, video_state: "PUBLISHED" });
  };
  for (let n = 0; n < 30; n += 1) assert.equal((await reel()).status, 200);
  assert.deepEqual(codes(await reel()), [613, undefined]);
  sandbox.clock.push(25 * 3_600_000);
  assert.equal((await reel()).status, 200);
});

/** A file that is nothing but the header of an MP4. */
function header(durationMs: number, width: number, height: number): Buffer {
  const box = (type: string, body: Buffer) => {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(body.length + 8);
    head.write(type, 4, "latin1");
    return Buffer.concat([head, body]);
  };
  const movie = Buffer.alloc(100);
  movie.writeUInt32BE(1000, 12);
  movie.writeUInt32BE(durationMs, 16);
  const track = Buffer.alloc(84);
  track.writeUInt16BE(width, 76);
  track.writeUInt16BE(height, 80);
  const moov = box("moov", Buffer.concat([box("mvhd", movie), box("trak", box("tkhd", track))]));
  return Buffer.concat([box("ftyp", Buffer.from("isom0000")), box("mdat", Buffer.alloc(1024)), moov]);
}

test("what a file says of itself is read, and a reel that is too long or too small fails while it is processed", async (t) => {
  const sandbox = await open(t);
  const file = path.join(sandbox.world.folder, "header.mp4");
  writeFileSync(file, header(20_000, 1080, 1920));
  assert.deepEqual(mp4Facts(file), { durationMs: 20_000, width: 1080, height: 1920 });
  writeFileSync(file, Buffer.alloc(4000));
  assert.equal(mp4Facts(file), null);

  const { call, post, page } = await caller(sandbox);
  const processed = async (edge: "video_reels" | "video_stories", bytes: Buffer) => {
    const { video_id } = (await post(edge, { upload_phase: "start" })).json;
    const headers = { authorization: `OAuth ${page}`, offset: "0", file_size: String(bytes.length) };
    const raw = new Uint8Array(bytes);
    await call("POST", rupload(video_id), undefined, { headers: { ...headers, "content-type": "video/mp4" }, raw });
    await post(edge, { upload_phase: "finish", video_id, video_state: "PUBLISHED" });
    sandbox.clock.push(2000);
    const { text } = await call("GET", `${video_id}?fields=status`);
    return /"code":(\d+)/.exec(text)?.[1] ?? "fine";
  };
  const shapes: Array<[number, number, number]> = [
    [20_000, 1080, 1920],
    [2000, 1080, 1920],
    [61_000, 1080, 1920],
    [91_000, 1080, 1920],
    [20_000, 480, 854],
    [20_000, 540, 1200],
    [20_000, 1920, 1080],
  ];
  for (const [durationMs, width, height] of shapes) {
    for (const kind of ["reel", "story"]) {
      const media = [{ ...clip, durationMs, width, height }];
      const problems = facebook.validate({ text: "", media, options: { kind }, assets: {}, dueAt: null }, null);
      const edge = kind === "reel" ? "video_reels" : "video_stories";
      const found = await processed(edge, header(durationMs, width, height));
      assert.equal(found !== "fine", problems.length > 0, `${kind} ${durationMs} ${width} ${height}: ${found}`);
    }
  }
});
