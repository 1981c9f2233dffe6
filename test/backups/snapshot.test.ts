/** The copy of the database is of one instant although somebody writes all the while, and nothing erased comes along. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { takeSnapshot } from "../../src/backups/snapshot.ts";
import { openDatabase } from "../../src/database/index.ts";
import { folder } from "./home.ts";

const PIECES = 400;

test("one instant beside a writer, no second begin, no journal, nothing that was erased", async (t) => {
  const home = folder(t);
  const [from, to] = [path.join(home, "from.db"), path.join(folder(t), "to.db")];
  const db = openDatabase({ file: from });
  t.after(() => db.close());
  db.sqlite.exec("CREATE TABLE pieces (n INTEGER, turn INTEGER, text TEXT)");
  const insert = db.sqlite.prepare("INSERT INTO pieces VALUES (?, 0, ?)");
  db.transaction(() => {
    for (let n = 0; n < PIECES; n += 1) insert.run(n, "x".repeat(9000));
    for (let n = 0; n < 50; n += 1) insert.run(-1, `an erased word ${"y".repeat(9000)}`);
  });
  db.run("DELETE FROM pieces WHERE n < 0");
  db.sqlite.pragma("wal_checkpoint(TRUNCATE)");
  let turns = 0;
  const writer = setInterval(() => {
    turns += 1;
    // All rows in one transaction: a copy that mixes two moments has two numbers.
    db.lightly(() => db.run("UPDATE pieces SET turn = ? WHERE n % 7 = 0", [turns]));
  }, 1);
  t.after(() => clearInterval(writer));
  await takeSnapshot(from, to);
  clearInterval(writer);
  assert.ok(turns > 3, `the writer had only ${turns} turns`);

  assert.deepEqual(readdirSync(path.dirname(to)), ["to.db"]);
  assert.doesNotMatch(readFileSync(to, "latin1"), /an erased word/);
  const copy = openDatabase({ file: to, readonly: true });
  t.after(() => copy.close());
  assert.equal(copy.sqlite.pragma("integrity_check", { simple: true }), "ok");
  assert.equal(copy.sqlite.pragma("journal_mode", { simple: true }), "delete");
  assert.equal(copy.get<{ n: number }>("SELECT COUNT(*) AS n FROM pieces")?.n, PIECES);
  const moments = copy.all<{ turn: number }>("SELECT DISTINCT turn FROM pieces WHERE n % 7 = 0");
  assert.equal(moments.length, 1);
  assert.ok(moments[0]!.turn < turns, "the copy began anew when somebody wrote");
});
