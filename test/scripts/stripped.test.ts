/** scripts/stripped.mjs: the same program without its types, the same stack traces, and no stripper in the process. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import test, { type TestContext } from "node:test";
import { root } from "../support/source.ts";

const SAY = `import { name, type Name } from "./deep/name.ts";
const stripper = (process as unknown as { moduleLoadList: string[] }).moduleLoadList.some((one) => one.includes("amaro"));
const said: { name: Name; stripper: boolean; at: string } = { name, stripper, at: new Error().stack!.split("\\n")[1]! };
console.log(JSON.stringify(said));
`;

function house(t: TestContext): string {
  const home = mkdtempSync(path.join(tmpdir(), "postern-stripped-"));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  for (const folder of ["scripts", "node_modules", "src/deep"]) mkdirSync(path.join(home, folder), { recursive: true });
  cpSync(path.join(root, "scripts/stripped.mjs"), path.join(home, "scripts/stripped.mjs"));
  writeFileSync(path.join(home, "src/say.ts"), SAY);
  writeFileSync(
    path.join(home, "src/deep/name.ts"),
    "export type Name = string;\nexport const name: Name = 'first';\n",
  );
  return home;
}

function say(home: string): { name: string; stripper: boolean; at: string } {
  const args = ["--import", "./scripts/stripped.mjs", "src/say.ts"];
  const done = spawnSync(process.execPath, args, { cwd: home, encoding: "utf8" });
  assert.equal(done.stderr, "");
  return JSON.parse(done.stdout) as ReturnType<typeof say>;
}

test("types go, lines and columns stay, and the stripper is never loaded", (t) => {
  const home = house(t);
  const said = say(home);
  assert.equal(said.name, "first");
  assert.equal(said.stripper, false);
  assert.match(said.at, /src\/say\.ts:3:83\)?$/);
});

test("a changed file is never served from an old copy", (t) => {
  const home = house(t);
  say(home);
  writeFileSync(
    path.join(home, "src/deep/name.ts"),
    "export type Name = string;\nexport const name: Name = 'second';\n",
  );
  assert.equal(say(home).name, "second");
});

test("where nothing can be written, Node strips as ever", (t) => {
  const home = house(t);
  // A file in the way, which also stops an account that no mode stops.
  writeFileSync(path.join(home, "node_modules/.cache"), "");
  const said = say(home);
  assert.equal(said.name, "first");
  assert.equal(said.stripper, true);
});

test("the copies can be made beforehand", (t) => {
  const home = house(t);
  const done = spawnSync(process.execPath, ["--no-warnings", "scripts/stripped.mjs"], { cwd: home, encoding: "utf8" });
  assert.deepEqual([done.status, done.stdout, done.stderr], [0, "", ""]);
  assert.deepEqual(readdirSync(path.join(home, "node_modules/.cache/postern")).sort(), ["deep", "say.js"]);
});
