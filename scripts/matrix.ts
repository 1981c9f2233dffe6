/** Breaks every request of every way of publishing, signing in and disconnecting in every way, and writes the table of what became of it. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import * as prettier from "prettier";
import { platforms } from "../src/platforms/index.ts";
import { Panel } from "../test/support/panel.ts";
import { root } from "./crash/install.ts";
import { Bench, type Cell } from "./matrix/cell.ts";
import { connectCell } from "./matrix/connecting.ts";
import { disconnectCell } from "./matrix/disconnecting.ts";
import { faults as allFaults, type MatrixFault } from "./matrix/faults.ts";
import { flows, type Flow } from "./matrix/flows.ts";
import { Line, type Target } from "./matrix/line.ts";
import { page } from "./matrix/page.ts";
import { signInFlows, type SignInFlow } from "./matrix/sign-ins.ts";

export type AnyFlow = Flow | SignInFlow;

export interface FlowTable {
  flow: AnyFlow;
  /** What becomes of it when nothing breaks. */
  clean: Cell;
  targets: Target[];
  /** Per fault a cell for each target. */
  rows: Array<{ fault: MatrixFault; cells: Cell[] }>;
}

export const allFlows: readonly AnyFlow[] = [...flows, ...signInFlows];

export interface MatrixOptions {
  flows?: readonly AnyFlow[];
  faults?: readonly MatrixFault[];
  say?: (line: string) => void;
}

/** Runs the matrix: publishing and signing in, at each platform, have a panel of their own, side by side. */
export async function matrix(options: MatrixOptions = {}): Promise<FlowTable[]> {
  const chosen = options.flows ?? allFlows;
  const parts = [false, true].flatMap((signsIn) =>
    platforms.map(({ id, name }) => ({
      name,
      flows: chosen.filter((flow) => flow.platform === id && "does" in flow === signsIn),
    })),
  );
  const tables = await Promise.all(
    parts.filter((part) => part.flows.length > 0).map((part) => onPanel(part.name, { ...options, flows: part.flows })),
  );
  return tables.flat();
}

async function onPanel(name: string, options: MatrixOptions & { flows: readonly AnyFlow[] }): Promise<FlowTable[]> {
  const panel = await Panel.open([name]);
  const line = await Line.tap(panel);
  const bench = new Bench(panel, line);
  panel.sandbox.world.setBehaviour("tiktok", "limits", "off");
  try {
    const tables: FlowTable[] = [];
    for (const flow of options.flows) {
      const { clean, targets } = await targetsOf(bench, flow);
      options.say?.(`${flow.platform}, ${flow.name}: ${targets.length} requests`);
      const rows: FlowTable["rows"] = [];
      for (const fault of options.faults ?? allFaults) {
        const cells: Cell[] = [];
        await bench.newDay(flow.platform);
        for (const target of targets) cells.push(await runCell(bench, flow, { target, fault }));
        rows.push({ fault, cells });
      }
      tables.push({ flow, clean, targets, rows });
      for (const broken of brokenCells(tables.slice(-1))) options.say?.(`  BROKEN ${broken}`);
    }
    return tables;
  } finally {
    await line.close();
    await panel.close();
  }
}

function runCell(bench: Bench, flow: AnyFlow, aim: { target: Target; fault: MatrixFault } | null): Promise<Cell> {
  if (!("does" in flow)) return bench.run(flow, aim);
  return flow.does === "connect" ? connectCell(bench, flow, aim) : disconnectCell(bench, flow, aim);
}

/** The requests of a run in which nothing breaks: the first of each name, and the last where it comes more often. */
async function targetsOf(bench: Bench, flow: AnyFlow): Promise<{ clean: Cell; targets: Target[] }> {
  const clean = await runCell(bench, flow, null);
  if (clean.broken || clean.state !== (flow.end ?? "published"))
    throw new Error(`${flow.platform}, ${flow.name} does not work: ${JSON.stringify(clean)}`);
  const names = clean.calls;
  const targets: Target[] = [];
  for (const name of new Set(names)) {
    const times = names.filter((one) => one === name).length;
    targets.push({ name, nth: 1 });
    if (times > 1) targets.push({ name, nth: times });
  }
  return { clean, targets };
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
  const chosen = allFlows.filter((flow) => `${flow.platform}, ${flow.name}`.includes(values.only));
  const tables = await matrix({ flows: chosen, say: (line) => console.log(line) });
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  const style = await prettier.resolveConfig(values.to);
  writeFileSync(values.to, await prettier.format(page(tables), { ...style, parser: "markdown" }));
  const broken = brokenCells(tables);
  const cells = tables.reduce((sum, table) => sum + table.targets.length * table.rows.length, 0);
  console.log(`${cells} cells in ${seconds} s, written to ${values.to}`);
  console.log(broken.length === 0 ? "Every cell keeps its rule." : `NOT GOOD:\n${broken.join("\n")}`);
  process.exit(broken.length === 0 ? 0 : 1);
}
