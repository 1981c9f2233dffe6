/** Ways around the limits that are closed: side by side, by one's own account, by many addresses of one network. */
import assert from "node:assert/strict";
import test from "node:test";
import { hashPassword } from "../../src/accounts/index.ts";
import { tidy } from "../../src/accounts/upkeep.ts";
import { addressKey } from "../../src/accounts/throttles.ts";
import { deviceName, shortAddress } from "../../src/accounts/devices.ts";
import { ada, startTestServer } from "../support/server.ts";
import { Guest } from "./guest.ts";

test("tries sent side by side wait like tries one after the other", async (t) => {
  const server = await startTestServer();
  t.after(() => server.close());
  await new Guest(server).signUp(ada);
  const guest = new Guest(server);
  await guest.get("/sign-in");
  const guess = (_one: unknown, i: number) => guest.post("/sign-in", { email: ada.email, password: `guess ${i}` });
  const statuses = (await Promise.all(Array.from({ length: 15 }, guess))).map((one) => one.status);
  assert.equal(statuses.filter((status) => status === 422).length, 6, statuses.join(" "));
  assert.equal(statuses.filter((status) => status === 429).length, 9);
});

test("signing in to an account of one's own buys no fresh tries at others", async (t) => {
  const server = await startTestServer();
  t.after(() => server.close());
  await new Guest(server).signUp(ada);
  const statuses: number[] = [];
  for (let i = 0; i < 22; i += 1) {
    const guest = new Guest(server);
    const own = i % 2 === 0;
    statuses.push((await guest.signIn(own ? ada.email : `n${i}@example.org`, ada.password)).status);
  }
  assert.deepEqual(statuses.slice(18), [303, 422, 429, 429]);
});

test("the current password in settings is guessed no faster than at sign-in, and a right one clears the count", async (t) => {
  const server = await startTestServer();
  t.after(() => server.close());
  const guest = new Guest(server);
  await guest.signUp(ada);
  await guest.get("/settings");
  const change = (currentPassword: string) => guest.post("/settings/email", { email: ada.email, currentPassword });
  for (let i = 0; i < 5; i += 1) assert.equal((await change("wrong one")).status, 422);
  assert.equal((await change(ada.password)).status, 303);
  for (let i = 0; i < 6; i += 1) assert.equal((await change("wrong one")).status, 422, `after the right one, ${i}`);
  for (const waited of [2, 4]) {
    server.clock.push(waited * 1000);
    assert.equal((await change("wrong one")).status, 422);
  }
  assert.equal((await change(ada.password)).status, 429, "eight seconds to wait");
});

test("addresses are counted by /64 and kept by /24 or /48, however they are written", () => {
  const [a, b] = ["2001:db8::1", "2001:db8:0:0:ffff:1:2:3"];
  assert.equal(addressKey(a), addressKey(b));
  assert.notEqual(addressKey("2001:db8:0:1::1"), addressKey(a));
  assert.equal(addressKey("::ffff:203.0.113.9"), "203.0.113.9");
  assert.notEqual(addressKey("203.0.113.8"), addressKey("203.0.113.9"));
  assert.equal(shortAddress("203.0.113.9"), "203.0.113.x");
  assert.equal(shortAddress("::ffff:203.0.113.9"), "203.0.113.x");
  assert.equal(shortAddress("2001:db8::1"), "2001:db8:0::");
  for (const odd of ["", "unknown", "1.2.3", "a, b"])
    assert.doesNotThrow(() => [addressKey(odd), shortAddress(odd)], odd);
});

test("devices in words", () => {
  const on = (rest: string) => deviceName(`Mozilla/5.0 (${rest}`);
  assert.equal(on("Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"), "Edge on Windows");
  assert.equal(
    on("iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile/15E Safari/604.1"),
    "Safari on iPhone",
  );
  assert.equal(on("Linux; Android 16) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"), "Chrome on Android");
  assert.equal(deviceName("curl/8.14"), "Another program");
  assert.equal(deviceName(""), "Another program");
});

test("more sign-ins than can be checked are sent away for a moment, and nobody is forgotten", async () => {
  const results = await Promise.allSettled(Array.from({ length: 24 }, () => hashPassword("a password to hash")));
  const refused = results.filter((one) => one.status === "rejected");
  assert.equal(refused.length, 2, "two at work and twenty in line");
  assert.equal((refused[0]!.reason as { statusCode: number }).statusCode, 503);
  assert.equal((refused[0]!.reason as { retryAfterSeconds: number }).retryAfterSeconds, 5);
  assert.match(await hashPassword("and again"), /^\$argon2id/);
});

test("what is over is forgotten, what counts stays", async (t) => {
  const server = await startTestServer();
  t.after(() => server.close());
  const { house } = server.running.wired;
  const guest = new Guest(server);
  await guest.signUp(ada);
  await new Guest(server).signIn("nobody@example.org", "guess");
  const count = (table: string) => house.db.get<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`)!.n;
  tidy(house);
  assert.equal(count("sessions"), 1);
  assert.equal(count("throttles"), 3, "the sign-up, the address and the account");
  server.clock.push(61 * 24 * 3600_000);
  tidy(house);
  assert.equal(count("sessions"), 0);
  assert.equal(count("throttles"), 0);
  assert.ok(count("audit_log") > 0);
  server.clock.push(305 * 24 * 3600_000);
  tidy(house);
  assert.equal(count("audit_log"), 0);
});
