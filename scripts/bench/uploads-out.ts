/** A large video through the TikTok and YouTube modules, against a bare undici stream of the same bytes to the same place. */
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fixed, lean, median, run, start, type Row } from "./measure.ts";

interface Reading {
  perSecond: number;
  grewMb: number;
  cpuMs: number;
}

const ways = ["bare", "tiktok", "youtube"] as const;

export async function uploadsOut(options: { bytes: number; rounds: number }): Promise<Row[]> {
  const folder = mkdtempSync(path.join(tmpdir(), "postern-bench-out-"));
  const file = path.join(folder, "large.mp4");
  // A hole: it reads as zeros as fast as the kernel gives them, so the disk is not what is measured.
  writeFileSync(file, "");
  truncateSync(file, options.bytes);
  const standIn = await start(["scripts/bench/platforms.mjs"], /ready \d+\n/);
  const platforms = `http://127.0.0.1:${/ready (\d+)/.exec(standIn.said)![1]}`;
  const readings: Record<(typeof ways)[number], Reading[]> = { bare: [], tiktok: [], youtube: [] };
  try {
    for (let round = 0; round < options.rounds; round += 1) {
      for (const way of ways) {
        readings[way].push(
          await run<Reading>([
            ...lean.slice(0, 1),
            // As src/main.ts sets it.
            "--heap-growing-percent=100",
            "scripts/bench/stream.ts",
            way,
            platforms,
            file,
            String(options.bytes),
          ]),
        );
      }
    }
  } finally {
    await standIn.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  const size = `${Math.round(options.bytes / 1024 / 1024).toLocaleString("en")} MB`;
  const of = (way: (typeof ways)[number], pick: keyof Reading): number => median(readings[way].map((one) => one[pick]));
  return (["tiktok", "youtube"] as const).flatMap((way): Row[] => {
    const ratio = of(way, "perSecond") / of("bare", "perSecond");
    const grew = of(way, "grewMb");
    return [
      {
        group: "Uploads out",
        what: `${size} through ${way}`,
        ours: `${fixed(of(way, "perSecond"), 0)} MB/s, ${fixed(of(way, "cpuMs"), 0)} ms processor`,
        bare: `${fixed(of("bare", "perSecond"), 0)} MB/s, ${fixed(of("bare", "cpuMs"), 0)} ms processor`,
        ratio,
        goal: "≥ 0.80",
        met: ratio >= 0.8,
      },
      {
        group: "Uploads out",
        what: `${size} through ${way}: memory grew by`,
        ours: `${fixed(grew, 0)} MB`,
        bare: `${fixed(of("bare", "grewMb"), 0)} MB`,
        ratio: null,
        goal: "≤ 48 MB",
        met: grew <= 48,
      },
    ];
  });
}
