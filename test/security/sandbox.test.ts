/** The sandbox shares Postern's address, so it must be no way in: no redirect to strangers, no page made of what strangers sent. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import test from "node:test";
import Fastify from "fastify";
import { World, type FeedItem } from "../../src/sandbox/index.ts";
import { fetchFile } from "../../src/sandbox/meta/fetching.ts";
import { isCallback, refuseStrangeRedirects } from "../../src/sandbox/registered.ts";
import { openSandbox, type TestSandbox } from "../support/sandbox.ts";
import { neighbour } from "./neighbours.ts";

const pages: Record<string, (redirect: string) => string> = {
  TikTok: (back) =>
    `www.tiktok.com/v2/auth/authorize/?client_key=k&scope=user.info.basic&response_type=code&state=s&redirect_uri=${back}`,
  YouTube: (back) =>
    `accounts.google.com/o/oauth2/v2/auth?client_id=k&response_type=code&state=s&scope=${encodeURIComponent("https://www.googleapis.com/auth/youtube.upload")}&redirect_uri=${back}`,
  Instagram: (back) =>
    `www.instagram.com/oauth/authorize?client_id=k&response_type=code&state=s&scope=instagram_business_basic&redirect_uri=${back}`,
  Facebook: (back) =>
    `www.facebook.com/v25.0/dialog/oauth?client_id=k&response_type=code&state=s&scope=public_profile&redirect_uri=${back}`,
};

const strangers = [
  "https://evil.example/channels/callback/tiktok",
  "https://panel.example.evil.example/channels/callback/tiktok",
  "https://panel.example@evil.example/channels/callback/tiktok",
  "https://panel.example:8443/channels/callback/tiktok",
  "https://panel.example/sign-in",
  "https://panel.example/channels/callback/tiktok/../../../sign-out",
  "https://panel.example/channels/callback/tiktok?next=https://evil.example",
  "http://evil.example/channels/callback/tiktok",
  "javascript:alert(1)",
  "data:text/html,x",
];

test("consent pages send people back to registered addresses alone", async (t) => {
  const sandbox = await openSandbox();
  t.after(() => sandbox.close());
  for (const [name, page] of Object.entries(pages)) {
    for (const back of strangers) {
      const address = `${sandbox.url}/${page(encodeURIComponent(back))}`;
      const shown = await fetch(address, { redirect: "manual" });
      assert.equal(shown.status, 400, `${name} ${back}`);
      for (const decision of ["allow", "deny"]) {
        const body = new URLSearchParams({ decision });
        const answer = await fetch(address, { method: "POST", body, redirect: "manual" });
        assert.deepEqual([answer.status, answer.headers.get("location")], [400, null], `${name} ${back}`);
      }
    }
    const address = `${sandbox.url}/${page(encodeURIComponent("https://panel.example/channels/callback/x"))}`;
    const answer = await fetch(address, { method: "POST", body: new URLSearchParams({}), redirect: "manual" });
    assert.equal(answer.status, 303, name);
    assert.match(answer.headers.get("location") ?? "", /^https:\/\/panel\.example\/channels\/callback\/x\?/, name);
  }
});

test("what strangers uploaded is shown as picture or film and as nothing else", async (t) => {
  const sandbox = await openSandbox();
  t.after(() => sandbox.close());
  const page = `<html xmlns="http://www.w3.org/1999/xhtml"><script src="/static/htmx.min.js"></script></html>`;
  const { fileId } = await sandbox.world.receive(Readable.from([Buffer.from(page)]));
  const ask = (type: string) => fetch(`${sandbox.url}/files/${fileId}?type=${encodeURIComponent(type)}`);
  for (const type of [
    "text/html",
    "image/svg+xml",
    "image/x+xml",
    "video/mp4;charset=utf-8",
    "image/png, text/html",
    "",
  ])
    assert.equal((await ask(type)).status, 404, type);
  const shown = await ask("image/png");
  assert.deepEqual([shown.status, shown.headers.get("content-type")], [200, "image/png"]);
  assert.equal(shown.headers.get("content-security-policy"), "default-src 'none'; sandbox; frame-ancestors 'none'");
  for (const id of ["..%2Fcontrol-token", "..%2F..%2Fworld.db", "zzz", "%00"])
    assert.equal((await fetch(`${sandbox.url}/files/${id}?type=image/png`)).status, 404, id);
});

test("the feed keeps what is public apart, and writes strangers' words out", async (t) => {
  const sandbox = await openSandbox();
  t.after(() => sandbox.close());
  const hostile = `<img src=x onerror=alert(1)>"'{{7*7}}`;
  add(sandbox, { id: "1", title: hostile, text: hostile, handle: hostile, public: true, state: "live" });
  add(sandbox, { id: "2", title: "", text: "", public: false, state: "inbox" });
  add(sandbox, { id: "3", title: "Only for me", text: "", public: false, state: "live" });
  const html = await (await fetch(`${sandbox.url}/`)).text();
  const [world = "", owner = ""] = html.split("What only its owner would see");
  assert.ok(!html.includes("<img src=x") && html.includes("&#60;img src=x"));
  assert.ok(!world.includes("Only for me") && owner.includes("Only for me"));
  assert.match(owner, /A draft: its text is written in the app/);
  assert.doesNotMatch(html, /\(no text\)/);
});

function add(sandbox: TestSandbox, item: Partial<FeedItem> & { id: string }): void {
  const about = { platform: "tiktok", remoteId: "r", handle: "@h", title: "", text: "", visibility: "", url: null };
  const rest = { public: false, state: "live", files: [], createdAt: 1, details: {} };
  sandbox.world.show({ ...about, ...rest, ...item });
}

test("a platform whose own page checks nothing still sends nobody to strangers", async (t) => {
  const app = Fastify();
  t.after(() => app.close());
  const world = { isRegistered: (address: string) => isCallback(address, ["https://panel.example"]) };
  refuseStrangeRedirects(app, world, (request) => request.headers["x-armed"] === "yes");
  const to = "https://evil.example/channels/callback/x?code=secret";
  const back = "https://panel.example/channels/callback/x?code=c&state=s#_=_";
  app.get("/away", (_request, reply) => reply.redirect(to, 303));
  app.get("/back", (_request, reply) => reply.redirect(back, 302));
  const away = await app.inject("/away");
  assert.deepEqual([away.statusCode, away.headers.location], [400, undefined]);
  assert.ok(!away.body.includes("secret"));
  assert.equal((await app.inject("/back")).headers.location, back);
  const armed = await app.inject({ url: "/away", headers: { "x-armed": "yes" } });
  assert.equal(armed.headers.location, to, "an armed fault may lie");
});

test("the sandbox of an install fetches from the install itself and from nothing else on the machine", async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), "postern-world-"));
  const secret = await neighbour(t);
  const own = await neighbour(t, (request, reply) => void reply.end(request.url === "/robots.txt" ? "" : "a picture"));
  const world = new World(folder, { now: () => 0 }, [`http://${own.host}`], "panels");
  t.after(() => {
    world.close();
    rmSync(folder, { recursive: true, force: true });
  });
  for (const host of [secret.host, `localhost:${secret.port}`, `[::1]:${secret.port}`, `127.1:${secret.port}`])
    for (const scheme of ["http", "https"])
      assert.equal(await fetchFile(world, `${scheme}://${host}/m/a.jpg`, 1000), null, `${scheme} ${host}`);
  assert.equal(secret.came, 0);
  assert.equal((await fetchFile(world, `http://${own.host}/m/a.jpg`, 1000))?.bytes, 9);
});
