/** Checks what needs no running: types, format and the rules of the house (npm run check). */
import { spawnSync } from "node:child_process";
import path from "node:path";

const root = path.dirname(import.meta.dirname);

export interface Check {
  name: string;
  /** A file of node_modules or of the repository, with its arguments, run by this Node. */
  command: readonly string[];
}

export const types: Check = { name: "types", command: ["node_modules/typescript/bin/tsc", "-p", "."] };
export const format: Check = {
  name: "format",
  command: ["node_modules/prettier/bin/prettier.cjs", "--check", "--log-level=warn", "."],
};
const rules: Check = {
  name: "rules of the house",
  command: ["--test", "--test-reporter=dot", "test/architecture.test.ts"],
};

/** Runs one check, prints its name, its time and, when it fails, what it said. Returns whether it passed. */
export function runCheck(check: Check): boolean {
  const started = performance.now();
  const done = spawnSync(process.execPath, check.command, {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 64 * 1024 * 1024,
  });
  const passed = done.status === 0;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${passed ? "✔" : "✖"} ${check.name} (${seconds} s)`);
  if (!passed) console.log(`${done.stdout}${done.stderr}${done.error?.message ?? ""}`.trimEnd());
  return passed;
}

if (import.meta.main) {
  const failed = [types, format, rules].filter((check) => !runCheck(check));
  process.exit(failed.length === 0 ? 0 : 1);
}
