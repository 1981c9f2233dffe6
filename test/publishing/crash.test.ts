/** The real process under SIGKILL, each kind of kill once; `npm run test:crash -- --kills 2000 --publications 200` is the long one. */
import assert from "node:assert/strict";
import test from "node:test";
import { crash } from "../../scripts/crash.ts";

test("killed while publishing, starting, backing up, rotating, migrating and disconnecting: none lost, none twice, no false state", async () => {
  const figures = await crash({ kills: 12, publications: 12, finishWithin: 10_000 });
  assert.deepEqual(
    { lost: figures.lost, twice: figures.twice, failed: figures.failed, false: figures.false, faults: figures.faults },
    { lost: 0, twice: 0, failed: 0, false: [], faults: [] },
  );
  assert.ok(
    Object.values(figures.killedWhile).every((kills) => kills > 0),
    JSON.stringify(figures.killedWhile),
  );
  const left = Object.values(figures.disconnected).reduce((sum, n) => sum + n, 0);
  const { published, unconfirmed, underWay } = figures;
  assert.equal(published + unconfirmed + underWay + left, figures.publications, JSON.stringify(figures));
});
