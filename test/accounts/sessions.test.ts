/** Sessions: a row decides, not the cookie; a new one at every sign-in; over when ended, idle or old. */
import assert from "node:assert/strict";
import test from "node:test";
import { ada, startTestServer } from "../support/server.ts";
import { Guest } from "./guest.ts";

const HOUR = 3600_000;

test("sessions", async (t) => {
  const server = await startTestServer();
  t.after(() => server.close());
  const { db } = server.running.wired.house;
  const first = new Guest(server);
  await first.signUp(ada);
  const last = () =>
    db.get<{ id: string; secret_hash: string; device: string; address: string; last_seen_at: number }>(
      "SELECT * FROM sessions ORDER BY id DESC LIMIT 1",
    )!;

  await t.test("the row keeps a hash, a device in words and no whole address", () => {
    assert.match(last().secret_hash, /^[0-9a-f]{64}$/);
    assert.equal(last().device, "Firefox on Linux");
    assert.equal(last().address, "127.0.0.x");
  });

  await t.test("the cookie is out of reach of scripts and of other sites", async () => {
    const guest = new Guest(server);
    const { headers } = await guest.get("/sign-in");
    const [line = ""] = headers.getSetCookie();
    assert.match(line, /^sid=/);
    assert.match(line, /HttpOnly/);
    assert.match(line, /SameSite=Lax/);
    assert.match(line, /Path=\//);
  });

  await t.test("signing out ends the row: a saved cookie opens nothing", async () => {
    const guest = new Guest(server);
    assert.equal((await guest.signIn(ada.email, ada.password)).status, 303);
    const saved = new Map(guest.cookies);
    assert.equal(await guest.isIn(), true);
    const out = await guest.post("/sign-out");
    assert.deepEqual([out.status, out.headers.get("location")], [303, "/sign-in"]);
    assert.equal(out.headers.get("clear-site-data"), '"cache", "storage"');
    assert.equal(guest.cookies.has("sid"), false, "the browser's cookie is cleared");

    const thief = new Guest(server);
    thief.cookies = saved;
    assert.equal(await thief.isIn(), false);
    assert.equal(await first.isIn(), true, "other sessions go on");
  });

  await t.test("a cookie planted before sign-in is worth nothing after it", async () => {
    const attacker = new Guest(server);
    await attacker.get("/sign-in");
    const planted = new Map(attacker.cookies);
    const victim = new Guest(server);
    victim.cookies = new Map(planted);
    victim.csrf = attacker.csrf;
    assert.equal((await victim.post("/sign-in", { email: ada.email, password: ada.password })).status, 303);
    assert.notEqual(victim.cookies.get("sid"), planted.get("sid"));
    assert.equal(await victim.isIn(), true);
    attacker.cookies = planted;
    assert.equal(await attacker.isIn(), false);
  });

  await t.test("signing in again over a session makes another one", async () => {
    const before = last().id;
    const token = first.csrf;
    assert.equal((await first.post("/sign-in", { email: ada.email, password: ada.password })).status, 303);
    assert.notEqual(last().id, before);
    assert.equal(
      (await first.post("/settings/name", { name: "Ada", _csrf: token })).status,
      403,
      "nor do its tokens live on",
    );
    assert.equal(await first.isIn(), true);
  });

  await t.test("last seen is written at most once a minute", async () => {
    const guest = new Guest(server);
    await guest.signIn(ada.email, ada.password);
    const seen = last().last_seen_at;
    server.clock.push(30_000);
    await guest.isIn();
    assert.equal(last().last_seen_at, seen);
    server.clock.push(31_000);
    await guest.isIn();
    assert.ok(last().last_seen_at >= seen + 61_000);
  });

  await t.test("a changed cookie is no cookie", async () => {
    const guest = new Guest(server);
    await guest.signIn(ada.email, ada.password);
    const value = decodeURIComponent(guest.cookies.get("sid")!);
    const changed = (value[10] === "A" ? "B" : "A") + value.slice(11);
    guest.cookies.set("sid", encodeURIComponent(value.slice(0, 10) + changed));
    assert.equal(await guest.isIn(), false);
  });

  await t.test("seven idle days end it; thirty days end it however busy", async () => {
    const idle = new Guest(server);
    await idle.signIn(ada.email, ada.password);
    const busy = new Guest(server);
    await busy.signIn(ada.email, ada.password);
    for (let day = 6; day <= 24; day += 6) {
      server.clock.push(6 * 24 * HOUR);
      assert.equal(await busy.isIn(), true, `day ${day}`);
      if (day === 12) assert.equal(await idle.isIn(), false);
    }
    server.clock.push(5.9 * 24 * HOUR);
    assert.equal(await busy.isIn(), true, "almost thirty days");
    server.clock.push(0.2 * 24 * HOUR);
    assert.equal(await busy.isIn(), false);
  });

  await t.test("an account without a workspace is not let in", async () => {
    const guest = new Guest(server);
    await guest.signIn(ada.email, ada.password);
    assert.equal(await guest.isIn(), true);
    db.run("DELETE FROM memberships");
    assert.equal(await guest.isIn(), false);
  });
});
