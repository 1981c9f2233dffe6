/** Cold start and memory at rest of the process that `npm start` starts, against bare Fastify with the same plugins. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cpuMs, fixed, lean, median, resident, start, type Row } from "./measure.ts";

interface Reading {
  wallMs: number;
  cpuMs: number;
  restMb: number;
  restCpu: number;
}

export async function startUp(options: { rounds: number; restS: number }): Promise<Row[]> {
  const readings: Record<"bare" | "sandbox" | "live", Reading[]> = { bare: [], sandbox: [], live: [] };
  for (let round = 0; round < options.rounds; round += 1) {
    const restS = round === 0 ? options.restS : 2;
    readings.bare.push(await read(["scripts/bench/bare-start.mjs"], {}, restS));
    readings.sandbox.push(await read([...lean, "src/main.ts"], { PLATFORM_MODE: "sandbox" }, restS));
    readings.live.push(
      await read([...lean, "src/main.ts"], { PLATFORM_MODE: "live", PUBLIC_URL: "https://postern.example" }, restS),
    );
  }
  const of = (which: keyof typeof readings, pick: keyof Reading): number =>
    median(readings[which].map((one) => one[pick]));
  const rows: Row[] = [];
  for (const mode of ["sandbox", "live"] as const) {
    const memory = of(mode, "restMb");
    const idle = readings[mode][0]!.restCpu;
    const compare = (what: string, pick: keyof Reading, unit: string): Row => {
      const [ours, bare] = [of(mode, pick), of("bare", pick)];
      const [a, b] = [`${fixed(ours, 0)} ${unit}`, `${fixed(bare, 0)} ${unit}`];
      return { group: "Start", what: `${what}, ${mode}`, ours: a, bare: b, ratio: ours / bare, goal: "", met: null };
    };
    rows.push(
      { ...compare("memory at rest", "restMb", "MB"), goal: "≤ 110 MB", met: memory <= 110 },
      compare("until ready", "wallMs", "ms"),
      compare("processor until ready", "cpuMs", "ms"),
      {
        group: "Start",
        what: `processor at rest, ${mode}`,
        ours: `${fixed(idle, 2)} %`,
        bare: `${fixed(readings.bare[0]!.restCpu, 2)} %`,
        ratio: null,
        goal: "< 0.5 %",
        met: idle < 0.5,
      },
    );
  }
  return rows;
}

async function read(args: string[], env: Record<string, string>, restS: number): Promise<Reading> {
  const folder = mkdtempSync(path.join(tmpdir(), "postern-bench-start-"));
  const begun = performance.now();
  const program = await start(args, /ready/, { DATA_DIR: folder, PORT: "0", LOG_LEVEL: "silent", ...env });
  try {
    const wallMs = performance.now() - begun;
    const cpuThen = cpuMs(program.pid);
    await sleep(2000);
    const before = cpuMs(program.pid);
    await sleep(restS * 1000);
    const restCpu = (cpuMs(program.pid) - before) / (restS * 10);
    return { wallMs, cpuMs: cpuThen, restMb: resident(program.pid), restCpu };
  } finally {
    await program.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
