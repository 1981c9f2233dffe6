/** The protecting headers stand on every kind of answer, and nothing that was sent becomes a header. test/web/safety.test.ts holds the pages. */
import assert from "node:assert/strict";
import { Readable } from "node:stream";
import test from "node:test";
import sharp from "sharp";
import { ada, apiKey, startTestServer, type TestServer } from "../support/server.ts";
import { Guest } from "../accounts/guest.ts";
import { openWholeApp } from "./whole-app.ts";

const EVERYWHERE: Record<string, RegExp> = {
  "x-content-type-options": /^nosniff$/,
  // Who may frame an answer is not covered by default-src.
  "content-security-policy": /^(?=.*default-src 'none').*frame-ancestors 'none'/,
  "referrer-policy": /^(same-origin|no-referrer)$/,
  "cross-origin-resource-policy": /^(same-origin|cross-origin)$/,
};

/** A stored picture: where its owner sees it, and where a platform would fetch it. */
async function picture(server: TestServer): Promise<{ file: string; signed: string }> {
  const teal = sharp({ create: { width: 40, height: 40, channels: 3, background: "teal" } });
  const form = new FormData();
  form.append("file", new Blob([new Uint8Array(await teal.png().toBuffer())]), "teal.png");
  const headers = { authorization: `Bearer ${apiKey(server)}` };
  const added = await fetch(`${server.url}/api/v1/media`, { method: "POST", headers, body: form });
  const { id } = (await added.json()) as { id: string };
  const { house, media } = server.running.wired;
  const { owner } = house.db.get<{ owner: string }>("SELECT workspace_id AS owner FROM media WHERE id = ?", [id])!;
  const address = new URL((await media.forDelivery(owner, id)!.publicUrl(10))!);
  return { file: `/media/${id}/file`, signed: address.pathname + address.search };
}

test("every kind of answer carries them", async (t) => {
  const server = await startTestServer();
  t.after(() => server.close());
  const guest = new Guest(server);
  await guest.signUp(ada);
  await guest.get("/media");
  const cookie = [...guest.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const { file, signed } = await picture(server);
  const seen = (await server.world.receive(Readable.from([Buffer.from("whatever came")]))).fileId;
  server.world.faults.arm({ kind: "wrong_type", request: "GET open.tiktokapis.com/v2/user/info/" });
  const asks: Array<[string, RequestInit, number[]]> = [
    ["/", { headers: { cookie } }, [200]],
    ["/", {}, [303]],
    ["/sign-in", { method: "HEAD" }, [200]],
    ["/sign-in", { method: "PUT" }, [403, 404]],
    ["/sign-in", { method: "OPTIONS" }, [404]],
    ["/nowhere", {}, [404]],
    ["/%E0%A4%A", {}, [400]],
    ["/static/postern.css", {}, [200]],
    ["/static/js/postern.js", {}, [200]],
    ["/static/none.js", {}, [404]],
    ["/static/icon.svg", { headers: { "if-modified-since": new Date(Date.now() + 1e6).toUTCString() } }, [200, 304]],
    ["/healthz", {}, [200]],
    ["/readyz", {}, [200]],
    ["/m/none.jpg?e=99999999999&s=x", {}, [404]],
    ["/m/none.jpg", {}, [410]],
    ["/api/v1/posts", {}, [401]],
    ["/api/v1/none", {}, [401, 404]],
    ["/api/docs", {}, [200, 302, 303]],
    ["/api/v1/openapi.json", {}, [200, 401, 404]],
    ["/media", { method: "POST", headers: { origin: server.url } }, [400, 401, 403, 415, 422]],
    [
      "/media/uploads",
      { method: "POST", headers: { cookie, origin: server.url, "tus-resumable": "1.0.0" } },
      [400, 403],
    ],
    [
      "/media/uploads",
      {
        method: "POST",
        headers: {
          ...{ cookie, origin: server.url, "x-csrf-token": guest.csrf },
          ...{ "tus-resumable": "1.0.0", "upload-length": "5" },
        },
      },
      [201],
    ],
    ["/media/none/file", { headers: { cookie } }, [404]],
    [file, { headers: { cookie } }, [200]],
    [file, { headers: { cookie, range: "bytes=1-9" } }, [206]],
    [file, { headers: { cookie, range: "bytes=99999999-" } }, [416]],
    [file.replace("/file", "/thumb-96.webp"), { headers: { cookie } }, [200]],
    [signed, {}, [200]],
    [signed, { method: "HEAD" }, [200]],
    ["/sandbox/", {}, [200]],
    ["/sandbox/files/abc?type=image/png", {}, [404]],
    [`/sandbox/files/${seen}?type=image/png`, {}, [200]],
    ["/sandbox/open.tiktokapis.com/v2/user/info/", {}, [200]],
    ["/sandbox/www.tiktok.com/v2/auth/authorize/", {}, [400]],
    ["/channels/callback/tiktok?code=x&state=y", {}, [303]],
    ["/sign-in", { headers: { host: "evil.example" } }, [200, 421]],
  ];
  for (const [path, init, statuses] of asks) {
    const reply = await fetch(server.url + path, { redirect: "manual", ...init });
    await reply.arrayBuffer();
    const what = `${init.method ?? "GET"} ${path} → ${reply.status}`;
    assert.ok(statuses.includes(reply.status), what);
    for (const [name, value] of Object.entries(EVERYWHERE))
      assert.match(reply.headers.get(name) ?? "", value, `${name}: ${what}`);
    assert.equal(reply.headers.get("x-powered-by"), null);
    assert.equal(reply.headers.get("server"), null);
    assert.equal(reply.headers.get("access-control-allow-origin"), null, what);
    assert.doesNotMatch(reply.headers.get("content-security-policy") ?? "", /unsafe|\*|https?:/, what);
  }
});

test("what was sent never becomes a header or a second answer", async (t) => {
  const server = await startTestServer();
  t.after(() => server.close());
  const guest = new Guest(server);
  const split = "x\r\nX-Injected: yes\r\n\r\n<html>";
  const clean = (answer: { headers: Headers }, what: string): void => {
    assert.equal(answer.headers.get("x-injected"), null, what);
    for (const [name, value] of answer.headers) assert.doesNotMatch(value, /[\r\n]/, `${what}: ${name}`);
  };
  clean(await guest.signUp({ ...ada, name: `Ada ${split}` }), "a name");
  for (const next of [`/${split}`, "/%0d%0aX-Injected:%20yes", "/\u010d\u010aX-Injected: yes", "/\u560d\u560aX"]) {
    const visitor = new Guest(server);
    clean(await visitor.get(`/sign-in?next=${encodeURIComponent(next)}`), next);
    clean(await visitor.post("/sign-in", { email: ada.email, password: ada.password, next }), next);
  }
  await guest.get("/settings");
  clean(await guest.post("/settings/name", { name: split }), "another name");
  clean(await guest.get("/settings"), "shown");
  clean(await guest.get(`/posts?search=${encodeURIComponent(split)}`), "a search");
  clean(await guest.get(`/channels/callback/tiktok?error=${encodeURIComponent(split)}&state=x`), "a callback");
});

test("requests that two readers would read differently are refused", async (t) => {
  const app = await openWholeApp(t);
  const status = ({ text }: { text: string }): string => text.slice(9, 12);
  const close = "connection: close\r\n";
  const form = "content-type: application/x-www-form-urlencoded\r\n";
  const odd: Record<string, string> = {
    "two lengths": `POST /sign-in HTTP/1.1\r\nhost: 127.0.0.1\r\n${form}content-length: 3\r\ncontent-length: 30\r\n${close}\r\na=b`,
    "a length and chunks": `POST /sign-in HTTP/1.1\r\nhost: 127.0.0.1\r\n${form}content-length: 5\r\ntransfer-encoding: chunked\r\n${close}\r\n0\r\n\r\nG`,
    "chunks by another name": `POST /sign-in HTTP/1.1\r\nhost: 127.0.0.1\r\n${form}transfer-encoding: xchunked\r\n${close}\r\n0\r\n\r\n`,
    "a space before the colon": `GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length : 0\r\n${close}\r\n`,
    "a folded line": `GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\nx: a\r\n b\r\n${close}\r\n`,
    "no host": `GET /healthz HTTP/1.1\r\n${close}\r\n`,
    "a bare carriage return": `GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\nx: a\rb: c\r\n${close}\r\n`,
  };
  for (const [what, text] of Object.entries(odd)) assert.equal(status(await app.talk([text])), "400", what);
  const elsewhere = await app.talk([`GET http://evil.example/sign-in HTTP/1.1\r\nhost: evil.example\r\n${close}\r\n`]);
  assert.doesNotMatch(elsewhere.text.split("\r\n\r\n")[0]!, /evil/);
  for (const name of ["x-forwarded-host", "forwarded", "x-original-url", "x-rewrite-url", "x-http-method-override"]) {
    const answer = await app.talk([
      `GET /sign-up HTTP/1.1\r\nhost: 127.0.0.1\r\n${name}: evil.example/admin\r\n${close}\r\n`,
    ]);
    assert.equal(status(answer), "200", name);
    assert.ok(!answer.text.includes("evil"), name);
  }
  const named = await app.talk([`GET /sign-up HTTP/1.1\r\nhost: evil.example\r\n${close}\r\n`]);
  assert.equal(status(named), "421");
});

test("security.txt names whom the operator named, and is not there without a name", async (t) => {
  const without = await startTestServer();
  t.after(() => without.close());
  assert.equal((await fetch(`${without.url}/.well-known/security.txt`)).status, 404);
  const named = await startTestServer({ settings: { SECURITY_CONTACT: "mailto:security@example.org" } });
  t.after(() => named.close());
  const reply = await fetch(`${named.url}/.well-known/security.txt`);
  const text = await reply.text();
  assert.equal(reply.headers.get("content-type"), "text/plain; charset=utf-8");
  assert.match(text, /^Contact: mailto:security@example\.org$/m);
  const expires = Date.parse(/^Expires: (\S+)$/m.exec(text)?.[1] ?? "");
  assert.ok(expires > Date.now() + 30 * 86_400_000 && expires < Date.now() + 365 * 86_400_000);
  assert.ok(text.includes(`Canonical: ${named.url}/.well-known/security.txt`));
});
