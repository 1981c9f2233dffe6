/** Requests counted against a platform's limits: before they leave, per channel or per install, across restarts. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import test from "node:test";
import { nextMidnight, RateWindows } from "../../src/channels/rates.ts";
import { migrate, openDatabase } from "../../src/database/index.ts";
import type { House } from "../../src/house.ts";
import { PlatformError, type Platform, type Rate } from "../../src/platforms/contract.ts";

const MINUTE = 60_000;
const START = Date.UTC(2026, 10, 22, 12);
const init = { method: "POST", url: "https://api.example/v2/init/?x=1" } as const;

/** The rates of one platform on a database that can be closed and opened again. */
function open(t: { after(work: () => void): void }, rates: Rate[]) {
  const folder = mkdtempSync(path.join(tmpdir(), "postern-rates-"));
  const file = path.join(folder, "postern.db");
  const clock = { at: START, now: () => clock.at };
  let db = openDatabase({ file });
  migrate(db, { now: START });
  t.after(() => {
    db.close();
    rmSync(folder, { recursive: true });
  });
  const platform = { id: "example", name: "Example", limits: { rates } } as unknown as Platform;
  const made = () => new RateWindows({ db, clock } as unknown as House);
  let windows = made();
  return {
    clock,
    take: (channel = "a", request: { method: "GET" | "POST"; url: string } = init) =>
      windows.take(platform, channel, request),
    forget: (channel: string) => windows.forgetChannel(platform.id, channel),
    sweep: () => windows.sweep(),
    rows: () => db.all<{ name: string; used: number }>("SELECT name, used FROM rate_windows"),
    reopen() {
      db.close();
      db = openDatabase({ file });
      windows = made();
    },
  };
}

function refusedUntil(work: () => unknown): number {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof PlatformError);
    assert.equal(error.kind, "rate_limited");
    assert.equal(error.sent, false);
    assert.match(error.message, /Example takes no more requests/);
    return error.until!;
  }
  assert.fail("it was let through");
}

const six: Rate = { request: "POST api.example/v2/init/", per: "channel", max: 6, window: MINUTE };

test("a window slides: never more than its number in any minute", (t) => {
  const desk = open(t, [six]);
  const sent: number[] = [];
  for (let second = 0; second < 600; second += 1) {
    desk.clock.at = START + second * 1000;
    try {
      desk.take();
      sent.push(desk.clock.at);
    } catch (error) {
      assert.ok(error instanceof PlatformError && error.until! > desk.clock.at);
    }
  }
  for (const at of sent) {
    const within = sent.filter((other) => other >= at && other < at + MINUTE).length;
    assert.ok(within <= 6, `${within} in the minute after ${at - START}`);
  }
  assert.ok(sent.length >= 50, `${sent.length} in ten minutes: the window does not waste much`);
});

test("`until` is when the next one fits", (t) => {
  const desk = open(t, [six]);
  for (let i = 0; i < 6; i += 1) desk.take();
  const until = refusedUntil(() => desk.take());
  assert.ok(until > START + MINUTE && until <= START + MINUTE + 5000);
  desk.clock.at = until - 1;
  refusedUntil(() => desk.take());
  desk.clock.at = until;
  desk.take();
});

test("a restart forgets nothing", (t) => {
  const desk = open(t, [six]);
  for (let i = 0; i < 6; i += 1) desk.take();
  desk.reopen();
  desk.clock.at += 30_000;
  refusedUntil(() => desk.take());
  desk.take("b");
});

test("per channel, per install, and other requests", (t) => {
  const desk = open(t, [six, { ...six, per: "platform", max: 8 }]);
  for (let i = 0; i < 6; i += 1) desk.take("a");
  refusedUntil(() => desk.take("a"));
  desk.take("b");
  desk.take("b");
  refusedUntil(() => desk.take("b"));
  desk.take("b", { method: "GET", url: init.url });
  desk.take("b", { method: "POST", url: "https://api.example/v2/status/" });
  desk.take("b", { method: "POST", url: "https://elsewhere.example/v2/init/" });
});

test("what a full window refuses is counted nowhere", (t) => {
  const desk = open(t, [
    { ...six, per: "platform", max: 10 },
    { ...six, max: 1 },
  ]);
  desk.take("a");
  for (let i = 0; i < 20; i += 1) refusedUntil(() => desk.take("a"));
  const used = desk.rows().reduce((sum, row) => sum + row.used, 0);
  assert.equal(used, 2);
});

test("a request that never left gives its place back", (t) => {
  const desk = open(t, [{ ...six, max: 1 }]);
  desk.take()();
  desk.take();
  refusedUntil(() => desk.take());
});

test("the vendor's day ends at midnight there", (t) => {
  const desk = open(t, [{ ...six, per: "platform", max: 2, window: { dayIn: "America/Los_Angeles" } }]);
  desk.take();
  desk.take("b");
  const midnight = Date.UTC(2026, 10, 23, 8);
  assert.equal(
    refusedUntil(() => desk.take("c")),
    midnight,
  );
  desk.clock.at = midnight;
  desk.take("c");
  // In the night when summer time ends the day has 25 hours.
  assert.equal(nextMidnight(Date.UTC(2026, 10, 1, 7, 30), "America/Los_Angeles"), Date.UTC(2026, 10, 2, 8));
});

test("counts are swept when they are over, and go with their channel", (t) => {
  const desk = open(t, [six, { ...six, per: "platform", max: 99 }]);
  desk.take("a");
  desk.take("b");
  desk.forget("a");
  assert.deepEqual(
    desk
      .rows()
      .map((row) => row.name.split("|")[1])
      .sort(),
    ["*", "b"],
  );
  desk.sweep();
  assert.equal(desk.rows().length, 2);
  desk.clock.at += 3 * MINUTE;
  desk.sweep();
  assert.equal(desk.rows().length, 0);
});
