/** The sandbox's YouTube refuses what YouTube refuses, in the same words. */
import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import { youtube } from "../../src/platforms/youtube/index.ts";
import { channels } from "../../src/sandbox/youtube/seeds.ts";
import { openSandbox, signIn, type TestSandbox } from "../support/sandbox.ts";

const UNIT = 262_144;

async function open(t: TestContext): Promise<TestSandbox> {
  const sandbox = await openSandbox();
  t.after(() => sandbox.close());
  return sandbox;
}

const good = {
  snippet: { title: "First light", description: "Dawn.", categoryId: "22" },
  status: { privacyStatus: "public", selfDeclaredMadeForKids: false },
};

/** A token, and calls with it that return status, JSON and headers. */
async function caller(sandbox: TestSandbox, choice: { account?: string; without?: string[] } = {}) {
  const { tokens } = await signIn(sandbox, youtube, choice);
  const authorization = `Bearer ${tokens.accessToken}`;
  const call = async (method: string, target: string, body?: unknown, headers: Record<string, string> = {}) => {
    const address = target.startsWith("http") ? target : `${sandbox.url}/${target}`;
    const json = body !== undefined && !(body instanceof Uint8Array);
    const reply = await fetch(address, {
      method,
      headers: { authorization, ...(json ? { "content-type": "application/json; charset=UTF-8" } : {}), ...headers },
      body: json ? JSON.stringify(body) : (body as Uint8Array<ArrayBuffer> | undefined),
      redirect: "manual",
    });
    const text = await reply.text();
    return { status: reply.status, headers: reply.headers, json: text ? JSON.parse(text) : undefined };
  };
  const start = (body: unknown = good, headers: Record<string, string> = {}, part = "snippet,status") =>
    call("POST", `www.googleapis.com/upload/youtube/v3/videos?uploadType=resumable&part=${part}`, body, headers);
  const put = (address: string, range: string, bytes = 0) =>
    call("PUT", address, bytes ? new Uint8Array(bytes) : undefined, {
      "content-range": `bytes ${range}`,
      ...(bytes ? { "content-type": "video/mp4" } : { "content-length": "0" }),
    });
  return { call, start, put, tokens };
}

const reasonOf = (reply: { json?: { error?: { errors?: Array<{ reason: string }> } } }) =>
  reply.json?.error?.errors?.[0]?.reason;

const snippet = (change: object) => ({ ...good, snippet: { ...good.snippet, ...change } });
const status = (change: object) => ({ ...good, status: { ...good.status, ...change } });
const bad: Array<[string, object]> = [
  ["invalidTitle", snippet({ title: "" })],
  ["invalidTitle", snippet({ title: "x".repeat(101) })],
  ["invalidTitle", snippet({ title: "I <3 dawn" })],
  ["invalidDescription", snippet({ description: `${"x".repeat(4999)}é` })],
  ["invalidDescription", snippet({ description: "a > b" })],
  ["invalidTags", snippet({ tags: ["x".repeat(250), "y".repeat(250)] })],
  ["invalidTags", snippet({ tags: [`${"x".repeat(249)} ${"y".repeat(249)}`] })],
  ["invalidCategoryId", snippet({ categoryId: 22 })],
  ["invalidCategoryId", snippet({ categoryId: "18" })],
  ["invalidVideoMetadata", status({ privacyStatus: "friends" })],
  ["invalidVideoMetadata", status({ embeddable: "yes" })],
  ["invalidPublishAt", status({ publishAt: "2030-01-01T00:00:00Z" })],
  ["unexpectedPart", { ...good, recordingDetails: {} }],
];

test("an upload's facts are checked before a byte is sent", async (t) => {
  const { start, call } = await caller(await open(t));
  for (const [reason, body] of bad) {
    const reply = await start(body);
    assert.deepEqual([reply.status, reasonOf(reply)], [400, reason], JSON.stringify(body).slice(0, 80));
  }
  assert.equal(reasonOf(await start(good, {}, "")), "required");
  assert.equal(reasonOf(await start(good, {}, "snippet,status,nonsense")), "unknownPart");
  assert.equal(reasonOf(await start(good, { "x-upload-content-type": "image/png" })), "badContent");
  assert.equal(reasonOf(await start(good, { "x-upload-content-length": "274877906945" })), "uploadTooLarge");
  assert.equal(
    reasonOf(await call("POST", "www.googleapis.com/youtube/v3/videos?part=snippet", good)),
    "mediaBodyRequired",
  );
});

test("pieces: multiples of 256 KiB, in order, complete; a finished upload answers again", async (t) => {
  const sandbox = await open(t);
  const { start, put, call } = await caller(sandbox);
  const total = 2 * UNIT + 10;
  const opened = await start(good, { "x-upload-content-length": String(total), "x-upload-content-type": "video/mp4" });
  const address = opened.headers.get("location") ?? "";
  assert.equal(opened.status, 200);
  assert.ok(sandbox.world.secrets().some((entry) => address.includes(entry.secret)));

  const fresh = await put(address, `*/${total}`);
  assert.deepEqual([fresh.status, fresh.headers.get("range")], [308, null]);
  assert.equal((await put(address, `0-99/${total}`, 100)).status, 400, "not a multiple");
  assert.equal((await put(address, `${UNIT}-${2 * UNIT - 1}/${total}`, UNIT)).status, 400, "not where it stands");
  assert.equal((await put(address, `0-${UNIT - 1}/${total + 1}`, UNIT)).status, 400, "another total");
  const first = await put(address, `0-${UNIT - 1}/${total}`, UNIT);
  assert.deepEqual([first.status, first.headers.get("range")], [308, `bytes=0-${UNIT - 1}`]);
  const last = await put(address, `${UNIT}-${total - 1}/${total}`, UNIT + 10);
  assert.equal(last.status, 201);
  assert.equal(last.json.status.uploadStatus, "uploaded");
  const again = await put(address, `*/${total}`);
  assert.deepEqual([again.status, again.json.id], [201, last.json.id]);
  assert.equal(sandbox.world.feed().length, 1);

  const list = await call("GET", `www.googleapis.com/youtube/v3/videos?part=status,fileDetails&id=${last.json.id}`);
  assert.equal(list.json.items[0].fileDetails.fileSize, String(total));
  assert.equal((await put(address.replace(/upload_id=[^&]+/, "upload_id=unknown"), `*/${total}`)).status, 404);
  sandbox.clock.push(25 * 3_600_000);
  const later = await caller(sandbox);
  assert.equal((await later.put(address, `*/${total}`)).status, 404, "expired");
});

test("a hundred uploads a Pacific day, counted anew at midnight there", async (t) => {
  const sandbox = await open(t);
  const { start } = await caller(sandbox);
  const day = new Intl.DateTimeFormat("en-CA", { timeZone: "America/Los_Angeles" }).format(sandbox.clock.now());
  sandbox.world.collection("youtube.days").put(day, { day, uploads: 99 });
  assert.equal((await start()).status, 200);
  const refused = await start();
  assert.deepEqual([refused.status, reasonOf(refused)], [429, "rateLimitExceeded"]);
  assert.match(refused.json.error.message, /Video Uploads per day/);
  sandbox.clock.push(24 * 3_600_000);
  const { start: next } = await caller(sandbox);
  assert.equal((await next()).status, 200);
});

test("lists: what is asked for must be named, ids at most fifty, others' files stay theirs", async (t) => {
  const sandbox = await open(t);
  const { call, start, put } = await caller(sandbox);
  const api = "www.googleapis.com/youtube/v3";
  assert.equal(reasonOf(await call("GET", `${api}/channels?mine=true`)), "required");
  assert.equal(reasonOf(await call("GET", `${api}/channels?part=snippet`)), "missingRequiredParameter");
  const ids = Array.from({ length: 51 }, (_, n) => `id${n}`).join(",");
  assert.equal((await call("GET", `${api}/videos?part=status&id=${ids}`)).status, 400);
  const channel = (await call("GET", `${api}/channels?part=statistics,status&mine=true`)).json.items[0];
  assert.equal(typeof channel.statistics.subscriberCount, "string");
  assert.equal(channel.snippet, undefined);

  const address = (await start()).headers.get("location") ?? "";
  const video = (await put(address, "0-9/10", 10)).json.id as string;
  const other = await caller(sandbox, { account: channels[2]?.id });
  assert.equal((await other.call("GET", `${api}/videos?part=fileDetails&id=${video}`)).status, 403);
  assert.equal((await other.call("GET", `${api}/videos?part=snippet&id=${video}`)).json.items.length, 1);
  const mine = await call("GET", `${api}/playlistItems?part=snippet&playlistId=UU${channels[0]?.id.slice(2)}`);
  assert.equal(mine.json.items[0].snippet.resourceId.videoId, video);
  assert.equal(
    (await other.call("GET", `${api}/playlistItems?part=snippet&playlistId=UU${channels[0]?.id.slice(2)}`)).status,
    404,
  );
});

test("a video is processed in its time; the feed shows it live then", async (t) => {
  const sandbox = await open(t);
  const { call, start, put } = await caller(sandbox);
  const address = (await start()).headers.get("location") ?? "";
  const { id } = (await put(address, "0-9/10", 10)).json as { id: string };
  const look = async () =>
    (await call("GET", `www.googleapis.com/youtube/v3/videos?part=status,processingDetails&id=${id}`)).json.items[0];
  assert.equal((await look()).status.uploadStatus, "uploaded");
  assert.equal(sandbox.world.feed()[0]?.state, "processing");
  sandbox.clock.push(2000);
  assert.equal((await look()).status.uploadStatus, "processed");
  assert.deepEqual([sandbox.world.feed().length, sandbox.world.feed()[0]?.state], [1, "live"]);
});

test("what validate refuses the sandbox refuses, and nothing else", async (t) => {
  const { start } = await caller(await open(t));
  const titles = ["First light", "", "x".repeat(100), "x".repeat(101), "a < b", "two\nlines", "🌅".repeat(51)];
  const texts = ["", "x".repeat(5000), "é".repeat(2501), "a > b", "tab\tand\nline", "bell\u0007"];
  const tagLists = [
    [],
    ["a b", "c"],
    ["x".repeat(500)],
    ["x".repeat(499) + " "],
    ["a,b"],
    ["a<b"],
    [`${"x".repeat(498)} y`],
  ];
  const cases = [
    ...titles.map((title) => ({ title, text: "Dawn.", tags: ["a"] })),
    ...texts.map((text) => ({ title: "First light", text, tags: ["a"] })),
    ...tagLists.map((tags) => ({ title: "First light", text: "Dawn.", tags })),
  ];
  for (const { title, text, tags } of cases) {
    const options = { title, tags, privacyStatus: "public", madeForKids: false };
    const draft = { text, media: [clip], options, assets: {}, dueAt: null };
    const reply = await start(snippet({ title, description: text, tags }));
    assert.equal(
      reply.status === 400,
      youtube.validate(draft, null).length > 0,
      JSON.stringify({ title, text, tags }).slice(0, 90),
    );
  }
});

const clip = {
  id: "clip",
  kind: "video" as const,
  name: "clip.mp4",
  mime: "video/mp4",
  bytes: 10,
  width: 1920,
  height: 1080,
  durationMs: 5000,
  videoCodec: null,
  audioCodec: null,
  frameRate: null,
  rotation: 0,
  altText: "",
};
