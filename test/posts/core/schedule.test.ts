/** Wall times and instants: right through the gap and the fold of three zones, and there and back for any. */
import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { instantOf, wallTimeOf } from "../../../src/posts/index.ts";
import { isTimeZone } from "../../../src/time-zone.ts";

const utc = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

test("a time in the spring gap counts on from before it", () => {
  assert.equal(utc(instantOf("2027-03-28T02:30", "Europe/Paris")), "2027-03-28T01:30:00.000Z");
  assert.equal(utc(instantOf("2027-03-14T02:30", "America/New_York")), "2027-03-14T07:30:00.000Z");
  // Half an hour only: 02:00 becomes 02:30.
  assert.equal(utc(instantOf("2026-10-04T02:15", "Australia/Lord_Howe")), "2026-10-03T15:45:00.000Z");
});

test("a time that happens twice in autumn means the first", () => {
  assert.equal(utc(instantOf("2026-10-25T02:30", "Europe/Paris")), "2026-10-25T00:30:00.000Z");
  assert.equal(utc(instantOf("2026-11-01T01:30", "America/New_York")), "2026-11-01T05:30:00.000Z");
  assert.equal(utc(instantOf("2027-04-04T01:45", "Australia/Lord_Howe")), "2027-04-03T14:45:00.000Z");
});

test("the second pass of a fold has no wall time that leads back to it", () => {
  assert.equal(wallTimeOf(Date.parse("2026-10-25T00:30:00Z"), "Europe/Paris"), "2026-10-25T02:30");
  assert.equal(wallTimeOf(Date.parse("2026-10-25T01:30:00Z"), "Europe/Paris"), null);
  assert.equal(wallTimeOf(Date.parse("2026-10-25T12:00:01Z"), "Europe/Paris"), null);
  assert.equal(wallTimeOf(NaN, "Europe/Paris"), null);
});

test("what is no date has no instant", () => {
  for (const wall of [
    "",
    "tomorrow",
    "2026-02-30T10:00",
    "2026-13-01T10:00",
    "2026-12-01",
    "2026-12-01T24:00",
    "2026-12-01T17:30Z",
  ]) {
    assert.equal(instantOf(wall, "Europe/Paris"), null, wall);
  }
  assert.equal(instantOf("2026-12-01T17:30", "Mars/Olympus"), null);
});

test("only names of the IANA list are time zones", () => {
  for (const name of ["Europe/Paris", "UTC", "America/Argentina/Buenos_Aires", "Asia/Kolkata"])
    assert.ok(isTimeZone(name), name);
  for (const name of ["", "+02:00", "Mars/Olympus", "Europe/Paris; DROP", "x".repeat(80), "../etc"])
    assert.ok(!isTimeZone(name), name);
});

test("a wall time comes back as it went, unless the clock skips it", () => {
  const zones = ["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "UTC"];
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 20 * 366 * 1440 }), fc.constantFrom(...zones), (minutes, zone) => {
      const wall = new Date(Date.UTC(2020, 0, 1) + minutes * 60_000).toISOString().slice(0, 16);
      const at = instantOf(wall, zone);
      assert.ok(at !== null);
      const shown = wallTimeOf(at, zone);
      assert.ok(shown !== null);
      // In a gap it lands after it; the instant is then what comes back.
      assert.equal(instantOf(shown, zone), at);
      if (shown !== wall) assert.ok(shown > wall && Date.parse(`${shown}Z`) - Date.parse(`${wall}Z`) <= 24 * 3600_000);
    }),
    { numRuns: 500 },
  );
});
