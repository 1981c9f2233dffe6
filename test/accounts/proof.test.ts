/** What a session alone does not open: an API key needs a password given within ten minutes, which also shuts copies of the cookie out. */
import assert from "node:assert/strict";
import test from "node:test";
import { ada, startTestServer } from "../support/server.ts";
import { Guest } from "./guest.ts";

test("ten minutes after signing in an API key needs the password again", async (t) => {
  const server = await startTestServer();
  t.after(() => server.close());
  const guest = new Guest(server);
  await guest.signUp(ada);
  const keys = () => server.running.wired.house.db.get<{ n: number }>("SELECT COUNT(*) AS n FROM api_keys")!.n;
  const create = (fields: Record<string, string> = {}) =>
    guest.post("/settings/api-keys", { name: "script", access: "read", ...fields });
  await guest.get("/settings");
  assert.match((await create()).text, /Your new API key/, "just signed up");
  assert.equal(keys(), 1);

  server.clock.push(10 * 60_000);
  assert.match((await guest.get("/settings")).html, /id="key-password"/);
  for (const currentPassword of ["", "not the password"]) {
    const answer = await create({ currentPassword });
    assert.match(answer.html, /id="key-password-about">That is not your current password/);
    assert.match(answer.html, /value="read" checked/, "the choice comes back");
  }
  assert.equal(keys(), 1);

  const copied = new Guest(server);
  copied.cookies = new Map(guest.cookies);
  assert.match((await create({ currentPassword: ada.password })).text, /Your new API key/);
  assert.equal(keys(), 2);
  assert.equal(await copied.isIn(), false, "a copy of the cookie ends where its owner proved to be the owner");
  assert.equal(await guest.isIn(), true);
  assert.match((await create()).text, /Your new API key/, "and it counts for ten minutes");
  assert.match((await guest.get("/settings")).text, /works until \d+ \w+ \d{4}/);
});
