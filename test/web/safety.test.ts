/** What every page shares: headers on every answer, foreign and tokenless requests refused, errors in words. */
import assert from "node:assert/strict";
import test from "node:test";
import Fastify, { LogController, type FastifyBaseLogger } from "fastify";
import { visitors } from "../../src/accounts/index.ts";
import { readConfig } from "../../src/config/index.ts";
import { securityHeaders } from "../../src/web/headers.ts";
import { allowFormTargets, flash, Refusal, sendPage, visitorOf, webFoundation } from "../../src/web/index.ts";
import { wire } from "../../src/wiring.ts";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

async function house(settings: Record<string, string> = {}) {
  const home = mkdtempSync(path.join(tmpdir(), "postern-web-"));
  const config = readConfig({ DATA_DIR: path.join(home, "data"), LOG_LEVEL: "error", ...settings }, "no such file");
  const lines: string[] = [];
  const wired = wire(config, { port: 3000, logTo: { write: (line: string) => void lines.push(line) } });
  const app = Fastify({
    loggerInstance: wired.house.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
  });
  let changes = 0;
  securityHeaders(app, { https: wired.house.publicUrl.startsWith("https:") });
  await app.register(async (web) => {
    await webFoundation(web, wired.house);
    visitors(web, wired.house);
    const page = (title: string) => ({ values: {}, errors: {}, open: false, title });
    web.get("/form", async (request, reply) => {
      if (Object.keys(request.query as object).length) allowFormTargets(reply, ["https://platform.example"]);
      return sendPage(wired.house, request, reply, "accounts/sign-in", page("Form"), { title: "Form" });
    });
    web.post("/change", async (request, reply) => {
      changes += 1;
      flash(request, "Changed.");
      return reply.redirect("/form", 303);
    });
    web.get("/private", async (request) => visitorOf(request).account.name);
    web.post("/private", async (request) => visitorOf(request).account.name);
    web.get("/breaks", async () => {
      throw new Error("the inside of the house: /etc/postern");
    });
    web.get("/busy", async () => {
      throw new Refusal(429, { title: "Wait", message: "A while.", next: "Then again." }, 7);
    });
  });
  await app.ready();
  return {
    app,
    wired,
    lines,
    changes: () => changes,
    async close() {
      await app.close();
      await wired.close();
      rmSync(home, { recursive: true });
    },
  };
}

test("security headers stand on every answer, errors included", async (t) => {
  const one = await house({ PUBLIC_URL: "https://postern.example" });
  t.after(() => one.close());
  const answers = await Promise.all([
    one.app.inject("/form"),
    one.app.inject("/nowhere"),
    one.app.inject("/breaks"),
    one.app.inject("/busy"),
    one.app.inject({ method: "POST", url: "/change" }),
    one.app.inject("/private"),
  ]);
  assert.deepEqual(
    answers.map((answer) => answer.statusCode),
    [200, 404, 500, 429, 403, 303],
  );
  for (const { headers, statusCode } of answers) {
    const csp = String(headers["content-security-policy"]);
    for (const part of [
      "default-src 'none'",
      "script-src 'self'",
      "form-action 'self'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
    ])
      assert.ok(csp.split("; ").includes(part), `${part} on ${statusCode}`);
    assert.ok(!csp.includes("unsafe"));
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.equal(headers["referrer-policy"], "same-origin");
    assert.equal(headers["cross-origin-opener-policy"], "same-origin");
    assert.equal(headers["cross-origin-resource-policy"], "same-origin");
    assert.match(String(headers["permissions-policy"]), /camera=\(\)/);
    assert.equal(headers["strict-transport-security"], "max-age=31536000; includeSubDomains");
    if (statusCode !== 303) assert.equal(headers["cache-control"], "no-store");
  }
  assert.match(String(answers[0]!.headers["set-cookie"]), /^__Host-sid=.*; Path=\/.*Secure/);
  const consent = await one.app.inject("/form?consent");
  assert.match(String(consent.headers["content-security-policy"]), /form-action 'self' https:\/\/platform\.example/);
});

test("without https there is no promise of it, and the cookie still works", async (t) => {
  const one = await house();
  t.after(() => one.close());
  const { headers } = await one.app.inject("/form");
  assert.equal(headers["strict-transport-security"], undefined);
  assert.match(String(headers["set-cookie"]), /^sid=/);
});

test("errors are told in words, without what is inside", async (t) => {
  const one = await house();
  t.after(() => one.close());
  const broken = await one.app.inject("/breaks");
  assert.match(broken.body, /Something broke on our side/);
  assert.ok(!broken.body.includes("/etc/postern"));
  const number = /under the number (\S+?)\./.exec(broken.body)?.[1] ?? "none";
  assert.ok(
    one.lines.some((line) => line.includes(number) && line.includes("the inside of the house")),
    "the log has it",
  );
  const fragment = await one.app.inject({ url: "/breaks", headers: { "hx-request": "true" } });
  assert.ok(fragment.statusCode === 500 && !fragment.body.includes("<html"));
  const busy = await one.app.inject("/busy");
  assert.equal(busy.headers["retry-after"], "7");
  const asked = await one.app.inject("/private?a=b");
  assert.equal(asked.headers.location, "/sign-in?next=%2Fprivate%3Fa%3Db");
  const piece = await one.app.inject({ url: "/private", headers: { "hx-request": "true" } });
  assert.deepEqual([piece.statusCode, piece.headers["hx-redirect"]], [401, "/sign-in"]);
  const unreadable = await one.app.inject("/%E0%A4%A");
  assert.equal(unreadable.statusCode, 400);
});

test("a change needs our own origin and the token of this session", async (t) => {
  const one = await house({ PUBLIC_URL: "https://postern.example" });
  t.after(() => one.close());
  const form = async () => {
    const { headers, body } = await one.app.inject("/form");
    return {
      cookie: String(headers["set-cookie"]).split(";")[0]!,
      token: /name="_csrf" value="([^"]+)"/.exec(body)![1]!,
    };
  };
  const mine = await form();
  const theirs = await form();
  const send = (headers: Record<string, string>, token: string = mine.token, cookie: string = mine.cookie) =>
    one.app.inject({
      method: "POST",
      url: "/change",
      headers: { "content-type": "application/x-www-form-urlencoded", cookie, ...headers },
      payload: new URLSearchParams(token ? { _csrf: token } : {}).toString(),
    });
  const own = { origin: "https://postern.example" };

  for (const [name, headers] of Object.entries<Record<string, string>>({
    "nothing that says where from": {},
    "another origin": { origin: "https://evil.example" },
    "a sister host": { origin: "https://evil.postern.example" },
    "our host without https": { origin: "http://postern.example" },
    "no origin on purpose": { origin: "null" },
    "another site, with our origin": { ...own, "sec-fetch-site": "cross-site" },
    "a sister site, with our origin": { ...own, "sec-fetch-site": "same-site" },
    "nobody's doing": { ...own, "sec-fetch-site": "none" },
    "a foreign referrer": { referer: "https://evil.example/postern.example" },
    "a referrer that is none": { referer: "postern.example" },
  })) {
    const answer = await send(headers);
    assert.equal(answer.statusCode, 403, name);
    assert.match(answer.body, /did not come from Postern/, name);
  }
  for (const [name, token, cookie] of [
    ["no token", "", mine.cookie],
    ["a made-up token", "x".repeat(40), mine.cookie],
    ["another session's token", theirs.token, mine.cookie],
    ["no cookie", mine.token, "a=b"],
  ] as const) {
    const answer = await send(own, token, cookie);
    assert.equal(answer.statusCode, 403, name);
    assert.match(answer.body, /This page is too old/, name);
  }
  assert.equal(one.changes(), 0);

  assert.equal((await send(own)).statusCode, 303);
  assert.equal((await send({ "sec-fetch-site": "same-origin" })).statusCode, 303);
  assert.equal((await send({ referer: "https://postern.example/form" })).statusCode, 303);
  assert.equal((await send({ ...own, "x-csrf-token": mine.token }, "")).statusCode, 303, "as htmx sends it");
  assert.equal(one.changes(), 4);
});
