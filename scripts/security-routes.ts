/** Writes docs/security-routes.md from the table that the tests hold every route to (node scripts/security-routes.ts). */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { format, resolveConfig } from "prettier";
import { ATTACKS, routes, type Attack, type Expected, type RouteRow } from "../test/security/routes.ts";

const file = path.join(import.meta.dirname, "../docs/security-routes.md");

const COLUMNS: Readonly<Record<Attack, string>> = {
  stranger: "nobody",
  neighbour: "neighbour",
  readKey: "reading key",
  noToken: "no token",
  foreignToken: "foreign token",
  crossSite: "cross-site",
  wrongMethod: "wrong method",
  tooLarge: "too large",
  hostile: "hostile",
};

const ABOUT = `# Every route and every attack

Made by \`scripts/security-routes.ts\` from \`test/security/routes.ts\`; do not edit it by hand. The test beside the table carries
out every cell against the real server, and fails for a route that is registered and not named here.

${Object.entries(ATTACKS)
  .map(([attack, says]) => `- **${COLUMNS[attack as Attack]}**: ${says[0]!.toLowerCase()}${says.slice(1)}.`)
  .join("\n")}

A number is the status of the answer. _sign in_ sends to the sign-in page, _own_ is an answer in which nothing of the victim's
is found, _safe_ is any answer below 500 that does not give the hostile string back as markup; a dash: the attack makes no
sense there. After all attacks but the last, nothing of the victim's has changed.`;

const PARTS: ReadonlyArray<{ title: string; holds: (route: string, row: RouteRow) => boolean }> = [
  { title: "The API", holds: (_route, row) => row.whose.startsWith("keys") },
  { title: "Pages and forms", holds: (_route, row) => /members|the owner/.test(row.whose) },
  { title: "Open", holds: () => true },
];

/** The page as it must stand in docs/. */
export async function routesPage(): Promise<string> {
  const left = new Map(Object.entries(routes));
  const parts = PARTS.map(({ title, holds }) => {
    const rows = [...left].filter(([route, row]) => holds(route, row));
    for (const [route] of rows) left.delete(route);
    return `## ${title}\n\n${tableOf(rows)}`;
  });
  return format([ABOUT, ...parts].join("\n\n"), { ...(await resolveConfig(file)), filepath: file });
}

function tableOf(rows: ReadonlyArray<[string, RouteRow]>): string {
  const columns = (Object.keys(COLUMNS) as Attack[]).filter((attack) =>
    rows.some(([, row]) => row.cells[attack] !== undefined),
  );
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [
    line(["route", "for", ...columns.map((attack) => COLUMNS[attack])]),
    line(["---", "---", ...columns.map(() => "---")]),
    ...rows.map(([route, { whose, cells }]) =>
      line([`\`${route}\``, whose, ...columns.map((attack) => said(cells[attack]))]),
    ),
  ].join("\n");
}

function said(expected: Expected | undefined): string {
  if (expected === undefined) return "–";
  return expected === "in" ? "_sign in_" : typeof expected === "string" ? `_${expected}_` : String(expected);
}

if (import.meta.main) writeFileSync(file, await routesPage());
