/** What was erased leaves the write-ahead log as soon as nobody reads it, and nobody stands still for that. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import test from "node:test";
import { clearLog, foldLog, openDatabase } from "../../src/database/index.ts";

test("while a backup reads, an erasure does not stop the process, and the log is emptied afterwards", async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), "postern-log-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, "postern.db");
  const log = (): string => readFileSync(`${file}-wal`, "latin1");
  const db = openDatabase({ file });
  const reader = openDatabase({ file, readonly: true });
  t.after(() => db.close());
  t.after(() => reader.close());
  db.sqlite.exec("CREATE TABLE words (text TEXT)");
  db.run("INSERT INTO words (text) VALUES ('a sealed token')");
  reader.sqlite.exec("BEGIN");
  assert.equal(reader.all("SELECT text FROM words").length, 1);
  db.run("DELETE FROM words");

  let longest = 0;
  let before = performance.now();
  const ticks = setInterval(() => {
    longest = Math.max(longest, performance.now() - before);
    before = performance.now();
  }, 10);
  t.after(() => clearInterval(ticks));
  const cleared = clearLog(db);
  foldLog(db);
  assert.match(log(), /a sealed token/);
  assert.equal(await cleared, false);
  assert.ok(longest < 1500, `the process stood still for ${longest.toFixed(0)} ms`);
  assert.equal(db.sqlite.pragma("busy_timeout", { simple: true }), 5000);

  reader.sqlite.exec("COMMIT");
  foldLog(db);
  assert.equal(log(), "");
});
