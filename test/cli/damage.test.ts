/** A database that is damaged, newer or in use: the command line says so and leaves it as it is. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import type { Finding } from "../../src/cli/doctor.ts";
import { holdDataFolder, openDatabase } from "../../src/database/index.ts";
import { operator, type Operator } from "./postern.ts";

async function database(one: Operator): Promise<Finding> {
  const { code, out } = await one.run(["doctor", "--json"]);
  assert.equal(code, 1);
  return (JSON.parse(out) as { findings: Finding[] }).findings.find((finding) => finding.check === "database")!;
}

test("doctor on a database of a newer version, and on one that is none", async (t) => {
  const one = operator(t);
  await one.run(["migrate"]);
  const file = path.join(one.dataDir, "postern.db");
  const db = openDatabase({ file });
  db.run("INSERT INTO migrations VALUES ('9999_later.sql', 1)");
  db.close();
  const newer = await database(one);
  assert.match(newer.message, /newer Postern \(9999_later\.sql\)/);
  assert.match(newer.remedy, /Install that version/);

  const bytes = readFileSync(file);
  bytes.fill(0x5a, 0, 4096);
  writeFileSync(file, bytes);
  const damaged = await database(one);
  assert.match(damaged.message, /damaged/);
  assert.match(damaged.remedy, /backup/);
  assert.deepEqual(readFileSync(file), bytes, "left as it is");
});

test("a command never changes the schema under a running server", async (t) => {
  const one = operator(t);
  const letGo = holdDataFolder(one.dataDir);
  const busy = await one.run(["create-account", "--email", "a@example.org", "--name", "A"]);
  letGo();
  assert.equal(busy.code, 1);
  assert.match(busy.err, /Another Postern process is using/);
  assert.equal((await one.run(["create-account", "--email", "a@example.org", "--name", "A"])).code, 0);
});
