/** Runs the test files named as arguments one after another in this process; scripts/test.ts starts it. */
import path from "node:path";
import { describe } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";

/** Longest that one file may take; its tests inherit it. */
const FILE_LIMIT_MS = 240_000;
/** How long the process may linger after the last test before it is ended. */
const LINGER_MS = 3000;

const left = new Map<string, string[]>();
let before = active();
for (const file of process.argv.slice(2)) {
  process.send?.({ began: file });
  // A suite a file: top-level hooks of a file stay its own, and it is over before the next one is loaded.
  await describe(file, { timeout: FILE_LIMIT_MS }, async () => {
    await import(pathToFileURL(path.resolve(file)).href);
  });
  // What was closed at the very end of a test needs a moment to be gone.
  for (let look = 0; look < 10 && grown(before, active()).length > 0; look += 1) await sleep(20);
  const now = active();
  const more = grown(before, now);
  if (more.length > 0) left.set(file, more);
  before = now;
}
process.send?.({ finished: true });

setTimeout(() => {
  console.log("Something keeps the test process alive; it is ended now. Files that left something open:");
  for (const [file, kinds] of left) console.log(`  ${file}: ${kinds.join(", ")}`);
  if (left.size === 0) console.log(`  none by name; still open: ${process.getActiveResourcesInfo().join(", ")}`);
  process.send?.({ lingered: true }, () => process.exit(1));
}, LINGER_MS).unref();

function active(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) {
    if (/Server|Process|Watcher|FSEvent|Worker/.test(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}

function grown(was: Map<string, number>, is: Map<string, number>): string[] {
  return [...is].flatMap(([kind, n]) => (n > (was.get(kind) ?? 0) ? [`${n - (was.get(kind) ?? 0)} × ${kind}`] : []));
}
