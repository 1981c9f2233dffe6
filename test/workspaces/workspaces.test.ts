/** The workspace form: name, time zone, and how late a post may still go out, in minutes or hours. */
import assert from "node:assert/strict";
import test from "node:test";
import { graceFields } from "../../src/workspaces/index.ts";
import { Guest } from "../accounts/guest.ts";
import { ada, startTestServer } from "../support/server.ts";

test("the workspace form", async (t) => {
  const server = await startTestServer();
  t.after(() => server.close());
  const { db } = server.running.wired.house;
  const guest = new Guest(server);
  await guest.signUp(ada);
  const { html } = await guest.get("/settings");
  assert.match(html, />How late may a post still go out<\/label>/);
  assert.match(html, /name="grace"[^>]*value="1"/);
  assert.match(html, /<option value="hours" selected>/);
  assert.match(html, /<option value="Europe\/Paris" selected>/);

  const save = (fields: Record<string, string>) =>
    guest.post("/settings/workspace", {
      workspaceName: "Clock workshop",
      timeZone: "America/New_York",
      grace: "90",
      graceUnit: "minutes",
      ...fields,
    });
  const stored = () => db.get("SELECT name, time_zone, missed_grace_ms FROM workspaces");
  const before = stored();
  for (const [fields, says] of [
    [{ workspaceName: " " }, /id="workspaceName-about">Write a name/],
    [{ timeZone: "Mars/Base" }, /Choose a time zone from the list/],
    [{ grace: "soon" }, /id="grace-about">Write a whole number/],
    [{ grace: "-1" }, /id="grace-about">Write a whole number/],
    [{ grace: "169", graceUnit: "hours" }, /id="grace-about">A week/],
  ] as const) {
    const refused = await save(fields);
    assert.equal(refused.status, 422, JSON.stringify(fields));
    assert.match(refused.html, says);
    assert.match(refused.html, /value="(169|90|soon|-1)"/, "what was written comes back");
  }
  assert.deepEqual(stored(), before);

  assert.equal((await save({})).headers.get("location"), "/settings#workspace");
  assert.deepEqual(stored(), { name: "Clock workshop", time_zone: "America/New_York", missed_grace_ms: 90 * 60_000 });
  assert.deepEqual(db.get("SELECT time_zone FROM accounts"), { time_zone: "America/New_York" });
  await save({ grace: "0" });
  assert.match((await guest.get("/settings")).html, /name="grace"[^>]*value="0"/);
  await save({ grace: "168", graceUnit: "hours" });
  assert.deepEqual(stored(), {
    name: "Clock workshop",
    time_zone: "America/New_York",
    missed_grace_ms: 168 * 3600_000,
  });
});

test("the grace is written in the unit that reads best", () => {
  assert.deepEqual(graceFields(3600_000), { grace: "1", graceUnit: "hours" });
  assert.deepEqual(graceFields(90 * 60_000), { grace: "90", graceUnit: "minutes" });
  assert.deepEqual(graceFields(0), { grace: "0", graceUnit: "minutes" });
});
