/** Breaks every request of every way of publishing in every way, and writes the table of what became of it. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import * as prettier from "prettier";
import { platforms } from "../src/platforms/index.ts";
import { Panel } from "../test/support/panel.ts";
import { root } from "./crash/install.ts";
import { Bench, type Cell } from "./matrix/cell.ts";
import { faults as allFaults, type MatrixFault } from "./matrix/faults.ts";
import { flows as allFlows, type Flow } from "./matrix/flows.ts";
import { Line, type Target } from "./matrix/line.ts";
import { page } from "./matrix/page.ts";

export interface FlowTable {
  flow: Flow;
  targets: Target[];
  /** Per fault a cell for each target. */
  rows: Array<{ fault: MatrixFault; cells: Cell[] }>;
}

export interface MatrixOptions {
  flows?: readonly Flow[];
  faults?: readonly MatrixFault[];
  say?: (line: string) => void;
}

/** Runs the matrix, each platform on a panel of its own, side by side. */
export async function matrix(options: MatrixOptions = {}): Promise<FlowTable[]> {
  const flows = options.flows ?? allFlows;
  const parts = platforms
    .map(({ id, name }) => ({ name, flows: flows.filter((flow) => flow.platform === id) }))
    .filter((part) => part.flows.length > 0);
  const tables = await Promise.all(parts.map((part) => onPanel(part.name, { ...options, flows: part.flows })));
  return tables.flat();
}

async function onPanel(name: string, options: MatrixOptions & { flows: readonly Flow[] }): Promise<FlowTable[]> {
  const panel = await Panel.open([name]);
  const line = await Line.tap(panel);
  const bench = new Bench(panel, line);
  panel.sandbox.world.setBehaviour("tiktok", "limits", "off");
  try {
    const tables: FlowTable[] = [];
    for (const flow of options.flows) {
      const targets = await targetsOf(bench, flow);
      options.say?.(`${flow.platform}, ${flow.name}: ${targets.length} requests`);
      const rows: FlowTable["rows"] = [];
      for (const fault of options.faults ?? allFaults) {
        const cells: Cell[] = [];
        await bench.newDay(flow);
        for (const target of targets) cells.push(await bench.run(flow, { target, fault }));
        rows.push({ fault, cells });
      }
      tables.push({ flow, targets, rows });
      for (const broken of brokenCells(tables.slice(-1))) options.say?.(`  BROKEN ${broken}`);
    }
    return tables;
  } finally {
    await line.close();
    await panel.close();
  }
}

/** The requests of a run in which nothing breaks: the first of each name, and the last where it comes more often. */
async function targetsOf(bench: Bench, flow: Flow): Promise<Target[]> {
  const clean = await bench.run(flow, null);
  if (clean.broken || clean.state !== (flow.end ?? "published"))
    throw new Error(`${flow.platform}, ${flow.name} does not work: ${JSON.stringify(clean)}`);
  const names = [...bench.line.calls];
  const targets: Target[] = [];
  for (const name of new Set(names)) {
    const times = names.filter((one) => one === name).length;
    targets.push({ name, nth: 1 });
    if (times > 1) targets.push({ name, nth: times });
  }
  return targets;
}

export function brokenCells(tables: readonly FlowTable[]): string[] {
  return tables.flatMap(({ flow, targets, rows }) =>
    rows.flatMap(({ fault, cells }) =>
      cells.flatMap((cell, n) =>
        cell.broken ? [`${flow.platform}, ${flow.name}: ${fault.name} on ${targets[n]!.name}: ${cell.broken}`] : [],
      ),
    ),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      only: { type: "string", default: "" },
      to: { type: "string", default: path.join(root, "docs/reliability-matrix.md") },
    },
  });
  const startedAt = performance.now();
  const flows = allFlows.filter((flow) => `${flow.platform}, ${flow.name}`.includes(values.only));
  const tables = await matrix({ flows, say: (line) => console.log(line) });
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  const style = await prettier.resolveConfig(values.to);
  writeFileSync(values.to, await prettier.format(page(tables), { ...style, parser: "markdown" }));
  const broken = brokenCells(tables);
  const cells = tables.reduce((sum, table) => sum + table.targets.length * table.rows.length, 0);
  console.log(`${cells} cells in ${seconds} s, written to ${values.to}`);
  console.log(broken.length === 0 ? "Every cell keeps its rule." : `NOT GOOD:\n${broken.join("\n")}`);
  process.exit(broken.length === 0 ? 0 : 1);
}
