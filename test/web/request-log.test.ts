/** Every request has a number: in the answer's header, on the page that says something broke, and in every line of the log about it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { ada, apiKey, leaks, signUp, startTestServer } from "../support/server.ts";
import { textOf } from "../support/robot.ts";

interface Line {
  reqId?: string;
  msg: string;
  level: number;
  route?: string;
  status?: number;
  method?: string;
  ms?: number;
}

test("request numbers", async (t) => {
  const server = await startTestServer({ settings: { LOG_LEVEL: "info" } });
  t.after(() => server.close());
  const robot = await signUp(server);
  const key = apiKey(server);
  const { db } = server.running.wired.house;
  const asked: string[] = [];
  const ask = async (path: string, headers: Record<string, string> = {}) => {
    const reply = await fetch(server.url + path, { headers, redirect: "manual" });
    const id = reply.headers.get("x-request-id") ?? "";
    assert.match(id, /^[0-9a-f]{8}$/, path);
    asked.push(id);
    return { id, status: reply.status, text: textOf(await reply.text()) };
  };
  const api = { authorization: `Bearer ${key}` };
  await ask("/sign-in?next=%2Fposts%3Ftoken%3Dverysecret1");
  await ask("/api/v1/posts?cursor=verysecret2", api);
  const stranger = await ask(`/m/${"a".repeat(8)}.jpg?e=1&s=verysecret3`);
  assert.equal(stranger.status, 410);
  const missing = await ask("/verysecret4");
  assert.equal(missing.status, 404);
  assert.match(missing.text, new RegExp(missing.id), "the page shows the number");
  const own = await ask("/sign-in", { "x-request-id": "made-up-by-a-stranger" });
  assert.notEqual(own.id, "made-up-by-a-stranger");

  // A fault of ours: the page names the number under which the log has the reason.
  db.sqlite.exec("ALTER TABLE platform_apps RENAME TO elsewhere");
  db.sqlite.exec("ALTER TABLE invites RENAME TO gone");
  const broken = await robot.open(`${server.url}/admin`);
  assert.equal(broken.status, 500);
  const [, number = ""] = /under the number ([0-9a-f]{8})/.exec(textOf(broken.html)) ?? [];

  const bytes = readFileSync(server.logFile);
  const lines = bytes
    .toString()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
  for (const id of [...asked, number]) {
    const answered = lines.filter((line) => line.reqId === id && line.msg === "answered");
    assert.equal(answered.length, 1, id);
    assert.equal(typeof answered[0]!.ms, "number");
  }
  const why = lines.find((line) => line.reqId === number && line.level === 50) as Line & { err: { message: string } };
  assert.match(why.err.message, /no such table/);
  assert.ok(lines.some((line) => line.route === "/m/:file" && line.status === 410));
  const secrets = ["verysecret1", "verysecret2", "verysecret3", "verysecret4", key, ada.password].map((secret) => ({
    kind: "secret",
    secret,
  }));
  assert.deepEqual(leaks([{ name: "log", bytes }], secrets), []);
});
