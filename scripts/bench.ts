/** Measures what Postern promises about speed and memory, each row against a bare baseline of the same run. */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { backup } from "./bench/backup.ts";
import { claim } from "./bench/claim.ts";
import { due } from "./bench/due.ts";
import { root, type Row } from "./bench/measure.ts";
import { pages } from "./bench/pages.ts";
import { startUp } from "./bench/start-up.ts";
import { uploadsIn } from "./bench/uploads-in.ts";
import { uploadsOut } from "./bench/uploads-out.ts";

const MB = 1024 * 1024;
const HELP = `npm run bench -- [--quick] [--only start,pages,out,in,due,claim,backup] [--sizes 1000,100000] [--mb 2048] [--json file]`;

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string" },
    sizes: { type: "string" },
    mb: { type: "string" },
    json: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}

const { quick } = values;
const sizes = (values.sizes ?? (quick ? "1000,20000" : "1000,100000,1000000")).split(",").map(Number);
const bytes = Number(values.mb ?? (quick ? 128 : 2048)) * MB;

const sections: Readonly<Record<string, () => Row[] | Promise<Row[]>>> = {
  start: () => startUp({ rounds: quick ? 1 : 5, restS: quick ? 5 : 60 }),
  pages: () => pages({ sizes, rounds: quick ? 2 : 5, seconds: quick ? 0.7 : 3 }),
  out: () => uploadsOut({ bytes, rounds: quick ? 1 : 3 }),
  in: () => uploadsIn({ bytes: quick ? bytes : bytes / 4, rounds: quick ? 1 : 5 }),
  due: () => due({ publications: quick ? 200 : 1000, rounds: quick ? 1 : 3 }),
  claim: () => claim({ jobs: quick ? 100_000 : 1_000_000, claims: quick ? 200 : 1000 }),
  backup: () => backup({ megabytes: quick ? 64 : 1024, seconds: 20, rounds: quick ? 2 : 3 }),
};

const wanted = values.only?.split(",") ?? Object.keys(sections);
const rows: Row[] = [];
for (const name of wanted) {
  const section = sections[name];
  if (!section) throw new Error(`There is no section ${name}. ${HELP}`);
  console.error(`bench: ${name} …`);
  const found = await section();
  rows.push(...found);
  for (const row of found) console.log(line(row));
}

const file = values.json ?? path.join(root, "node_modules", ".cache", "bench.json");
mkdirSync(path.dirname(file), { recursive: true });
const machine = {
  cpu: cpus()[0]?.model,
  cores: cpus().length,
  memoryMb: Math.round(totalmem() / MB),
  node: process.version,
};
writeFileSync(file, JSON.stringify({ at: new Date().toISOString(), quick, machine, rows }, null, 2));
console.log(`\n${table(rows)}\n\n${machine.cores} × ${machine.cpu}, Node ${machine.node}. As JSON: ${file}`);
process.exit(0);

function line(row: Row): string {
  return `  ${row.group}: ${row.what}: ${row.ours} (bare ${row.bare || "–"})${row.ratio === null ? "" : ` = ${row.ratio.toFixed(2)}`}${verdict(row)}`;
}

function verdict({ goal, met }: Row): string {
  return met === null ? "" : met ? `, within ${goal}` : `, MISSES ${goal}`;
}

function table(all: readonly Row[]): string {
  const head = ["", "what", "Postern", "bare", "ratio", "goal", "met"];
  const body = all.map((row) => [
    row.group,
    row.what,
    row.ours,
    row.bare,
    row.ratio === null ? "" : row.ratio.toFixed(2),
    row.goal,
    row.met === null ? "" : row.met ? "yes" : "no",
  ]);
  return [head, head.map(() => "---"), ...body].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
