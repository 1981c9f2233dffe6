/** Four pages with ever more publications behind them, each against a bare page of the same bytes from the same rows. */
import path from "node:path";
import { Install } from "./install.ts";
import { load } from "./load.ts";
import { fixed, median, percentile, start, type Row } from "./measure.ts";
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

interface Figures {
  ours: number;
  bare: number;
  p99: number;
  bareP99: number;
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
    const ours = [];
    const theirs = [];
    for (let round = 0; round < rounds; round += 1) {
      ours.push(await load(url, seconds, headers));
      theirs.push(await load(bareUrl, seconds));
    }
    return {
      ours: median(ours.map((one) => one.perSecond)),
      bare: median(theirs.map((one) => one.perSecond)),
      // Of each round, then the middle one: what else runs on the machine spoils a round, not the figure.
      p99: median(ours.map((one) => percentile(one.took, 0.99))),
      bareP99: median(theirs.map((one) => percentile(one.took, 0.99))),
      bytes,
    };
  } finally {
    await bare.stop();
  }
}

function rowOf(page: Page, size: number, { ours, bare, p99, bareP99, bytes }: Figures): Row {
  return {
    group: "Pages",
    what: `${page.name}, ${size.toLocaleString("en")} publications (${fixed(bytes / 1000, 0)} kB)`,
    ours: `${fixed(ours, 0)}/s, p99 ${fixed(p99)} ms`,
    bare: `${fixed(bare, 0)}/s, p99 ${fixed(bareP99)} ms`,
    ratio: ours / bare,
    goal: "≥ 0.60",
    met: ours / bare >= 0.6,
  };
}

function growth(page: Page, sizes: readonly number[], first: Figures, last: Figures): Row {
  // Against the bare page's own growth, so that a machine that got busier meanwhile is not counted twice.
  const grew = last.p99 / first.p99 / Math.max(1, last.bareP99 / first.bareP99);
  return {
    group: "Pages",
    what: `${page.name}: p99 from ${sizes[0]!.toLocaleString("en")} to ${sizes.at(-1)!.toLocaleString("en")}`,
    ours: `${fixed(first.p99)} → ${fixed(last.p99)} ms`,
    bare: `${fixed(first.bareP99)} → ${fixed(last.bareP99)} ms`,
    ratio: grew,
    goal: "≤ 1.3",
    met: grew <= 1.3,
  };
}
