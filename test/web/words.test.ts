/** Times, sizes and counts as people say them, in their own zone. */
import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { words } from "../../src/web/index.ts";

const now = Date.UTC(2026, 10, 22, 23, 30);
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

test("the day is the day where the person is", () => {
  assert.equal(words.dayAndTime(now, "UTC", now), "today 23:30");
  assert.equal(words.dayAndTime(now, "Asia/Tokyo", now), "today 08:30");
  assert.equal(words.isoDay(now, "Asia/Tokyo"), "2026-11-23");
  assert.equal(words.dayAndTime(now + hour, "UTC", now), "tomorrow 00:30");
  assert.equal(words.dayAndTime(now - day, "UTC", now), "yesterday 23:30");
  assert.equal(words.dayAndTime(now + 3 * day, "UTC", now), "Wed 25 Nov 23:30");
  assert.equal(words.longDay(now, "UTC"), "Sunday, 22 November");
  assert.equal(words.fullDate(now, "UTC"), "22 November 2026");
  assert.equal(words.zoneName("America/New_York"), "New York");
});

test("clocks and days are what the browser would show, in any zone", () => {
  const shown = (at: number, timeZone: string, options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat("en-GB", { timeZone, ...options }).format(at);
  const from = { min: Date.UTC(1973, 0), max: Date.UTC(2100, 0) };
  fc.assert(
    fc.property(fc.integer(from), fc.constantFrom(...Intl.supportedValuesOf("timeZone")), (at, zone) => {
      const time = shown(at, zone, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
      assert.equal(words.clockSeconds(at, zone), time);
      assert.equal(words.clockTime(at, zone), time.slice(0, 5));
      const short = shown(at, zone, { weekday: "short", day: "numeric", month: "short" });
      assert.equal(words.shortDay(at, zone), short.replace(",", ""));
      const weekday = shown(at, zone, { weekday: "long" });
      assert.equal(words.longDay(at, zone), `${weekday}, ${shown(at, zone, { day: "numeric", month: "long" })}`);
      assert.equal(words.fullDate(at, zone), shown(at, zone, { day: "numeric", month: "long", year: "numeric" }));
      const iso = shown(at, zone, { day: "2-digit", month: "2-digit", year: "numeric" });
      assert.equal(words.isoDay(at, zone), iso.split("/").reverse().join("-"));
    }),
    { numRuns: 2000 },
  );
  assert.throws(() => words.clockTime(now, "Nowhere/Land"), RangeError);
});

test("distances", () => {
  assert.equal(words.distance(now + 5000, now), "now");
  assert.equal(words.distance(now + 45_000, now), "in 45 seconds");
  assert.equal(words.distance(now - minute, now), "a minute ago");
  assert.equal(words.distance(now + 5 * hour + 41 * minute, now), "in 5 h 41 min");
  assert.equal(words.distance(now - 2 * hour, now), "2 h ago");
  assert.equal(words.distance(now - 3 * day, now), "3 days ago");
});

test("sizes, lengths and counts", () => {
  assert.equal(words.fileSize(999), "999 bytes");
  assert.equal(words.fileSize(1500), "1.5 kB");
  assert.equal(words.fileSize(52_000_000), "52 MB");
  assert.equal(words.fileSize(999_600), "1 MB");
  assert.equal(words.fileSize(4_294_967_296), "4.3 GB");
  assert.deepEqual([0, 1, 12, 13, 1000].map(words.number), ["No", "One", "Twelve", "13", "1,000"]);
  assert.equal(words.playTime(48_000), "0:48");
  assert.equal(words.playTime(3_723_000), "1:02:03");
  assert.equal(words.count(1, "channel"), "one channel");
  assert.equal(words.count(1200, "reply", "replies"), "1,200 replies");
});
