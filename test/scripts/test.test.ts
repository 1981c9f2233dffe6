/** The test run itself: it counts what really happened, keeps files apart, and ends although something stays open. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import test from "node:test";
import { root } from "../support/source.ts";

interface Run {
  code: number;
  said: string;
  counts: { passed: number; failed: number; skipped: number };
  lingered: boolean;
}

async function run(t: { after(work: () => void): void }, files: Record<string, string>): Promise<Run> {
  const folder = mkdtempSync(path.join(tmpdir(), "postern-tests-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const paths = Object.entries(files).map(([name, text]) => {
    const file = path.join(folder, name);
    writeFileSync(file, `import test, { beforeEach, describe } from "node:test";\n${text}`);
    return file;
  });
  // Inside `node --test` this variable would make the run report to that instead.
  const { NODE_TEST_CONTEXT: _outer, ...env } = process.env;
  const flags = [
    `--test-reporter=${path.join(root, "test/support/reporter.ts")}`,
    "--test-reporter-destination=stdout",
  ];
  const child = spawn(process.execPath, [...flags, path.join(root, "test/support/run-all.ts"), ...paths], {
    env,
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  const seen: Run = { code: -1, said: "", counts: { passed: 0, failed: 0, skipped: 0 }, lingered: false };
  child.stdout!.on("data", (chunk: Buffer) => void (seen.said += chunk));
  child.on("message", (message: Partial<Run>) => void Object.assign(seen, message));
  [seen.code] = (await once(child, "close")) as [number];
  return seen;
}

test("passed, failed and skipped are counted, suites and parents are not", async (t) => {
  const seen = await run(t, {
    "a.test.ts": 'test("one", () => {}); test("parent", async (t) => { await t.test("child", () => {}); });',
    "b.test.ts":
      'describe("suite", () => { test("bad", () => { throw new Error("for a reason"); }); test("later", { skip: true }, () => {}); });',
  });
  assert.deepEqual(seen.counts, { passed: 3, failed: 1, skipped: 1 });
  assert.equal(seen.code, 1);
  assert.match(seen.said, /b\.test\.ts › suite › bad\n {4}Error: for a reason/);
});

test("a file that cannot be loaded is a failure, and the others still run", async (t) => {
  const seen = await run(t, { "a.test.ts": 'import "./nowhere.ts";', "b.test.ts": 'test("fine", () => {});' });
  assert.deepEqual(seen.counts, { passed: 1, failed: 1, skipped: 0 });
});

test("hooks at the top of a file stay in that file", async (t) => {
  const seen = await run(t, {
    "a.test.ts": 'beforeEach(() => { throw new Error("mine"); }); test("hit", () => {});',
    "b.test.ts": 'test("spared", () => {});',
  });
  assert.deepEqual(seen.counts, { passed: 1, failed: 1, skipped: 0 });
});

test("an error after the end of a test is a failure", async (t) => {
  const seen = await run(t, {
    "a.test.ts": 'test("early", () => { setTimeout(() => { throw new Error("late"); }, 20); });',
  });
  assert.equal(seen.counts.failed, 1);
  assert.equal(seen.code, 1);
});

test("what stays open is named and ended", async (t) => {
  const seen = await run(t, {
    "leaky.test.ts": 'import net from "node:net"; test("opens", () => void net.createServer().listen(0));',
  });
  assert.equal(seen.lingered, true);
  assert.equal(seen.code, 1);
  assert.match(seen.said, /leaky\.test\.ts: 1 × TCPServerWrap/);
});
