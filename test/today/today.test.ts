/** What Today says at the top and under "Just landed" is so. */
import assert from "node:assert/strict";
import test from "node:test";
import { titleFor, todayView } from "../../src/today/today.ts";
import { openCalendar } from "../calendar/site.ts";

const HOUR = 3_600_000;

test("the title counts what goes out, and says it when all that is left has stopped", () => {
  const title = (...states: string[]): string => titleFor(states.map((word) => ({ state: { word } })));
  assert.equal(title(), "Nothing goes out today");
  assert.equal(title("Scheduled"), "One post goes out today");
  assert.equal(title("Scheduled", "Published", "Failed"), "Two posts go out today");
  assert.equal(title("Published", "Failed"), "One post went out today");
  assert.equal(title("Failed"), "One post needs you today");
  assert.equal(title("Held", "Unconfirmed", "In your inbox"), "Three posts need you today");
});

test("what landed a minute ago stands there, however long ago it was due", async (t) => {
  const site = await openCalendar(t);
  const { db, clock } = site.wired.house;
  const late = site.plan("2026-11-25T17:30", { text: "Late but there" });
  const old = site.plan("2026-11-26T17:30", { text: "Landed long ago" });
  const land = (post: string, due: number, at: number): unknown =>
    db.run(
      "UPDATE publications SET state = 'published', fence = 'answered', due_at = ?, published_at = ? WHERE post_id = ?",
      [due, at, post],
    );
  land(late, clock.now() - 72 * HOUR, clock.now() - 60_000);
  land(old, clock.now() - HOUR, clock.now() - 25 * HOUR);
  const { landed } = todayView(site.wired, { ...site.workspace, name: "Studio" });
  assert.deepEqual(
    landed.map(({ title }) => title),
    ["Late but there"],
  );
});
