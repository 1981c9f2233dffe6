/** Takes guards out one by one and sees which tests notice. */
import type { Copy } from "./copy.ts";
import type { Guard } from "./guard.ts";
import { runTests, testFiles, type Run } from "./run.ts";

export interface Verdict {
  guard: Guard;
  run: Run;
  /** ms that the tests were given. */
  deadline: number;
}

/** Beside what the tests take anyway; many of them wait for something that comes later, or never, without the guard. */
const PATIENCE_MS = 30_000;
const TIMES_SLOWER = 6;

/** How long the tests of each file take with every guard in place. Throws when one fails: nothing could be learned from it. */
export async function timesOf(copy: Copy, guards: readonly Guard[]): Promise<Map<string, number>> {
  const parts = [...new Set(guards.map((guard) => guard.tests))];
  const run = await runTests(copy.folder, parts, 30 * 60_000);
  if (run.ended !== "green") throw new Error(`Tests fail with every guard in place:\n${run.said}`);
  return run.times;
}

/** Throws when the file cannot be run without the guard: then every test fails, whatever it holds. */
export async function examine(copy: Copy, guard: Guard, deadline: number): Promise<Verdict> {
  const run = await copy.lacking(guard, () => runTests(copy.folder, [guard.tests], deadline));
  if (/\bERR_INVALID_TYPESCRIPT_SYNTAX\b|\bReferenceError\b|^SyntaxError/m.test(run.said))
    throw new Error(`Without "${guard.name}" ${guard.file} cannot be run, so its tests say nothing:\n${run.said}`);
  return { guard, run, deadline };
}

export function deadlineOf(copy: Copy, guard: Guard, times: ReadonlyMap<string, number>): number {
  const usual = testFiles(copy.folder, guard.tests).reduce((sum, file) => sum + (times.get(file) ?? 0), 0);
  return PATIENCE_MS + TIMES_SLOWER * usual;
}

/** "red" and what was red, or that nothing was. */
export function verdictWords({ run, deadline }: Verdict): string {
  if (run.ended === "green") return "STAYS GREEN";
  const tests = [...new Set(run.failures.map(({ test }) => test).filter(Boolean))];
  const named = tests.length > 0 ? `: ${tests[0]}${tests.length > 1 ? `, and ${tests.length - 1} more` : ""}` : "";
  const ended = run.ended === "red" ? "" : `, ended by the deadline of ${Math.round(deadline / 1000)} s`;
  return `red${ended}${named}`;
}
