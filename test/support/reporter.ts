/** What a test run prints: a line a file, every failure in full; counts go to the parent process as they are known. */
import { inspect } from "node:util";
import type { TestEvent } from "node:test/reporters";

type Result = Extract<TestEvent, { type: "test:pass" | "test:fail" }>["data"];

const counts = { passed: 0, failed: 0, skipped: 0 };

// node:test takes a reporter from the default export.
export default async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const names: string[] = [];
  let inFile = { passed: 0, failed: 0, skipped: 0 };
  for await (const event of source) {
    if (event.type === "test:start") names[event.data.nesting] = event.data.name;
    if (event.type === "test:diagnostic" && /asynchronous activity/.test(event.data.message)) {
      counts.failed += 1;
      yield `✖ ${event.data.message}\n`;
      process.send?.({ counts });
    }
    if (event.type !== "test:pass" && event.type !== "test:fail") continue;
    const { data } = event;
    const outcome = outcomeOf(event.type === "test:pass", data);
    if (outcome) {
      counts[outcome] += 1;
      inFile[outcome] += 1;
      process.send?.({ counts });
    }
    if (outcome === "failed") yield failure(names.slice(0, data.nesting).concat(data.name), data);
    if (data.nesting > 0) continue;
    process.send?.({ file: data.name, ms: data.details.duration_ms });
    yield fileLine(data, inFile);
    inFile = { passed: 0, failed: 0, skipped: 0 };
  }
}

/** Suites, and tests that failed only through their subtests, are not results of their own. */
function outcomeOf(passed: boolean, data: Result): keyof typeof counts | null {
  const isSuite = data.details.type === "suite";
  if (data.skip !== undefined || data.todo !== undefined) return "skipped";
  if (passed) return isSuite ? null : "passed";
  const error = errorOf(data);
  return error?.failureType === "subtestsFailed" ? null : "failed";
}

function errorOf(data: Result): (Error & { failureType?: string }) | undefined {
  return (data.details as { error?: Error & { failureType?: string } }).error;
}

function failure(names: string[], data: Result): string {
  const error = errorOf(data);
  const said = inspect(error?.cause ?? error, { depth: 6, maxStringLength: 8000 })
    .split("\n")
    .filter((line) => !/^\s+at .*\(?node:internal\//.test(line))
    .join("\n    ");
  return `✖ ${names.join(" › ")}\n    ${said}\n`;
}

function fileLine(data: Result, inFile: typeof counts): string {
  const parts = [`${inFile.passed} passed`];
  if (inFile.failed) parts.push(`${inFile.failed} failed`);
  if (inFile.skipped) parts.push(`${inFile.skipped} skipped`);
  return `${inFile.failed ? "✖" : "✔"} ${data.name}: ${parts.join(", ")} (${Math.round(data.details.duration_ms)} ms)\n`;
}
