/** Slow talkers and long texts: a line is given back when its time is over, and everybody else is served meanwhile. */
import assert from "node:assert/strict";
import test from "node:test";
import { usualPatience } from "../../src/web/index.ts";
import { ada, startTestServer } from "../support/server.ts";
import { Guest } from "../accounts/guest.ts";
import { openWholeApp } from "./whole-app.ts";

/** Long enough for a machine that is busy, far shorter than for ever. */
const SOON = 5000;

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
