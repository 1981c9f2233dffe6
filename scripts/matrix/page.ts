/** The matrix as a page that a person can read. */
import type { FlowTable } from "../matrix.ts";
import type { Cell } from "./cell.ts";

export function page(tables: readonly FlowTable[]): string {
  const cells = tables.flatMap((table) => table.rows.flatMap((row) => row.cells));
  const states = [...new Set(cells.map((cell) => cell.state))].sort();
  const sums = states.map((state) => `${cells.filter((cell) => cell.state === state).length} ${state}`).join(", ");
  return [
    "# What becomes of a post when a request breaks",
    "",
    "Written by `node_modules/.bin/node scripts/matrix.ts`; do not edit by hand. Every request of every way of publishing is",
    "broken once, in every way that the sandbox knows, on a real socket; then the post runs to its end on a clock that is",
    "pushed from one due time to the next.",
    "",
    "A cell says how it ended, how many posts are in the sandbox's feed (only when that is not one), how many requests it took in",
    "all, and how long it took when that is more than a minute. `before` the effect the platform did nothing; `after` it, the",
    "platform did what was asked and only its answer was lost.",
    "",
    "The rule of each cell: never two posts; `published` means exactly one, `failed` means none, and everything else is told to a",
    "person in words.",
    "",
    `${cells.length} cells: ${sums}. ${cells.filter((cell) => cell.broken).length} break the rule.`,
    "",
    ...tables.flatMap(section),
  ].join("\n");
}

function section({ flow, targets, rows }: FlowTable): string[] {
  const names = targets.map(
    (target, n) => `${n + 1}. \`${target.name}\`${target.nth > 1 ? `, the ${target.nth}th` : ""}`,
  );
  const heads = targets.map((_target, n) => String(n + 1));
  const words = [
    ...new Set(
      rows
        .flatMap((row) => row.cells)
        .filter((cell) => cell.words)
        .map((cell) => `- ${cell.state}: ${cell.words}`),
    ),
  ];
  return [
    `## ${nameOf(flow.platform)}: ${flow.name}`,
    "",
    ...names,
    "",
    `| fault | ${heads.join(" | ")} |`,
    `| --- | ${heads.map(() => "---").join(" | ")} |`,
    ...rows.map((row) => `| ${row.fault.name} | ${row.cells.map(cellText).join(" | ")} |`),
    "",
    ...(words.length > 0 ? ["What the person reads:", "", ...words, ""] : []),
  ];
}

function nameOf(platform: string): string {
  return { tiktok: "TikTok", youtube: "YouTube", instagram: "Instagram", facebook: "Facebook" }[platform] ?? platform;
}

function cellText(cell: Cell): string {
  if (!cell.hit) return "not asked";
  const posts = cell.posts === 1 ? "" : `, ${cell.posts} posts`;
  const minutes = cell.took / 60_000;
  const took = minutes < 1 ? "" : minutes < 90 ? `, ${Math.round(minutes)} min` : `, ${Math.round(minutes / 60)} h`;
  const end = `${cell.state.replace("_", " ")}${posts}, ${cell.calls.length}${took}`;
  return cell.broken ? `**${end}: ${cell.broken}**` : end;
}
