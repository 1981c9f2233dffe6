/** Runs the command line as an operator does: a process of its own, on a data folder of its own. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

export interface Said {
  code: number | null;
  out: string;
  err: string;
}

export interface Operator {
  home: string;
  dataDir: string;
  run(args: string[], options?: { stdin?: string; settings?: Record<string, string> }): Promise<Said>;
}

/** `home` is where it runs (and where a .env would be read); it goes when the test ends. */
export function operator(t: TestContext): Operator {
  const home = mkdtempSync(path.join(tmpdir(), "postern-cli-"));
  const dataDir = path.join(home, "data");
  t.after(() => rmSync(home, { recursive: true, force: true }));
  return {
    home,
    dataDir,
    async run(args, { stdin = "", settings = {} } = {}) {
      const child = spawn(process.execPath, [main, ...args], {
        cwd: home,
        env: { PATH: process.env["PATH"], DATA_DIR: dataDir, ...settings },
      });
      child.stdin.on("error", () => undefined).end(stdin);
      const [out, err, code] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        new Promise<number | null>((resolve) => child.once("close", resolve)),
      ]);
      return { code, out, err };
    },
  };
}
