/** The time in the form, in words and in doubt. */
import assert from "node:assert/strict";
import test from "node:test";
import { readCompose } from "../../../src/posts/pages/form.ts";
import { clockNote, presetOf, whenOf } from "../../../src/posts/pages/when.ts";

const zone = "Europe/Paris";
const now = Date.UTC(2026, 10, 22, 10, 0);
const at = (date: string, time: string, timeZone = zone) =>
  whenOf(readCompose({ date, time, timeZone }, zone), zone, now);

test("the button says the chosen time, and the zone where it is not the workspace's", () => {
  assert.equal(at("", "").button, "Schedule");
  assert.equal(at("2026-11-22", "17:30").button, "Schedule for today 17:30");
  assert.equal(at("2026-11-25", "17:30").button, "Schedule for Wed 17:30");
  assert.equal(at("2026-12-09", "17:30").button, "Schedule for Wed 9 Dec 17:30");
  assert.equal(at("2026-11-25", "17:30", "Asia/Tokyo").button, "Schedule for Wed 17:30 in Tokyo");
});

test("the wall time is meant in the chosen zone", () => {
  assert.equal(at("2026-11-25", "17:30").at, Date.UTC(2026, 10, 25, 16, 30));
  assert.equal(at("2026-11-25", "17:30", "Asia/Tokyo").at, Date.UTC(2026, 10, 25, 8, 30));
});

test("what is wrong is said beside its field, with what to do", () => {
  assert.equal(at("2026-11-22", "10:30").problem?.message, "That time has passed.");
  assert.equal(at("2026-11-25", "").problem?.field, "time");
  assert.equal(at("", "17:30").problem?.field, "date");
  assert.equal(at("2026-02-30", "17:30").problem?.message, "There is no such date.");
  assert.equal(at("2026-11-25", "17:30", "Mars/Olympus").problem?.field, "timeZone");
  assert.equal(at("2026-11-22", "11:00").problem, null);
});

test("a missing time is a problem only once Schedule was pressed", () => {
  const form = readCompose({}, zone);
  assert.equal(whenOf(form, zone, now).problem, null);
  assert.equal(whenOf(form, zone, now, true).problem?.field, "date");
});

test("the nights on which the clocks change are explained", () => {
  assert.match(clockNote("2027-03-28T02:30", zone), /skip 02:30 that night; it goes out at 03:30/);
  assert.match(clockNote("2026-10-25T02:30", zone), /show 02:30 twice; the first is meant/);
  assert.equal(clockNote("2026-11-25T02:30", zone), "");
});

test("a link may preset a day, a moment or an instant", () => {
  assert.deepEqual(presetOf("2026-12-01", zone), { date: "2026-12-01", time: "" });
  assert.deepEqual(presetOf("2026-12-01T09:15", zone), { date: "2026-12-01", time: "09:15" });
  assert.deepEqual(presetOf(String(Date.UTC(2026, 11, 1, 8, 15)), zone), { date: "2026-12-01", time: "09:15" });
  assert.equal(presetOf("tomorrow", zone), null);
});
