/** scripts/run.mjs starts what it is told from anywhere, without stdin, and passes on arguments, exit codes and signals. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import test, { after, before } from "node:test";
import { root } from "../support/source.ts";

let home = "";
before(() => {
  home = path.join(mkdtempSync(path.join(tmpdir(), "postern-run-")), "a path with spaces");
  mkdirSync(path.join(home, "scripts"), { recursive: true });
  cpSync(path.join(root, "scripts", "run.mjs"), path.join(home, "scripts", "run.mjs"));
  for (const file of ["package.json", "package-lock.json"]) cpSync(path.join(root, file), path.join(home, file));
  symlinkSync(path.join(root, "node_modules"), path.join(home, "node_modules"));
  writeFileSync(
    path.join(home, "say.ts"),
    "console.log(JSON.stringify([process.cwd(), ...process.argv.slice(2)] as string[]));",
  );
  writeFileSync(path.join(home, "end.ts"), "process.exit(Number(process.argv[2]));");
  writeFileSync(
    path.join(home, "wait.ts"),
    'process.on("SIGTERM", () => process.exit(7)); console.log("up"); setInterval(() => {}, 1000);',
  );
});
after(() => rmSync(path.dirname(home), { recursive: true, force: true }));

function run(...args: string[]): ReturnType<typeof spawnSync> {
  return spawnSync(process.execPath, [path.join(home, "scripts", "run.mjs"), ...args], {
    cwd: "/",
    stdio: ["ignore", "pipe", "pipe"],
    encoding: "utf8",
  });
}

test("it runs in the folder of the project, with its arguments, whatever the working directory", () => {
  const done = run("say.ts", "two words", "--flag");
  assert.equal(done.stderr, "");
  assert.deepEqual(JSON.parse(String(done.stdout)), [home, "two words", "--flag"]);
});

test("the exit code is passed on", () => {
  assert.equal(run("end.ts", "0").status, 0);
  assert.equal(run("end.ts", "42").status, 42);
});

test("a signal is passed on, and what follows is waited for", async () => {
  const child = spawn(process.execPath, [path.join(home, "scripts", "run.mjs"), "wait.ts"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  child.kill("SIGTERM");
  const [code] = (await once(child, "close")) as [number];
  assert.equal(code, 7);
});

test("without a file it says how to use it", () => {
  const done = run();
  assert.equal(done.status, 1);
  assert.match(String(done.stderr), /Say which file to run/);
});
