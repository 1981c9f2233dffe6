/** A slice of the fault matrix, some ways of publishing, signing in and disconnecting; scripts/matrix.ts runs the whole. */
import assert from "node:assert/strict";
import test from "node:test";
import { brokenCells, matrix } from "../../scripts/matrix.ts";
import { faults } from "../../scripts/matrix/faults.ts";
import { flows } from "../../scripts/matrix/flows.ts";
import { signInFlows } from "../../scripts/matrix/sign-ins.ts";

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

const doors = [
  "tiktok, signing in",
  "tiktok, disconnecting",
  "youtube, disconnecting",
  "instagram, signing in through a Page",
  "facebook, disconnecting",
];
const strange = ["reset after effect", "wrong content type"];

test("whichever request of a sign-in or a disconnection breaks: a whole channel or none, and gone is gone", async () => {
  const tables = await matrix({
    flows: signInFlows.filter((flow) => doors.includes(`${flow.platform}, ${flow.name}`)),
    faults: faults.filter((fault) => strange.includes(fault.name)),
  });
  assert.deepEqual(brokenCells(tables), []);
  const cells = tables.flatMap((table) => table.rows.flatMap((row) => row.cells));
  assert.equal(tables.length, doors.length);
  assert.ok(cells.length > 30, `${cells.length} cells`);
  assert.ok(
    cells.every((cell) => cell.hit),
    "the faults were met",
  );
  const ends = [...tables.map((table) => table.clean), ...cells].map((cell) => cell.state);
  assert.deepEqual(
    [...new Set(ends)].sort(),
    ["connected", "not connected", "not withdrawn", "withdrawn"],
    "both ends of both ways were seen",
  );
});
