/** A slice of the fault matrix, every request of one way of publishing per platform; scripts/matrix.ts runs the whole. */
import assert from "node:assert/strict";
import test from "node:test";
import { brokenCells, matrix } from "../../scripts/matrix.ts";
import { faults } from "../../scripts/matrix/faults.ts";
import { flows } from "../../scripts/matrix/flows.ts";

const slice = ["tiktok, video", "youtube, video", "instagram, photo", "facebook, text"];
/** An answer that is lost, and one that is not the platform's. */
const worst = ["reset after effect", "403 page of a proxy"];

test("whichever request breaks: never two posts, and every state is true", async () => {
  const tables = await matrix({
    flows: flows.filter((flow) => slice.includes(`${flow.platform}, ${flow.name}`)),
    faults: faults.filter((fault) => worst.includes(fault.name)),
  });
  assert.deepEqual(brokenCells(tables), []);
  const cells = tables.flatMap((table) => table.rows.flatMap((row) => row.cells));
  assert.equal(tables.length, slice.length);
  assert.ok(cells.length > 35, `${cells.length} cells`);
  assert.ok(cells.filter((cell) => cell.hit).length > cells.length * 0.9, "the faults were met");
});
