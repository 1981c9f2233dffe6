/** The database: settings that every promise rests on, transactions, one process a folder. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import test, { type TestContext } from "node:test";
import { pathToFileURL } from "node:url";
import { holdDataFolder, openDatabase } from "../../src/database/index.ts";
import { memoryDatabase } from "../support/database.ts";

function temporary(t: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), "postern-db-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test("what is committed survives a power cut, what is deleted is gone, references hold", (t) => {
  const db = openDatabase({ file: path.join(temporary(t), "deep", "postern.db") });
  t.after(() => db.close());
  const pragma = (name: string) => db.sqlite.pragma(name, { simple: true });
  assert.equal(pragma("journal_mode"), "wal");
  assert.equal(pragma("synchronous"), 2, "FULL");
  assert.equal(pragma("foreign_keys"), 1);
  assert.equal(pragma("secure_delete"), 1);
  assert.equal(pragma("busy_timeout"), 5000);
});

test("a transaction is all or nothing, and joins the one that is open", (t) => {
  const db = memoryDatabase();
  t.after(() => db.close());
  const put = (name: string) => db.run("INSERT INTO settings (name, value) VALUES (?, 'x')", [name]);
  const names = () => db.all<{ name: string }>("SELECT name FROM settings ORDER BY name").map((row) => row.name);
  assert.throws(() =>
    db.transaction(() => {
      put("outer");
      db.transaction(() => put("inner"));
      throw new Error("no");
    }),
  );
  assert.deepEqual(names(), []);
  assert.equal(
    db.transaction(() => db.transaction(() => put("both"))),
    1,
  );
  assert.deepEqual(names(), ["both"]);
});

test("values come back as they were bound, and a statement is not compiled anew with each of them", (t) => {
  const db = memoryDatabase();
  t.after(() => db.close());
  for (const value of ["", "-1", "a+b", 0, -1.5, null, Buffer.from([0, 255]), 9007199254740991]) {
    assert.deepEqual(db.get("SELECT ? AS value", [value]), { value });
    assert.deepEqual(db.get("SELECT @value AS value", { value }), { value });
  }
  assert.deepEqual(db.get("SELECT 'a''s?' AS a, ? AS b, 'b@c' AS c", ["d"]), { a: "a's?", b: "d", c: "b@c" });
  const sql = "SELECT * FROM memberships WHERE account_id = ? ORDER BY created_at LIMIT 1";
  const once = db.sqlite.prepare(sql).bind("one");
  const time = (work: () => unknown): number => {
    const begun = performance.now();
    for (let i = 0; i < 1000; i += 1) work();
    return performance.now() - begun;
  };
  const rounds = Array.from({ length: 9 }, () => time(() => db.all(sql, ["one"])) / time(() => once.all()));
  // Compiling it takes four times as long as running it.
  assert.ok(
    Math.min(...rounds) < 2.5,
    `${rounds.map((one) => one.toFixed(1)).join(", ")} times a statement bound once`,
  );
});

test("only one process holds a data folder, and its end, however it comes, lets go", async (t) => {
  const folder = temporary(t);
  const door = pathToFileURL(path.resolve("src/database/index.ts")).href;
  const program = `import { holdDataFolder } from ${JSON.stringify(door)};
    globalThis.keep = holdDataFolder(${JSON.stringify(folder)}); console.log("held"); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => child.kill("SIGKILL"));
  await once(child.stdout, "data");
  assert.throws(() => holdDataFolder(folder), /Another Postern process is using .*two would publish the same posts/);
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;

  const letGo = holdDataFolder(folder);
  assert.throws(() => holdDataFolder(folder), /Another Postern process/, "the same process is no exception");
  letGo();
  holdDataFolder(folder)();
});
