/** Four pages with ever more publications behind them, each against a bare page of the same bytes from the same rows. */
import path from "node:path";
import { Install } from "./install.ts";
import { load, type Load } from "./load.ts";
import { cpuMs, fixed, median, percentile, start, type Row } from "./measure.ts";
import { seed, type Seeded } from "./seed.ts";

interface Page {
  name: string;
  target(seeded: Seeded): string;
  /** About as many rows as the page shows. */
  rows: number;
}

const shown: readonly Page[] = [
  { name: "calendar month", target: () => "/calendar", rows: 300 },
  { name: "posts list", target: () => "/posts", rows: 60 },
  { name: "library", target: () => "/media", rows: 48 },
  { name: "post page", target: ({ postId }) => `/posts/${postId}`, rows: 2 },
];

interface Side {
  perSecond: number;
  /** ms */
  p99: number;
  /** Processor time of one answer in ms: other work on the machine takes less part in it than in the others. */
  processor: number;
}

interface Figures {
  ours: Side;
  bare: Side;
  bytes: number;
}

export async function pages(options: { sizes: readonly number[]; rounds: number; seconds: number }): Promise<Row[]> {
  const install = await Install.make();
  const rows: Row[] = [];
  const first = new Map<string, Figures>();
  try {
    for (const size of options.sizes) {
      await install.stop();
      const seeded = install.furnish((wired) => seed(wired, size));
      await install.start();
      for (const page of shown) {
        const figures = await measure(install, seeded, page, options);
        rows.push(rowOf(page, size, figures));
        if (!first.has(page.name)) first.set(page.name, figures);
        if (size === options.sizes.at(-1) && options.sizes.length > 1)
          rows.push(growth(page, options.sizes, first.get(page.name)!, figures));
      }
    }
  } finally {
    await install.close();
  }
  return rows;
}

async function measure(
  install: Install,
  seeded: Seeded,
  page: Page,
  { rounds, seconds }: { rounds: number; seconds: number },
): Promise<Figures> {
  const url = `${install.url}${page.target(seeded)}`;
  const headers = { cookie: install.cookie };
  const { bytes } = await load(url, 0.5, headers);
  const since = new Date().setUTCDate(1);
  const file = path.join(install.folder, "postern.db");
  const bare = await start(["scripts/bench/bare-pages.mjs", file, seeded.workspaceId, String(since)], /ready \d+\n/);
  try {
    const bareUrl = `http://127.0.0.1:${/ready (\d+)/.exec(bare.said)![1]}/?rows=${page.rows}&bytes=${bytes}`;
    await load(bareUrl, 0.5);
    const ours: Side[] = [];
    const theirs: Side[] = [];
    for (let round = 0; round < rounds; round += 1) {
      ours.push(await sideOf(install.process!.pid, () => load(url, seconds, headers)));
      theirs.push(await sideOf(bare.pid, () => load(bareUrl, seconds)));
    }
    return { ours: middleOf(ours), bare: middleOf(theirs), bytes };
  } finally {
    await bare.stop();
  }
}

async function sideOf(pid: number, work: () => Promise<Load>): Promise<Side> {
  const before = cpuMs(pid);
  const { perSecond, took } = await work();
  return { perSecond, p99: percentile(took, 0.99), processor: (cpuMs(pid) - before) / took.length };
}

/** Of each round, then the middle one: what else runs on the machine spoils a round, not the figure. */
function middleOf(rounds: readonly Side[]): Side {
  const middle = (of: (side: Side) => number): number => median(rounds.map(of));
  return {
    perSecond: middle((one) => one.perSecond),
    p99: middle((one) => one.p99),
    processor: middle((one) => one.processor),
  };
}

function said({ perSecond, p99, processor }: Side): string {
  return `${fixed(perSecond, 0)}/s, p99 ${fixed(p99)} ms, processor ${fixed(processor, 2)} ms`;
}

function rowOf(page: Page, size: number, { ours, bare, bytes }: Figures): Row {
  const ratio = ours.perSecond / bare.perSecond;
  return {
    group: "Pages",
    what: `${page.name}, ${size.toLocaleString("en")} publications (${fixed(bytes / 1000, 0)} kB)`,
    ours: said(ours),
    bare: said(bare),
    ratio,
    goal: "≥ 0.60",
    met: ratio >= 0.6,
  };
}

function growth(page: Page, sizes: readonly number[], first: Figures, last: Figures): Row {
  // Against the bare page's own growth in both directions: a machine that got busier meanwhile must not count against us,
  // and one that got quieter must not hide what grew.
  const grew = last.ours.p99 / first.ours.p99 / (last.bare.p99 / first.bare.p99);
  return {
    group: "Pages",
    what: `${page.name}: p99 from ${sizes[0]!.toLocaleString("en")} to ${sizes.at(-1)!.toLocaleString("en")}`,
    ours: `${fixed(first.ours.p99)} → ${fixed(last.ours.p99)} ms`,
    bare: `${fixed(first.bare.p99)} → ${fixed(last.bare.p99)} ms`,
    ratio: grew,
    goal: "≤ 1.3",
    met: grew <= 1.3,
  };
}
