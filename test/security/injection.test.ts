/** What people write is shown as they wrote it, everywhere: it is no template, no tag, no field, no path, no formula. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import http from "node:http";
import path from "node:path";
import test from "node:test";
import sharp from "sharp";
import { openSite, Tab } from "../posts/pages/site.ts";
import { plan, stand } from "../posts/pages/planned.ts";
import { sources } from "../support/source.ts";
import { ada, apiKey, startTestServer } from "../support/server.ts";
import { Guest } from "../accounts/guest.ts";
import { openWholeApp } from "./whole-app.ts";

/** 191 × 7 = 1337 */
const HOSTILE = `q{{191*7}}<%=191*7%><%~191*7%>\${191*7}#{191*7}[[191*7]]'"><img src=x onerror=alert(1)><script>alert(2)</script>`;

function assertPlain(html: string, where: string): void {
  assert.ok(!html.includes("1337"), `${where} calculated`);
  assert.ok(
    !/<img src=x|<script>alert|onerror=alert\(1\)>/.test(html.replaceAll("&gt;", "")),
    `${where} let a tag through`,
  );
}

test("templates and tags in every field that is shown", async (t) => {
  const server = await startTestServer();
  t.after(() => server.close());
  const guest = new Guest(server);
  await guest.signUp({ ...ada, name: HOSTILE.slice(0, 100) });
  await guest.get("/settings");
  await guest.post("/settings/workspace", {
    workspaceName: HOSTILE.slice(0, 100),
    timeZone: "UTC",
    grace: "1",
    graceUnit: "hours",
  });
  await guest.post("/settings/api-keys", { name: HOSTILE.slice(0, 100), access: "read" });
  await guest.get("/admin");
  await guest.post("/admin/invites", { note: HOSTILE.slice(0, 100) });

  const headers = { authorization: `Bearer ${apiKey(server)}` };
  const call = (method: string, to: string, body: unknown) =>
    fetch(`${server.url}/api${to}`, {
      method,
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const form = new FormData();
  const picture = await sharp({ create: { width: 9, height: 9, channels: 3, background: "teal" } })
    .png()
    .toBuffer();
  form.append("file", new Blob([new Uint8Array(picture)]), `${HOSTILE}.png`);
  const added = await fetch(`${server.url}/api/v1/media`, { method: "POST", headers, body: form });
  const { id } = (await added.json()) as { id: string };
  assert.equal(added.status, 201);
  const described = await call("PATCH", `/v1/media/${id}`, {
    title: HOSTILE.slice(0, 150),
    altText: HOSTILE,
    labels: [HOSTILE.slice(0, 40)],
  });
  assert.equal(described.status, 200, await described.text());
  const posted = await call("POST", "/v1/posts", { text: `${HOSTILE}\r\n${HOSTILE}`, media: [id], publish: "draft" });
  const post = (await posted.json()) as { id: string };
  assert.equal(posted.status, 201, JSON.stringify(post));

  const pages = [
    ...["/", "/posts", "/posts?state=draft", `/posts/${post.id}`, `/posts/${post.id}/edit`, "/posts/new", "/calendar"],
    ...["/media", `/media/${id}`, "/media/pick?kind=image", "/channels", "/settings", "/admin"],
    ...[`/posts?search=${encodeURIComponent(HOSTILE)}`, `/media?search=${encodeURIComponent(HOSTILE)}`],
    ...[`/sign-in?next=${encodeURIComponent(HOSTILE)}`, `/${encodeURIComponent(HOSTILE)}`],
  ];
  const shown: string[] = [];
  for (const page of pages) {
    const { html, status } = await guest.get(page);
    assert.ok(status < 500, `${page} answered ${status}`);
    assertPlain(html, page);
    if (html.includes("{{191*7}}")) shown.push(page);
  }
  for (const page of ["/posts", `/posts/${post.id}`, "/media", `/media/${id}`, "/settings"])
    assert.ok(shown.includes(page), `${page} does not show it`);
  for (const wrong of [
    await guest.post("/settings/email", { email: HOSTILE, currentPassword: "x" }),
    await new Guest(server).signIn(HOSTILE, "x", HOSTILE),
  ])
    assertPlain(wrong.html, "a form that came back");
  const lines = readFileSync(server.logFile, "utf8").trim().split("\n");
  for (const line of lines) assert.doesNotThrow(() => JSON.parse(line), line.slice(0, 200));
});

test("a carriage return in a text begins no field of the open line of news", async (t) => {
  const site = await openSite(t);
  const { postId, publicationId } = plan(site, "one");
  const said = "one\rdata: two\revent: three\r\rid: four\r\nretry: 1\nfive";
  const problem = JSON.stringify({ kind: "rejected", code: "x", message: said, remedy: said });
  stand(site, publicationId, "failed", { problem });
  const leave = new AbortController();
  const reply = await fetch(`${site.url}/posts/${postId}/live`, { signal: leave.signal });
  const { value } = await reply.body!.pipeThrough(new TextDecoderStream()).getReader().read();
  leave.abort();
  const fields = value!.split(/\r\n|[\r\n]/).filter((line) => line !== "");
  assert.ok(fields.length > 3);
  assert.deepEqual(
    fields.filter((line) => !line.startsWith("data: ")),
    [],
  );
  assert.equal((await new Tab(site.url).get(`/posts/${postId}`)).status, 200);
});

const UPS = [
  "..",
  "%2e%2e",
  ".%2e",
  "%2e.",
  "..%2f..",
  "..%5c..",
  "..;",
  "%252e%252e",
  "%c0%ae%c0%ae",
  "..\\..",
  "%2e%2e%2f%2e%2e",
];

/** Every way up from `roots` to a file that is nobody's to read: no good answer, and nothing of the file. */
async function climb(folder: string, roots: readonly string[], ask: (asked: string) => Promise<string>): Promise<void> {
  const key = readFileSync(path.join(folder, "postern.key"), "utf8").trim();
  for (const root of roots) {
    for (const up of UPS) {
      for (const target of ["package.json", "data/postern.key", "postern.key", "etc/passwd", "src/main.ts"]) {
        const asked = `${root}/${up}/${up}/${up}/${target}`;
        const text = await ask(asked);
        assert.doesNotMatch(text.slice(0, 12), / (200|206|5\d\d)/, asked);
        for (const secret of [key, "better-sqlite3", "root:x:0", "startServer"])
          assert.ok(!text.includes(secret), asked);
      }
    }
  }
}

/** Sends an address as it stands; fetch would tidy it up. */
function askRaw(guest: Guest, method: string, to: string, headers: Record<string, string> = {}, body = "") {
  const cookie = [...guest.cookies].map((pair) => pair.join("=")).join("; ");
  const own = { cookie, origin: guest.server.url, "x-csrf-token": guest.csrf, connection: "close", ...headers };
  const { hostname, port } = new URL(guest.server.url);
  return new Promise<{ status: number; location: string; text: string }>((resolve, reject) => {
    const request = http.request({ hostname, port, method, path: to, headers: own }, (reply) => {
      let text = `HTTP/1.1 ${reply.statusCode}\n`;
      reply.setEncoding("latin1");
      reply.on("data", (part: string) => (text += part));
      reply.on("end", () => resolve({ status: reply.statusCode!, location: reply.headers.location ?? "", text }));
    });
    request.on("error", reject);
    request.end(body);
  });
}

test("no address leads out of the folders that are served", async (t) => {
  const app = await openWholeApp(t);
  const roots = ["/static", "/static/js", "/m", "/media", "/sandbox/files", "/api/docs/static", "/api/docs"];
  await climb(app.folder, roots, async (asked) => {
    const { text } = await app.talk([`GET ${asked} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n`]);
    return text;
  });
  for (const asked of [
    "/static/",
    "/static",
    "/static/js/",
    "/static/%00",
    "/static/css/..",
    "/m/%00",
    "/static/.git/config",
  ]) {
    const { text } = await app.talk([`GET ${asked} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n`]);
    assert.doesNotMatch(text.slice(0, 12), / (200|5\d\d)/, asked);
  }
});

test("nor for somebody signed in, nor to a file beside her uploads", async (t) => {
  const server = await startTestServer();
  t.after(() => server.close());
  const guest = new Guest(server);
  await guest.signUp(ada);
  await guest.get("/settings");
  const roots = ["/media", "/media/uploads", "/channels"];
  await climb(server.folder, roots, async (asked) => (await askRaw(guest, "GET", asked)).text);

  const { db } = server.running.wired.house;
  const { workspace_id, account_id } = db.get<Record<string, string>>("SELECT * FROM memberships", [])!;
  const card = { id: "../planted", size: 10, offset: 5, metadata: { workspace: workspace_id, account: account_id } };
  const planted = { planted: "01234", "planted.json": JSON.stringify(card) };
  const folder = path.join(server.folder, "media");
  for (const [name, text] of Object.entries(planted)) writeFileSync(path.join(folder, name), text);
  const tus = { "tus-resumable": "1.0.0" };
  const begun = await askRaw(guest, "POST", "/media/uploads", { ...tus, "upload-length": "10" });
  assert.equal(begun.status, 201);
  const asks = async (id: string): Promise<number[]> => {
    const more = { ...tus, "upload-offset": id.includes("planted") ? "5" : "0" };
    const piece = { ...more, "content-type": "application/offset+octet-stream" };
    const answers = [
      await askRaw(guest, "GET", `/media/uploads/${id}`),
      await askRaw(guest, "HEAD", `/media/uploads/${id}`, tus),
      await askRaw(guest, "PATCH", `/media/uploads/${id}`, piece, "5678"),
      await askRaw(guest, "DELETE", `/media/uploads/${id}`, tus),
    ];
    return answers.map(({ status }) => status);
  };
  for (const id of ["..%2fplanted", "%2e%2e%2fplanted", "x%2f..%2f..%2fplanted", "..%2f..%2fmedia%2fplanted"])
    assert.deepEqual(await asks(id), [404, 404, 404, 404], id);
  for (const [name, text] of Object.entries(planted)) assert.equal(readFileSync(path.join(folder, name), "utf8"), text);
  assert.deepEqual(await asks(begun.location.split("/").at(-1)!), [202, 200, 204, 204]);
});

test("names that objects have already are names like any other", async (t) => {
  const server = await startTestServer();
  t.after(() => server.close());
  const guest = new Guest(server);
  await guest.signUp(ada);
  await guest.get("/settings");
  const names = [
    "__proto__",
    "constructor",
    "prototype",
    "__proto__[polluted]",
    "constructor[prototype][polluted]",
    "toString",
  ];
  for (const name of names) {
    await guest.post("/settings/name", { name: "Ada", [name]: "yes" });
    assert.ok((await guest.get(`/posts?${name}=yes`)).status < 500, name);
    for (const body of [`{"${name}":{"polluted":"yes"}}`, `{"constructor":{"prototype":{"polluted":"yes"}}}`]) {
      const headers = { authorization: `Bearer ${apiKey(server)}`, "content-type": "application/json" };
      const reply = await fetch(`${server.url}/api/v1/posts`, { method: "POST", headers, body });
      assert.ok(reply.status >= 400 && reply.status < 500, `${body} → ${reply.status}`);
    }
  }
  assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
});

test("nothing makes a table for spreadsheets, where a text could be a formula", () => {
  const made = sources("src/**/*.ts").filter((file) => /text\/csv|\.csv["'`]/.test(file.uncommented));
  assert.deepEqual(
    made.map((file) => file.path),
    [],
    "a file that begins to needs an apostrophe before = + - @ tab and return, and a test of it here",
  );
});
