/** Whatever the line, the process and the person do in whatever order: never twice, and every state is true. */
import assert from "node:assert/strict";
import test, { after } from "node:test";
import fc from "fast-check";
import { events } from "./line.ts";
import { Model } from "./publication-model.ts";

const DAYS_3 = 72 * 3_600_000;

const model = new Model();
after(() => model.db.close());

test("a publication against a platform that tells the truth over a line that does not", () => {
  fc.assert(
    fc.property(events, (list) => {
      model.reset();
      for (const event of list) {
        const before = model.row;
        model.apply(event);
        const { state, fence } = model.row;
        const at = `${JSON.stringify(event)} led from ${before.state}/${before.fence} to ${state}/${fence}`;
        assert.equal(model.violation, "", at);
        if (state === "published" || state === "in_inbox") assert.ok(model.landed, `${at}, and nothing is out`);
        if (["scheduled", "publishing", "held", "failed", "cancelled"].includes(state))
          assert.ok(!model.landed, `${at}, and the post is out`);
        if (state === "unconfirmed" && before.state !== "unconfirmed")
          assert.ok(model.cannotTell || model.now - model.sentAt > DAYS_3, `${at}: asked too early`);
        assertJob(at);
      }
    }),
    { numRuns: 1500 },
  );
});

/** What waits for a time, or is on its way, has a job; what has ended needs none. */
function assertJob(at: string): void {
  const { state } = model.row;
  const jobs = model.db.all<{ state: string }>("SELECT state FROM jobs WHERE state IN ('queued', 'running')");
  if (state === "scheduled") assert.equal(jobs.length, 1, `${at}: no job`);
  assert.ok(jobs.length <= 1, `${at}: two jobs`);
}
