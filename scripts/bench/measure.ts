/** Numbers and processes for the bench: percentiles, medians, what a process has used, and programs that say when they are ready. */
import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
const stripped = path.join(root, "scripts", "stripped.mjs");

/** One line of the table. `ratio` is ours against the bare baseline of the same run; `goal` says what it is held to. */
export interface Row {
  group: string;
  what: string;
  ours: string;
  bare: string;
  ratio: number | null;
  goal: string;
  met: boolean | null;
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

export function fixed(value: number, digits = 1): string {
  return value.toFixed(digits);
}

/** MB resident: now, or the highest ever. */
export function resident(pid: number, which: "VmRSS" | "VmHWM" = "VmRSS"): number {
  const line = new RegExp(`${which}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(line?.[1] ?? 0) / 1024;
}

/** Milliseconds of processor time that a process has used. */
export function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

export interface Program {
  child: ChildProcess;
  pid: number;
  /** What it said when it was ready. */
  said: string;
  stop(): Promise<void>;
}

/** Flags and surroundings that `npm start` gives the serving process; see scripts/run.mjs. */
export const lean = ["--max-semi-space-size=2", "--import", stripped];

/** Starts a Node program and waits for a line that fits. Throws with what it said when it ends before. */
export function start(args: readonly string[], ready: RegExp, env: Record<string, string> = {}): Promise<Program> {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, MALLOC_ARENA_MAX: "2", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await gone;
  };
  return new Promise((resolve, reject) => {
    let said = "";
    const hear = (chunk: Buffer): void => {
      if (said.length > 100_000) return;
      said += chunk.toString();
      if (ready.test(said)) resolve({ child, pid: child.pid!, said, stop });
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.once("exit", (code) => reject(new Error(`${args.join(" ")} ended (${code}): ${said.slice(-2000)}`)));
  });
}

/** Runs a Node program to its end and reads the JSON it printed. */
export async function run<T>(args: readonly string[], env: Record<string, string> = {}): Promise<T> {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, MALLOC_ARENA_MAX: "2", ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => void (said += chunk.toString()));
  const code = await new Promise((resolve) => child.once("close", resolve));
  if (code !== 0) throw new Error(`${args.join(" ")} ended with ${String(code)}`);
  return JSON.parse(said) as T;
}
