/** The matrix as a page that a person can read. */
import type { FlowTable } from "../matrix.ts";
import type { Cell } from "./cell.ts";

export function page(tables: readonly FlowTable[]): string {
  const cells = tables.flatMap((table) => table.rows.flatMap((row) => row.cells));
  const states = [...new Set(cells.map((cell) => cell.state))].sort();
  const sums = states.map((state) => `${cells.filter((cell) => cell.state === state).length} ${state}`).join(", ");
  return [
    "# What becomes of a post or a sign-in when a request breaks",
    "",
    "Written by `npm run test:matrix`; do not edit by hand. Every request of every way of publishing, of signing a channel in",
    "and of disconnecting it is broken once, in every way that the sandbox knows, on a real socket. A post then runs to its end",
    "on a clock that is pushed from one due time to the next; a sign-in and a disconnection are walked through page by page.",
    "",
    "A cell says how it ended, how many posts are in the sandbox's feed (only when that is not what it should be), how many requests",
    "it took in all, and how long it took when that is more than a minute (of the pushed clock) or five seconds (of a person waiting",
    "for a page). `before` the effect the platform did nothing; `after` it, the platform did what was asked and only its answer was lost.",
    "",
    "The rule of each cell:",
    "",
    "- Publishing: never two posts; `published` means exactly one, `failed` means none, and everything else is told to a person in",
    "  words.",
    "- Signing in: `connected` means every channel that can be had, whole, and the page says so; `not connected` means that nothing is",
    "  stored or changed, that the page says what happened, what was kept and what to do next, and that trying again at once works. Either",
    "  way a post goes out on the channel in the end. No page of ours answers with a fault, and no token or code stands in clear in a page, in",
    "  the log, or in the bytes of the database.",
    "- Disconnecting: within 13 seconds the tokens are gone from the row and, sealed or not, from the bytes of the database and its",
    "  log. `withdrawn` is said only when the grant is dead at the platform, by page, receipt and audit log alike; `not withdrawn` comes with",
    "  how to do it by hand. What was scheduled is called off, a new post is refused, and two hours later nothing has gone out or been asked.",
    "",
    `${cells.length} cells: ${sums}. ${cells.filter((cell) => cell.broken).length} break the rule.`,
    "",
    ...tables.flatMap(section),
  ].join("\n");
}

function section({ flow, clean, targets, rows }: FlowTable): string[] {
  const names = targets.map(
    (target, n) => `${n + 1}. \`${target.name}\`${target.nth > 1 ? `, the last of ${target.nth}` : ""}`,
  );
  const title = `## ${nameOf(flow.platform)}: ${flow.name}`;
  if (targets.length === 0)
    return [
      title,
      "",
      "The platform is asked nothing, so nothing can break. What the person reads:",
      "",
      `- ${clean.state}: ${clean.words}`,
      "",
    ];
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
    title,
    "",
    ...names,
    "",
    `| fault | ${heads.join(" | ")} |`,
    `| --- | ${heads.map(() => "---").join(" | ")} |`,
    ...rows.map(
      (row) =>
        `| ${row.fault.name} | ${row.cells.map((cell) => cellText(cell, "does" in flow ? flow.does : "publish")).join(" | ")} |`,
    ),
    "",
    ...(words.length > 0 ? ["What the person reads:", "", ...words, ""] : []),
  ];
}

function nameOf(platform: string): string {
  return { tiktok: "TikTok", youtube: "YouTube", instagram: "Instagram", facebook: "Facebook" }[platform] ?? platform;
}

function cellText(cell: Cell, does: "publish" | "connect" | "disconnect"): string {
  if (!cell.hit) return "not asked";
  const posts = cell.posts === (does === "disconnect" ? 0 : 1) ? "" : `, ${cell.posts} posts`;
  const took = does === "publish" ? clockTime(cell.took) : waitingTime(cell.took);
  const end = `${cell.state.replace("_", " ")}${posts}, ${cell.calls.length}${took}`;
  return cell.broken ? `**${end}: ${cell.broken}**` : end;
}

function clockTime(ms: number): string {
  const minutes = ms / 60_000;
  if (minutes < 1) return "";
  return minutes < 90 ? `, ${Math.round(minutes)} min` : `, ${Math.round(minutes / 60)} h`;
}

function waitingTime(ms: number): string {
  return ms < 5000 ? "" : `, ${Math.round(ms / 1000)} s`;
}
