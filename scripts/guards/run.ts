/** Runs some of the tests of a copy within a time, and reads from what they print how it went. */
import { spawn } from "node:child_process";
import { globSync } from "node:fs";
import path from "node:path";

export interface Run {
  ended: "green" | "red" | "by the deadline";
  /** What failed: its file, and the name of the test or of the suite that it belongs to. */
  failures: Array<{ file: string; test: string }>;
  /** File → how long it took, in ms. */
  times: Map<string, number>;
  said: string;
}

/** The test files that scripts/test.ts would choose for this part of a path. */
export function testFiles(folder: string, part: string): string[] {
  return globSync("test/**/*.test.ts", { cwd: folder })
    .map((file) => file.replaceAll(path.sep, "/"))
    .filter((file) => file.includes(part));
}

/** Runs them in one process group, which the deadline (ms) ends as a whole. */
export async function runTests(folder: string, parts: readonly string[], deadline: number): Promise<Run> {
  // Inside `node --test` this variable would make the run report to that instead.
  const { NODE_TEST_CONTEXT: _outer, ...env } = process.env;
  const child = spawn(process.execPath, ["scripts/test.ts", ...parts], {
    cwd: folder,
    env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => (said += text));
  }
  let late = false;
  const end = (): void => endGroup(child.pid);
  const timer = setTimeout(() => {
    late = true;
    end();
  }, deadline);
  process.on("exit", end);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  clearTimeout(timer);
  process.off("exit", end);
  return { ...readSaid(said), ended: late ? "by the deadline" : code === 0 ? "green" : "red", said };
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

/** "✖ test/a.test.ts › suite › name" is a failure, "✔ test/a.test.ts: 3 passed (120 ms)" the end of a file. */
function readSaid(said: string): Pick<Run, "failures" | "times"> {
  const failures = [...said.matchAll(/^✖ (test\/\S+\.test\.ts)(?: › (.+?))?(?: › .+)?$/gm)].map((match) => ({
    file: match[1]!,
    test: match[2] ?? "",
  }));
  const ends = said.matchAll(/^[✔✖] (test\/\S+\.test\.ts): .*\((\d+) ms\)$/gm);
  return { failures, times: new Map([...ends].map((match) => [match[1]!, Number(match[2])])) };
}
