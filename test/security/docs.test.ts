/** docs/security.md says of every item where it is met and by which test, and names only what is there. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { sealedColumns } from "../../src/vault/index.ts";
import { memoryDatabase } from "../support/database.ts";
import { root } from "../support/source.ts";

const page = readFileSync(path.join(root, "docs/security.md"), "utf8");

/** The items of ASVS 5.0.0 that a panel like this is judged by. */
const ITEMS =
  `1.2.1 1.2.2 1.2.4 1.2.5 1.2.10 1.3.1 1.3.5 1.3.4 1.3.6 1.3.11 1.5.1 2.2.1 2.2.2 2.3.1 2.3.3 2.4.1 3.2.1 3.3.1 3.3.2
3.3.3 3.3.4 3.4.1 3.4.3 3.4.4 3.4.5 3.4.6 3.5.1 3.5.3 3.7.2 4.1.3 15.3.4 5.2.1 5.2.2 5.2.3 5.3.2 5.4.1 5.4.2 5.4.3 6.1.1 6.3.1
6.1.3 6.3.4 6.2.1 6.2.3 6.2.12 6.3.3 6.4.1 6.4.3 6.5.1 6.8.1 6.8.2 6.8.4 7.1.1 7.2.2 7.3.1 7.3.2 7.4.1 7.4.2 7.4.3 7.4.5 7.5.1
7.5.2 7.6.2 8.2.1 8.2.2 8.2.3 8.4.1 9.1.2 9.1.3 9.2.1 9.2.3 10.1.1 10.1.2 10.2.1 10.2.2 10.5.1 11.1.1 11.1.2 11.2.2 11.3.2 11.3.3
11.4.2 11.5.1 12.2.1 12.3.2 13.2.1 13.2.4 13.3.1 13.4.2 13.4.5 14.1.1 14.1.2 14.2.1 14.2.4 14.3.2 14.3.3 15.1.2 15.2.1 15.3.3
15.3.6 16.2.5 16.3.1 16.3.2 16.4.1 16.4.3 16.5.1 16.5.3`.split(/\s+/);

const rows = page
  .slice(page.indexOf("## OWASP ASVS"))
  .split("\n")
  .filter((line) => /^\| \d/.test(line))
  .map((line) => line.split("|").map((cell) => cell.trim()));

test("every item is judged", () => {
  const named = rows.map((row) => ` ${row[1]!.replaceAll("–", " ").replaceAll(",", " ")} `).join(" ");
  assert.deepEqual(
    ITEMS.filter((item) => !named.includes(` ${item} `)),
    [],
  );
  for (const [, items, verdict] of rows) assert.match(verdict!, /^(\*\*(met|partly|not met)\*\*|n\/a)$/, items);
});

test("what is met names a place and a test, and both are there", () => {
  const paths = (cell: string): string[] => [...cell.matchAll(/`([\w./-]+\.\w+)`/g)].map((match) => match[1]!);
  for (const [, items, verdict, , place, proof] of rows) {
    for (const one of [...paths(place!), ...paths(proof!)])
      assert.ok(existsSync(path.join(root, one)), `${items}: ${one}`);
    if (!/\*\*(met|partly)\*\*/.test(verdict!)) continue;
    assert.ok(paths(place!).length > 0, `${items} names no place`);
    assert.ok(
      paths(proof!).some((one) => /^test\/.+\.test\.ts$/.test(one)),
      `${items} names no test`,
    );
  }
});

test("what is not met is said again in words, and what is sealed is what the page says", (t) => {
  const said = page.slice(page.lastIndexOf("## What is not met"));
  for (const [, items, verdict] of rows) {
    if (verdict === "n/a" || verdict === "**met**") continue;
    assert.ok(
      items!.split(" / ").some((item) => said.includes(item)),
      `${items} is not said`,
    );
  }
  const db = memoryDatabase();
  t.after(() => db.close());
  const sealed = sealedColumns(db).map(({ table }) => table);
  assert.deepEqual([...new Set(sealed)].sort(), ["channels", "oauth_flows", "platform_apps", "publications"]);
});
