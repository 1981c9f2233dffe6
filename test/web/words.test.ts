/** Times, sizes and counts as people say them, in their own zone. */
import assert from "node:assert/strict";
import test from "node:test";
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
