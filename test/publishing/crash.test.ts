/** The real process under SIGKILL, a short run; `npm run test:crash -- --kills 200` is the long one. */
import assert from "node:assert/strict";
import test from "node:test";
import { crash } from "../../scripts/crash.ts";

test("killed at random moments: none lost, none twice, no false state", async () => {
  const figures = await crash({ kills: 6, publications: 16 });
  assert.deepEqual(
    {
      lost: figures.lost,
      twice: figures.twice,
      failed: figures.failed,
      false: figures.false,
      integrity: figures.integrity,
    },
    { lost: 0, twice: 0, failed: 0, false: [], integrity: "ok" },
  );
  assert.equal(figures.published + figures.unconfirmed, figures.publications, JSON.stringify(figures));
});
