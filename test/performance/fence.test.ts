/** Of all that publishing writes, the fence, the answer and the end wait for the disk; steps that are taken again do not. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import test, { type TestContext } from "node:test";
import { readConfig } from "../../src/config/index.ts";
import type { PublicationRow } from "../../src/database/index.ts";
import { findPlatform, type Session } from "../../src/platforms/index.ts";
import { makeDelivery } from "../../src/publishing/delivery.ts";
import { PublicationRows } from "../../src/publishing/rows.ts";
import { wire, type Wired } from "../../src/wiring.ts";

function opened(t: TestContext): { wired: Wired; rows: PublicationRows } {
  const folder = mkdtempSync(path.join(tmpdir(), "postern-fence-"));
  const settings = { DATA_DIR: folder, LOG_LEVEL: "silent" };
  const wired = wire(readConfig(settings, path.join(folder, "no.env")), { port: 1, logTo: { write: () => undefined } });
  t.after(async () => {
    await wired.close();
    rmSync(folder, { recursive: true, force: true });
  });
  wired.house.db.sqlite.exec(`
    INSERT INTO workspaces (id, name, time_zone, created_at) VALUES ('w', 'W', 'UTC', 0);
    INSERT INTO channels (id, workspace_id, platform, remote_id, state, connected_at, created_at) VALUES ('c', 'w', 'tiktok', 'r', 'ready', 0, 0);
    INSERT INTO posts (id, workspace_id, state, time_zone, created_at, updated_at) VALUES ('p', 'w', 'planned', 'UTC', 0, 0);
    INSERT INTO publications (id, workspace_id, post_id, channel_id, platform, state, due_at, created_at, updated_at)
      VALUES ('n', 'w', 'p', 'c', 'tiktok', 'scheduled', 0, 0, 0);`);
  return { wired, rows: new PublicationRows(wired.house) };
}

test("a publication's way through its states", (t) => {
  const { wired, rows } = opened(t);
  const { db } = wired.house;
  const waited: Array<[string, boolean]> = [];
  let row = rows.row("n")!;
  // Seen from inside the transaction, where the setting that holds for its end is in force.
  const go = (...[to, change]: [PublicationRow["state"], Parameters<PublicationRows["move"]>[2]]): void => {
    const run = db.run.bind(db);
    db.run = (sql, params) => {
      waited.push([`${row.fence} → ${to}`, db.sqlite.pragma("synchronous", { simple: true }) === 2]);
      return run(sql, params);
    };
    try {
      row = rows.move(row, to, change);
    } finally {
      db.run = run;
    }
  };
  const memory = { failures: 0, checkpoint: {} };
  go("publishing", { started_at: 1 });
  go("publishing", { memory });
  go("confirming", { memory, fence: "committed" });
  go("confirming", { memory, fence: "committed" });
  go("confirming", { memory, fence: "answered" });
  go("confirming", { memory });
  go("published", { published_at: 2, memory: null });
  assert.deepEqual(waited, [
    ["open → publishing", false],
    ["open → publishing", false],
    ["open → confirming", true],
    ["committed → confirming", true],
    ["committed → confirming", true],
    ["answered → confirming", false],
    ["answered → published", true],
  ]);
});

test("what a module saves waits for the disk once it is past the fence", (t) => {
  const { wired, rows } = opened(t);
  const { house, media } = wired;
  const { db } = house;
  const platform = findPlatform("facebook")!;
  const hold = { row: rows.move(rows.row("n")!, "publishing", { started_at: 1 }), memory: { failures: 0 } };
  const session = { remoteId: "r" } as Session;
  const content = { text: "", mediaIds: [], options: {} };
  const facts = { session, content, options: {}, signal: new AbortController().signal, onProgress: () => undefined };
  const delivery = makeDelivery({ house, rows, media, platform, hold, ...facts });
  const landed = { phase: "landed", postId: null, videoId: null, photoIds: [], landedAt: 0, looks: 0, warnings: [] };
  const waited: boolean[] = [];
  const run = db.run.bind(db);
  db.run = (sql, params) => {
    if (sql.startsWith("UPDATE publications")) waited.push(db.sqlite.pragma("synchronous", { simple: true }) === 2);
    return run(sql, params);
  };
  delivery.save({ phase: "photos", photoIds: ["1"], since: 0 });
  delivery.commit({ ...landed, comment: "open" });
  delivery.save({ ...landed, comment: "open" });
  // Once this is written the comment is sent; were it taken back, it could be sent a second time.
  delivery.save({ ...landed, comment: "sent" });
  db.run = run;
  assert.deepEqual(waited, [false, true, true, true]);
  assert.equal(rows.row("n")?.fence, "answered");
});
