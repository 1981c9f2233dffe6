/** Runs every check and every test, and closes with "N passed, N failed" (npm test, npm test -- part-of-a-path). */
import { spawn } from "node:child_process";
import { globSync } from "node:fs";
import path from "node:path";
import { format, runCheck, types } from "./check.ts";

const root = path.dirname(import.meta.dirname);
const patterns = process.argv.slice(2).filter((argument) => argument !== "--");
const counts = { passed: 0, failed: 0, skipped: 0 };
const times = new Map<string, number>();

if (patterns.length === 0) {
  for (const check of [types, format]) counts[runCheck(check) ? "passed" : "failed"] += 1;
}
const files = testFiles();
if (files.length === 0) {
  console.log(`No test file has ${patterns.map((pattern) => `"${pattern}"`).join(" or ")} in its path.`);
  counts.failed += 1;
} else {
  await runFiles();
}
if (times.size > 10) printSlowest();
console.log(closingLine());
process.exit(counts.failed === 0 ? 0 : 1);

/** In the order of their paths, browser tests last: they are the slowest and rest on everything else. */
function testFiles(): string[] {
  const all = globSync("test/**/*.test.ts", { cwd: root }).map((file) => file.replaceAll(path.sep, "/"));
  const wanted = patterns.map((pattern) => pattern.replace(/^\.\//, ""));
  const chosen = wanted.length ? all.filter((file) => wanted.some((part) => file.includes(part))) : all;
  const rank = (file: string) => (file.startsWith("test/browser/") ? 1 : 0);
  return chosen.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

interface Message {
  began?: string;
  counts?: typeof counts;
  file?: string;
  ms?: number;
  finished?: true;
  lingered?: true;
}

/** One process for all: starting Node and loading the app anew for each file would take most of the time. */
async function runFiles(): Promise<void> {
  const flags = ["--test-reporter=./test/support/reporter.ts", "--test-reporter-destination=stdout"];
  const child = spawn(process.execPath, [...flags, "test/support/run-all.ts", ...files], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  const before = { ...counts };
  let current = "";
  let finished = false;
  let lingered = false;
  child.on("message", (message: Message) => {
    current = message.began ?? current;
    finished ||= message.finished === true;
    lingered ||= message.lingered === true;
    if (message.file && message.ms !== undefined) times.set(message.file, message.ms);
    for (const key of ["passed", "failed", "skipped"] as const) {
      if (message.counts) counts[key] = before[key] + message.counts[key];
    }
  });
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) =>
    child.on("close", (...ended) => resolve(ended)),
  );
  if (!finished) console.log(`The test process ended early (${signal ?? `code ${code}`}) in ${current}.`);
  if (lingered || !finished || (code !== 0 && counts.failed === 0)) counts.failed += 1;
}

function printSlowest(): void {
  console.log("Slowest files:");
  const slowest = [...times].sort((a, b) => b[1] - a[1]).slice(0, 10);
  for (const [file, ms] of slowest) console.log(`  ${(ms / 1000).toFixed(1).padStart(5)} s  ${file}`);
}

function closingLine(): string {
  const skipped = counts.skipped ? `, ${counts.skipped} skipped` : "";
  return `${counts.passed} passed, ${counts.failed} failed${skipped}`;
}
