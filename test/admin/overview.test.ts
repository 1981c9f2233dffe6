/** What the admin page says of jobs and health: every state counted, what died with its reason, in bounded time. */
import assert from "node:assert/strict";
import test from "node:test";
import { Guest } from "../accounts/guest.ts";
import { ada, startTestServer } from "../support/server.ts";

test("jobs and health on the admin page", async (t) => {
  const server = await startTestServer();
  t.after(() => server.close());
  const { house } = server.running.wired;
  const owner = new Guest(server);
  await owner.signUp(ada);
  const add = house.db.sqlite.prepare(
    `INSERT INTO jobs (id, kind, args, lane, state, run_at, problem, created_at, finished_at)
     VALUES (?, ?, '{}', 'idle', ?, ?, ?, 0, ?)`,
  );
  const now = house.clock.now();
  house.db.transaction(() => {
    for (let i = 0; i < 12_000; i += 1) add.run(`q${i}`, "later", "queued", now + 86_400_000, null, null);
    for (let i = 0; i < 30; i += 1) add.run(`d${i}`, "done kind", "done", 0, null, now - 1000 - i);
    add.run("dead", "renew tokens", "dead", 0, "The platform <said> no.", now - 60_000);
  });
  const { text, html } = await owner.get("/admin");
  assert.match(text, /Jobs queued 10,000 or more/);
  assert.match(text, /Jobs running 0/);
  assert.match(text, /Jobs done 30/);
  assert.match(text, /Jobs dead 1/);
  assert.match(text, /renew tokens gave up a minute ago The platform <said> no\./);
  assert.ok(!html.includes("<said>"));
  assert.match(text, /Publishing Works Database Works Master key Works ffmpeg (found|not found)/);
  assert.match(text, new RegExp(`Key fingerprint ${house.vault.fingerprint}`));
  assert.match(text, /Copy of the key not confirmed yet/);
  await house.runner.stop(1000);
  assert.match((await owner.get("/admin")).text, /Publishing needs you/);
});
