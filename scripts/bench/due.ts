/** A thousand publications due in the same second over a hundred channels: how late the platforms saw them, alone and beside a large upload. */
import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "../../src/clock.ts";
import { Install } from "./install.ts";
import { cpuMs, fixed, median, percentile, resident, start, type Program, type Row } from "./measure.ts";
import { makeChannels, schedule, scheduleLarge, type Channel } from "./publications.ts";

const MB = 1024 * 1024;
const LARGE = 2048 * MB;
/** A fast line; a stream over loopback without a pace would only measure how a processor is shared. */
const PACE = 40 * MB;
/** Until everything is due: the process starts and warms up meanwhile. */
const AHEAD_MS = 4000;

export interface Lateness {
  early: number;
  missing: number;
  p50: number;
  p99: number;
  max: number;
  /** Processor time of the process for each publication, in ms. */
  cpu: number;
  peakMb: number;
}

export async function due(options: { publications: number; rounds: number }): Promise<Row[]> {
  const alone: Lateness[] = [];
  const beside: Lateness[] = [];
  for (let round = 0; round < options.rounds; round += 1) {
    alone.push(await burst(options.publications, false));
    beside.push(await burst(options.publications, true));
  }
  const of = (all: readonly Lateness[], pick: keyof Lateness): number => median(all.map((one) => one[pick]));
  const words = (all: readonly Lateness[]): string =>
    `p50 ${fixed(of(all, "p50") / 1000, 2)} s, p99 ${fixed(of(all, "p99") / 1000, 2)} s, max ${fixed(of(all, "max") / 1000, 2)} s`;
  const early = [...alone, ...beside].reduce((sum, one) => sum + one.early + one.missing, 0);
  const ratio = of(beside, "p99") / of(alone, "p99");
  const count = `${options.publications.toLocaleString("en")} due at once`;
  const none = { bare: "", ratio: null, met: null, goal: "" };
  return [
    { ...none, group: "Due", what: `${count}: early or missing`, ours: String(early), goal: "0", met: early === 0 },
    { ...none, group: "Due", what: `${count}: lateness`, ours: words(alone) },
    { ...none, group: "Due", what: `${count}: processor each`, ours: `${fixed(of(alone, "cpu"))} ms` },
    { ...none, group: "Due", what: `${count}: peak memory`, ours: `${fixed(of(alone, "peakMb"), 0)} MB` },
    {
      group: "Due",
      what: `${count}, beside a 2 GB upload: lateness (bare: without it)`,
      ours: words(beside),
      bare: `p99 ${fixed(of(alone, "p99") / 1000, 2)} s`,
      ratio,
      goal: "≤ 1.2",
      met: ratio <= 1.2,
    },
  ];
}

async function burst(publications: number, large: boolean): Promise<Lateness> {
  return withPlatforms(PACE, async (install, platforms, channels) => {
    const at = systemClock.now() + AHEAD_MS + publications * 2;
    install.furnish((wired) => {
      schedule(
        wired,
        channels,
        "bench",
        Array.from({ length: publications }, () => at),
      );
      if (large) scheduleLarge(wired, channels, LARGE, at - 1500);
    });
    await install.start();
    return watch(
      install,
      platforms,
      Array.from({ length: publications }, () => at),
    );
  });
}

/** An install with its channels, stopped, and the platforms that it will talk to. */
export async function withPlatforms<T>(
  pace: number,
  work: (install: Install, platforms: string, channels: Channel[]) => Promise<T>,
): Promise<T> {
  const standIn: Program = await start(["scripts/bench/platforms.mjs", String(pace)], /ready \d+\n/);
  const platforms = `http://127.0.0.1:${/ready (\d+)/.exec(standIn.said)![1]}`;
  const install = await Install.make(platforms);
  try {
    await install.stop();
    return await work(install, platforms, install.furnish(makeChannels));
  } finally {
    await install.close();
    await standIn.stop();
  }
}

/** Waits until the platforms saw all of them, or a long time. `dues[n]` is when "bench <n>" was due. */
export async function watch(install: Install, platforms: string, dues: readonly number[]): Promise<Lateness> {
  const pid = install.process!.pid;
  const first = Math.min(...dues);
  const last = Math.max(...dues);
  await sleep(Math.max(0, first - 300 - systemClock.now()));
  const before = cpuMs(pid);
  const late = new Map<number, number>();
  const patience = last + 120_000;
  while (late.size < dues.length && systemClock.now() < patience) {
    await sleep(250);
    const seen = (await (await fetch(`${platforms}/record`)).json()) as Array<{ said: string; at: number }>;
    for (const { said, at } of seen) {
      const n = Number(/^bench (\d+)/.exec(said)?.[1] ?? NaN);
      const dueAt = dues[n];
      if (dueAt !== undefined) late.set(n, at - dueAt);
    }
  }
  const cpu = (cpuMs(pid) - before) / dues.length;
  const all = [...late.values()];
  return {
    early: all.filter((ms) => ms < 0).length,
    missing: dues.length - late.size,
    p50: percentile(all, 0.5),
    p99: percentile(all, 0.99),
    max: Math.max(...all),
    cpu,
    peakMb: resident(pid, "VmHWM"),
  };
}
