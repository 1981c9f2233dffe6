/** Signing in: where it leads, how wrong passwords are slowed down, and that strangers learn nothing from the clock. */
import assert from "node:assert/strict";
import test from "node:test";
import { ada, startTestServer } from "../support/server.ts";
import { Guest } from "./guest.ts";

test("sign-in leads only to pages of our own", async (t) => {
  const server = await startTestServer();
  t.after(() => server.close());
  const guest = new Guest(server);
  await guest.signUp(ada);
  for (const [next, lands] of [
    ["/media?page=2", "/media?page=2"],
    ["", "/"],
    ["//evil.example", "/"],
    ["/\\evil.example", "/"],
    ["/\t/evil.example", "/"],
    ["https://evil.example/", "/"],
    ["media", "/"],
  ] as const) {
    const visitor = new Guest(server);
    const answer = await visitor.signIn("ADA@Example.org ", ada.password, next);
    assert.deepEqual([answer.status, answer.headers.get("location")], [303, lands], JSON.stringify(next));
  }
  const asked = await new Guest(server).get("/settings?x=1");
  assert.equal(asked.headers.get("location"), "/sign-in?next=%2Fsettings%3Fx%3D1");
});

test("wrong passwords: five are free, then the waits double, say how long, and outlive a restart", async (t) => {
  const server = await startTestServer();
  t.after(() => server.close());
  await new Guest(server).signUp(ada);
  const guest = new Guest(server);
  const wrong = () => guest.signIn(ada.email, "not the password");
  for (let i = 0; i < 5; i += 1) {
    const answer = await wrong();
    assert.equal(answer.status, 422);
    assert.match(answer.text, /do not fit together/);
    assert.match(answer.html, /value="ada@example.org"/, "the address comes back");
    assert.ok(!answer.html.includes("not the password"));
  }
  // Each failure is made when the wait before it is over; the last wait is long enough for a slow machine to see it.
  const waits: number[] = [];
  for (let i = 0; i < 5; i += 1) {
    const began = server.clock.now();
    assert.equal((await wrong()).status, 422);
    const row = server.running.wired.house.db.get<{ until: number }>(
      "SELECT wait_until_at AS until FROM throttles WHERE name LIKE 'sign-in/account/%'",
    )!;
    waits.push(Math.floor((row.until - began) / 1000));
    if (i < 4) server.clock.push(row.until - began);
  }
  for (const [i, seconds] of [2, 4, 8, 16, 32].entries())
    assert.ok(waits[i]! >= seconds && waits[i]! < seconds * 2, `${waits.join(", ")} seconds`);
  const early = await guest.signIn(ada.email, ada.password);
  assert.equal(early.status, 429, "even for the right password");
  const seconds = Number(early.headers.get("retry-after"));
  assert.ok(seconds > 8 && seconds <= 32, `${seconds}`);
  assert.match(early.text, new RegExp(`Try again in ${seconds} seconds`));

  await server.restart();
  assert.equal((await guest.signIn(ada.email, ada.password)).status, 429, "a restart forgets nothing");
  server.clock.push(32_000);
  assert.equal((await guest.signIn(ada.email, ada.password)).status, 303, "never a lock");
  const { db } = server.running.wired.house;
  assert.equal(db.get("SELECT 1 FROM throttles WHERE name LIKE 'sign-in/account/%'"), undefined, "and it is forgotten");
});

test("an unknown address gets the same answer, the same waits and the same work", async (t) => {
  const server = await startTestServer();
  t.after(() => server.close());
  await new Guest(server).signUp(ada);
  const known = new Guest(server);
  const unknown = new Guest(server);
  const time = async (guest: Guest, email: string) => {
    await guest.get("/sign-in");
    const began = performance.now();
    const answer = await guest.post("/sign-in", { email, password: "not the password" });
    return { ms: performance.now() - began, answer };
  };
  await time(unknown, "warm@example.org");
  const times = { known: [] as number[], unknown: [] as number[] };
  for (let i = 0; i < 5; i += 1) {
    const one = await time(known, ada.email);
    const two = await time(unknown, "nobody@example.org");
    times.known.push(one.ms);
    times.unknown.push(two.ms);
    assert.equal(two.answer.status, one.answer.status);
    assert.equal(
      two.answer.text.replaceAll("nobody@", ""),
      one.answer.text.replaceAll("ada@", ""),
      "the page says the same",
    );
  }
  // Without the comparison an unknown address would be answered in a few milliseconds, twenty times faster.
  const [a, b] = [Math.min(...times.known), Math.min(...times.unknown)];
  assert.ok(b > a / 4 && b < a * 4, `${a} ms and ${b} ms`);
  await time(known, ada.email);
  await time(unknown, "nobody@example.org");
  const rows = server.running.wired.house.db.all<{ count: number; wait: number }>(
    `SELECT count, wait_until_at > 0 AS wait FROM throttles
     WHERE name IN ('sign-in/account/ada@example.org', 'sign-in/account/nobody@example.org')`,
  );
  assert.deepEqual(rows, [
    { count: 6, wait: 1 },
    { count: 6, wait: 1 },
  ]);
});

test("an address may try twenty times in ten minutes, whatever accounts it tries", async (t) => {
  const server = await startTestServer();
  t.after(() => server.close());
  const guest = new Guest(server);
  await guest.signUp(ada);
  const eve = new Guest(server);
  await eve.get("/sign-in");
  const tries = await Promise.all(
    Array.from({ length: 20 }, (_one, i) => eve.post("/sign-in", { email: `one-${i}@example.org`, password: "guess" })),
  );
  assert.deepEqual(new Set(tries.map((one) => one.status)), new Set([422]));
  const next = await eve.post("/sign-in", { email: ada.email, password: ada.password });
  assert.equal(next.status, 429);
  assert.ok(Number(next.headers.get("retry-after")) > 500);
  assert.match(next.text, /network.*Try again in 10 minutes/);
  assert.equal(await guest.isIn(), true, "who is in stays in");
  server.clock.push(10 * 60_000);
  assert.equal((await eve.post("/sign-in", { email: ada.email, password: ada.password })).status, 303);
});

test("a made-up X-Forwarded-For buys no fresh tries", async (t) => {
  const trying = async (settings: Record<string, string>) => {
    const server = await startTestServer({ settings });
    t.after(() => server.close());
    await new Guest(server).signUp(ada);
    const eve = new Guest(server);
    await eve.get("/sign-in");
    return async (n: number, from: string): Promise<number> => {
      const guess = { email: `one-${n}@example.org`, password: "guess" };
      return (await eve.post("/sign-in", guess, { "x-forwarded-for": from })).status;
    };
  };
  const direct = await trying({});
  const tries = Array.from({ length: 20 }, (_one, n) => direct(n, `203.0.113.${n}`));
  assert.deepEqual(new Set(await Promise.all(tries)), new Set([422]));
  assert.equal(await direct(20, "203.0.113.20"), 429, "the line's own address counts");

  const proxied = await trying({ TRUST_PROXY: "127.0.0.1" });
  await Promise.all(Array.from({ length: 20 }, (_one, n) => proxied(n, "203.0.113.1")));
  assert.equal(await proxied(20, "203.0.113.1"), 429);
  assert.equal(await proxied(21, "203.0.113.2"), 422, "behind the proxy each counts for itself");
  assert.equal(await proxied(22, "203.0.113.3, 203.0.113.1"), 429, "what the proxy saw counts, not what it was told");
});

test("sign-ups are counted per address", async (t) => {
  const server = await startTestServer();
  t.after(() => server.close());
  await new Guest(server).signUp(ada);
  server.running.wired.house.db.run("INSERT INTO settings (name, value) VALUES ('sign_up', 'open')");
  const statuses: number[] = [];
  for (let i = 0; i < 5; i += 1) {
    const { status } = await new Guest(server).signUp({ ...ada, email: `n${i}@example.org` });
    statuses.push(status);
  }
  assert.deepEqual(statuses, [303, 303, 303, 303, 429], "the owner's was the first of five");
  server.clock.push(3600_000);
  assert.equal((await new Guest(server).signUp({ ...ada, email: "later@example.org" })).status, 303);
});
