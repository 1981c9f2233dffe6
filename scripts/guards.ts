/** Removes each guard in turn and sees its tests fail; writes docs/security-guards.md (node scripts/guards.ts, --only part for some). */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { format, resolveConfig } from "prettier";
import { Copy, root } from "./guards/copy.ts";
import { deadlineOf, examine, timesOf, verdictWords, type Verdict } from "./guards/examine.ts";
import { themes } from "./guards/list.ts";
import { page } from "./guards/page.ts";

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    to: { type: "string" },
    help: { type: "boolean" },
  },
});
if (values.help) {
  console.log("node scripts/guards.ts [--only part-of-name-file-or-tests] [--to docs/security-guards.md]");
  process.exit(0);
}
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(1));

const chosen = themes
  .map(({ title, guards }) => ({
    title,
    guards: guards.filter(({ name, file, tests }) => `${name}\n${file}\n${tests}`.includes(values.only)),
  }))
  .filter(({ guards }) => guards.length > 0);
const guards = chosen.flatMap((theme) => theme.guards);
if (guards.length === 0) {
  console.log(`No guard has "${values.only}" in its name, file or tests.`);
  process.exit(1);
}

const startedAt = performance.now();
const copy = new Copy();
console.log(`With every guard in place, the tests of ${guards.length} guards first.`);
const times = await timesOf(copy, guards).catch((error: Error) => {
  console.log(error.message);
  process.exit(1);
});
const verdicts: Verdict[] = [];
for (const guard of guards) {
  const began = performance.now();
  const verdict = await examine(copy, guard, deadlineOf(copy, guard, times));
  verdicts.push(verdict);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(`${verdict.run.ended === "green" ? "✖" : "✔"} ${guard.name} (${seconds} s): ${verdictWords(verdict)}`);
}

// A part of the list would not be the page.
const to = values.to ?? (values.only === "" ? path.join(root, "docs/security-guards.md") : null);
if (to !== null) {
  const minutes = Math.max(1, Math.round((performance.now() - startedAt) / 60_000));
  const made = { date: new Date().toISOString().slice(0, 10), node: process.version.slice(1), minutes };
  const text = page(copy.folder, chosen, verdicts, made);
  writeFileSync(to, await format(text, { ...(await resolveConfig(to)), parser: "markdown" }));
  console.log(`Written to ${to}`);
}
copy.close();
const green = verdicts.filter(({ run }) => run.ended === "green");
console.log(
  green.length === 0 ? `${verdicts.length} guards: each is missed.` : `${green.length} guards are not missed.`,
);
process.exit(green.length === 0 ? 0 : 1);
