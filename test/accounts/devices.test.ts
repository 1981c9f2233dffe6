/** Browsers that signed in before: strangers cannot make them wait, and they buy nobody more tries. */
import assert from "node:assert/strict";
import test from "node:test";
import { createAccount, hashPassword } from "../../src/accounts/index.ts";
import { countUse, noteFailure } from "../../src/accounts/throttles.ts";
import { tidy } from "../../src/accounts/upkeep.ts";
import { ada, startTestServer, type TestServer } from "../support/server.ts";
import { Guest } from "./guest.ts";

const DAY = 24 * 3600_000;
const bob = { name: "Bob", email: "bob@example.org", password: "another long password" };

/** As if somebody who knows the address had tried until the account and the network have to wait; one try shows that they do. */
async function besiege(server: TestServer): Promise<void> {
  const { house } = server.running.wired;
  for (let i = 0; i < 15; i += 1) noteFailure(house, `sign-in/account/${ada.email}`);
  assert.throws(() => {
    for (let i = 0; i < 21; i += 1) countUse(house, "sign-in/address/127.0.0.1", 20, 600_000, "");
  });
  assert.equal((await new Guest(server).signIn(ada.email, "a guess")).status, 429);
}

function without(guest: Guest, cookie: string): Guest {
  const other = new Guest(guest.server);
  other.cookies = new Map([...guest.cookies].filter(([name]) => name !== cookie));
  return other;
}

test("a browser that signed in before does not wait for what strangers tried", async (t) => {
  const server = await startTestServer();
  t.after(() => server.close());
  const owner = new Guest(server);
  await owner.signUp(ada);
  const home = without(owner, "sid");
  assert.match(home.cookies.get("dev") ?? "", /^[\w-]{43}$/);
  await besiege(server);
  assert.equal((await new Guest(server).signIn(ada.email, ada.password)).status, 429, "any other browser waits");
  assert.equal((await home.signIn(ada.email, ada.password)).status, 303);

  await t.test("but it guesses no faster, and for its own account only", async () => {
    const lost = without(home, "sid");
    const { house } = server.running.wired;
    createAccount(house, { ...bob, passwordHash: await hashPassword(bob.password), timeZone: "UTC" });
    assert.equal((await lost.signIn(bob.email, "a guess")).status, 429, "for others it is any browser");
    const statuses: number[] = [];
    for (let i = 0; i < 7; i += 1) statuses.push((await lost.signIn(ada.email, "a guess")).status);
    assert.deepEqual(statuses, [422, 422, 422, 422, 422, 422, 429]);
  });
});

test("the cookie is renewed at every sign-in, so that one planted before is worth nothing", async (t) => {
  const server = await startTestServer();
  t.after(() => server.close());
  const { db } = server.running.wired.house;
  const first = new Guest(server);
  await first.signUp(ada);
  db.run("INSERT INTO settings (name, value) VALUES ('sign_up', 'open')");
  const planted = new Guest(server);
  planted.cookies.set("dev", first.cookies.get("dev")!);
  await planted.signUp(bob);
  const now = planted.cookies.get("dev")!;
  assert.notEqual(now, first.cookies.get("dev"));

  await besiege(server);
  const both = new Guest(server);
  both.cookies.set("dev", now);
  assert.equal((await both.signIn(bob.email, bob.password)).status, 303);
  const again = without(both, "sid");
  assert.equal((await again.signIn(ada.email, ada.password)).status, 303, "one browser, two accounts");
  const old = new Guest(server);
  old.cookies.set("dev", now);
  assert.equal((await old.signIn(ada.email, ada.password)).status, 429);
  const hashes = db.all<{ secret_hash: string }>("SELECT secret_hash FROM devices");
  assert.ok(hashes.length === 2 && hashes.every((row) => /^[0-9a-f]{64}$/.test(row.secret_hash)));
});

test("a browser is forgotten with the password, after 400 days, and beyond twenty", async (t) => {
  const server = await startTestServer();
  t.after(() => server.close());
  const { house } = server.running.wired;
  const owner = new Guest(server);
  await owner.signUp(ada);
  const known = () => house.db.get<{ n: number }>("SELECT COUNT(*) AS n FROM devices")!.n;
  const account = house.db.get<{ id: string }>("SELECT id FROM accounts")!.id;
  for (let i = 0; i < 19; i += 1)
    house.db.run(
      "INSERT INTO devices (id, secret_hash, account_id, last_used_at, expires_at) VALUES (@id, @id, @account, @at, @at)",
      { id: `older ${i}`, account, at: server.clock.now() + i },
    );
  server.clock.push(1000);
  assert.equal((await new Guest(server).signIn(ada.email, ada.password)).status, 303);
  assert.equal(known(), 20);

  const other = new Guest(server);
  await other.signIn(ada.email, ada.password);
  await owner.get("/settings");
  const fields = { currentPassword: ada.password, password: "quite another password" };
  assert.equal((await owner.post("/settings/password", fields)).status, 303);
  assert.equal(known(), 1, "only the one it was changed in");
  await besiege(server);
  assert.equal((await without(other, "sid").signIn(ada.email, fields.password)).status, 429);
  const home = without(owner, "sid");
  assert.equal((await home.signIn(ada.email, fields.password)).status, 303);

  server.clock.push(400 * DAY + 60_000);
  tidy(house);
  assert.equal(known(), 0);
});

test("on somebody else's computer nothing is remembered, and the session ends after twelve hours", async (t) => {
  const server = await startTestServer();
  t.after(() => server.close());
  const owner = new Guest(server);
  await owner.signUp(ada);
  const guest = new Guest(server);
  await guest.get("/sign-in");
  const answer = await guest.post("/sign-in", { email: ada.email, password: ada.password, borrowed: "yes" });
  assert.equal(answer.status, 303);
  assert.equal(guest.cookies.has("dev"), false);
  server.clock.push(11.9 * 3600_000);
  assert.equal(await guest.isIn(), true);
  server.clock.push(0.2 * 3600_000);
  assert.equal(await guest.isIn(), false);
  assert.equal(await owner.isIn(), true);
});

test("under https the cookie belongs to this host alone and is out of reach of scripts", async (t) => {
  const server = await startTestServer({ settings: { PUBLIC_URL: "https://postern.example" } });
  t.after(() => server.close());
  const guest = new Guest(server);
  const page = await guest.get("/sign-up");
  const sid = page.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
  const reply = await fetch(`${server.url}/sign-up`, {
    method: "POST",
    redirect: "manual",
    headers: { origin: "https://postern.example", cookie: sid },
    body: new URLSearchParams({ _csrf: guest.csrf, ...ada, timeZone: "UTC", invite: "" }),
  });
  assert.equal(reply.status, 303);
  const line = reply.headers.getSetCookie().find((one) => one.startsWith("__Host-dev=")) ?? "";
  for (const part of [/; Path=\/(;|$)/, /; HttpOnly/, /; Secure/, /; SameSite=Lax/]) assert.match(line, part);
  assert.doesNotMatch(line, /Domain/i);
});
