/** Slow talkers and long texts: a line is given back when its time is over, and everybody else is served meanwhile. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, truncateSync } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import test from "node:test";
import { usualPatience } from "../../src/web/index.ts";
import { ada, clip, startTestServer, type TestServer } from "../support/server.ts";
import { Guest } from "../accounts/guest.ts";
import { impatience, openWholeApp, SOON } from "./whole-app.ts";

function* drip(head: string, byte = "a"): Generator<string> {
  yield head;
  while (true) yield byte;
}

const post = (path: string, type: string, length = 1_000_000_000): string =>
  `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: ${type}\r\ncontent-length: ${length}\r\n\r\n`;

test("a line on which little or nothing is said is closed", async (t) => {
  const app = await openWholeApp(t);
  const talks: Record<string, Iterable<string>> = {
    "no word at all": [],
    "half a line": ["GET / HT"],
    "headers without end": drip("GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nx: "),
    "a header a time": drip("GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n", "x: y\r\n"),
    "a form": drip(post("/sign-in", "application/x-www-form-urlencoded\r\norigin: http://127.0.0.1", 1000)),
    "a form of another site": drip(post("/sign-in", "application/x-www-form-urlencoded")),
    "a form that calls itself a file": drip(post("/sign-in", "multipart/form-data; boundary=x")),
    "a file of nobody": drip(post("/media", "multipart/form-data; boundary=x")),
    "an upload of nobody": drip(post("/media/uploads", "application/offset+octet-stream")),
    "JSON without a key": drip(post("/api/v1/posts", "application/json")),
    "a body of a page": drip(post("/", "text/plain").replace("POST", "GET")),
    "chunks without end": drip(
      post("/sign-in", "application/x-www-form-urlencoded").replace(
        /content-length.*\r\n\r\n/,
        "transfer-encoding: chunked\r\n\r\n",
      ),
      "1\r\na\r\n",
    ),
    "a request answered, then silence": ["GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n"],
  };
  const ends = await Promise.all(
    Object.entries(talks).map(async ([name, parts]) => ({ name, ...(await app.talk(parts, 40)) })),
  );
  assert.deepEqual(
    ends.filter(({ ms }) => ms > SOON).map(({ name }) => name),
    [],
  );
});

test("a file that stops half way, and a reader who reads nothing", async (t) => {
  const app = await openWholeApp(t);
  const { house, media } = app.wired;
  const guest = new Guest({ url: app.url } as TestServer);
  await guest.signUp(ada);
  await guest.get("/media");
  const mine = house.db.get<{ account: string; workspace: string }>(
    "SELECT account_id AS account, workspace_id AS workspace FROM memberships",
  )!;
  const bytes = readFileSync(clip);
  const row = await media.receive(mine.workspace, mine.account, { name: "clip.mp4", body: Readable.from([bytes]) });
  const stored = path.join(app.folder, "media", row.sha256!.slice(0, 2), row.sha256!, "original.mp4");
  truncateSync(stored, 2 ** 30);

  const cookie = [...guest.cookies].map((pair) => pair.join("=")).join("; ");
  const known = { cookie, origin: app.url, "x-csrf-token": guest.csrf, "tus-resumable": "1.0.0" };
  const lines = (facts: Record<string, string>): string =>
    Object.entries({ host: app.url.slice("http://".length), ...known, ...facts })
      .map((pair) => `${pair.join(": ")}\r\n`)
      .join("");
  const begun = await fetch(`${app.url}/media/uploads`, {
    method: "POST",
    headers: { ...known, "upload-length": "1000000", "upload-metadata": `filename ${btoa("clip.mp4")}` },
  });
  assert.equal(begun.status, 201);
  const upload = begun.headers.get("location")!;
  const part = (name: string): string => `--x\r\ncontent-disposition: form-data; name="${name}`;
  const form = `${part("_csrf")}"\r\n\r\n${guest.csrf}\r\n${part("file")}"; filename="clip.mp4"\r\n\r\n`;
  const piece = bytes.toString("latin1", 0, 50_000);
  const facts = { "content-length": "1000000", "upload-offset": "0" };
  const multipart = lines({ ...facts, "content-type": "multipart/form-data; boundary=x" });
  const offset = lines({ ...facts, "content-type": "application/offset+octet-stream" });

  const ends = await Promise.all([
    app.talk([`POST /media HTTP/1.1\r\n${multipart}\r\n${form}${piece}`]),
    app.talk([`PATCH ${upload} HTTP/1.1\r\n${offset}\r\n${piece}`]),
    app.ignore(`GET /media/${row.id}/file HTTP/1.1\r\n${lines({})}\r\n`),
  ]);
  for (const [n, { text, ms }] of ends.entries()) {
    assert.equal(text, "", "nobody was turned away, the line just ends");
    assert.ok(ms >= impatience.idle && ms < SOON, `${["form", "upload", "reader"][n]}: ${ms} ms`);
  }
  const told = await fetch(`${app.url}${upload}`, { method: "HEAD", headers: known });
  assert.equal(told.headers.get("upload-offset"), String(piece.length), "what came is kept for going on");
  const rest = (): string[] => readdirSync(path.join(app.folder, "media", "tmp"));
  for (let i = 0; i < 100 && rest().length > 0; i += 1) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(rest(), [], "and half a form is not");
  for (let i = 0; i < 4; i += 1) media.lanes.enter(mine.workspace);
});

test("three hundred silent lines keep nobody out", async (t) => {
  const app = await openWholeApp(t, { ...usualPatience });
  for (let i = 0; i < 300; i += 1) void app.talk(["POST /sign-in HTTP/1.1\r\nhost: 127.0.0.1\r\nx: "], 10_000);
  const began = performance.now();
  assert.equal((await fetch(`${app.url}/healthz`)).status, 200);
  assert.ok(performance.now() - began < SOON);
  assert.deepEqual(usualPatience, { headers: 20_000, body: 30_000, idle: 120_000, look: 5_000 });
});

test("too much of anything is refused: headers, addresses, fields, bodies", async (t) => {
  const app = await openWholeApp(t);
  const status = ({ text }: { text: string }): string => text.slice(9, 12);
  const get = (rest: string): Promise<{ text: string }> => app.talk([`GET ${rest}connection: close\r\n\r\n`]);
  assert.equal(status(await get(`/healthz HTTP/1.1\r\nhost: 127.0.0.1\r\nx: ${"a".repeat(20_000)}\r\n`)), "431");
  assert.equal(status(await get(`/${"a".repeat(20_000)} HTTP/1.1\r\nhost: 127.0.0.1\r\n`)), "431");
  const many = Array.from({ length: 3000 }, (_one, i) => `h${i}: y`).join("\r\n");
  assert.match(status(await get(`/healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n${many}\r\n`)), /431|200/);
  const guest = await fetch(`${app.url}/sign-up`);
  assert.equal(guest.status, 200);
  const large = await fetch(`${app.url}/sign-in`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", origin: app.url },
    body: `email=${"a".repeat(1_100_000)}`,
  });
  assert.equal(large.status, 413);
});

test("a form made to keep a pattern busy is answered at once", async (t) => {
  const server = await startTestServer();
  t.after(() => server.close());
  const guest = new Guest(server);
  await guest.get("/sign-up");
  for (const email of [`a@${".".repeat(900_000)}@`, `${"a@".repeat(200_000)}`, `a@${"a.".repeat(450_000)} `]) {
    const began = performance.now();
    assert.equal((await guest.post("/sign-up", { ...ada, email })).status, 422);
    assert.ok(performance.now() - began < SOON, `${performance.now() - began} ms`);
  }
});
