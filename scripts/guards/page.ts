/** docs/security-guards.md from what was seen: each guard, where it stands, its tests, and what they said without it. */
import { verdictWords, type Verdict } from "./examine.ts";
import type { Theme } from "./guard.ts";
import { testFiles } from "./run.ts";

/** `folder`: where the tests are looked up. */
export function page(
  folder: string,
  themes: readonly Theme[],
  verdicts: readonly Verdict[],
  made: { date: string; node: string; minutes: number },
): string {
  const green = verdicts.filter(({ run }) => run.ended === "green").length;
  const late = verdicts.filter(({ run }) => run.ended === "by the deadline").length;
  const all =
    green > 0
      ? `${green} of them stayed green, which is a fault.`
      : `Each time a test failed${late > 0 ? `; ${late} had to be ended by the deadline, which counts as failing and is said` : ""}.`;
  const parts = themes.map(({ title, guards }) => {
    const rows = guards.map((guard) =>
      rowOf(
        folder,
        verdicts.find((one) => one.guard === guard)!,
      ),
    );
    const head = ["| guard | where | tests | without it |", "| --- | --- | --- | --- |"];
    return [`## ${title}`, [...head, ...rows].join("\n")].join("\n\n");
  });
  const about = `Made by \`npm run test:guards\` on ${made.date} with Node ${made.node}, in ${made.minutes} min; do not edit it by hand. Each of
the ${verdicts.length} guards below was taken out of a copy of the tree, alone, and the tests that hold it were run. ${all}

The list is in \`scripts/guards/\`, and \`test/scripts/guards.test.ts\` holds it to the code: what is to be removed must stand in its
file exactly once. \`npm run test:guards -- --only redirect\` tries those guards whose name, file or tests contain the word.`;
  return ["# What the tests say without each guard", about, ...parts].join("\n\n");
}

function rowOf(folder: string, verdict: Verdict): string {
  const { guard, run } = verdict;
  const failed = new Set(run.failures.map(({ file }) => file));
  const files = testFiles(folder, guard.tests).filter((file) => failed.size === 0 || failed.has(file));
  const words = cell(verdictWords(verdict));
  const said = run.ended === "green" ? `**${words}**` : words;
  return `| ${[cell(guard.name), `\`${guard.file}\``, files.map((one) => `\`${one}\``).join(", "), said].join(" | ")} |`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("*", "\\*").replaceAll("_", "\\_").replaceAll("<", "\\<");
}
