/** A large file into the library by the tus protocol, against the same library alone. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { Agent, request } from "undici";
import { Install } from "./install.ts";
import { cpuMs, fixed, median, resident, start, type Row } from "./measure.ts";

interface Reading {
  perSecond: number;
  grewMb: number;
  cpuMs: number;
}

export async function uploadsIn(options: { bytes: number; rounds: number }): Promise<Row[]> {
  const folder = mkdtempSync(path.join(tmpdir(), "postern-bench-in-"));
  const bare = await start(["scripts/bench/bare-tus.mjs", folder], /ready \d+\n/);
  const bareUrl = `http://127.0.0.1:${/ready (\d+)/.exec(bare.said)![1]}`;
  const install = await Install.make();
  const own = { cookie: install.cookie, origin: install.url, "x-csrf-token": install.csrf };
  const readings: Record<"ours" | "bare", Reading[]> = { ours: [], bare: [] };
  try {
    const ours = async (bytes: number): Promise<Reading> => {
      const { at, ...reading } = await upload(install.url, install.process!.pid, bytes, own);
      await settled(at, own);
      return reading;
    };
    await ours(1_000_000);
    await upload(bareUrl, bare.pid, 1_000_000, {});
    for (let round = 0; round < options.rounds; round += 1) {
      readings.ours.push(await ours(options.bytes));
      readings.bare.push(await upload(bareUrl, bare.pid, options.bytes, {}));
    }
  } finally {
    await install.close();
    await bare.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  const of = (which: "ours" | "bare", pick: keyof Reading): number => median(readings[which].map((one) => one[pick]));
  const words = (which: "ours" | "bare"): string =>
    `${fixed(of(which, "perSecond"), 0)} MB/s, ${fixed(of(which, "cpuMs"), 0)} ms processor, +${fixed(of(which, "grewMb"), 0)} MB`;
  const ratio = of("ours", "perSecond") / of("bare", "perSecond");
  return [
    {
      group: "Upload in",
      what: `${Math.round(options.bytes / 1024 / 1024).toLocaleString("en")} MB by tus`,
      ours: words("ours"),
      bare: words("bare"),
      ratio,
      goal: "≥ 0.80",
      met: ratio >= 0.8,
    },
  ];
}

/** Creates one upload and sends it in one piece; timed until the last byte is answered for. */
async function upload(
  url: string,
  pid: number,
  bytes: number,
  own: Record<string, string>,
): Promise<Reading & { at: string }> {
  const dispatcher = new Agent();
  const headers = { ...own, "tus-resumable": "1.0.0" };
  const made = await request(`${url}/media/uploads`, {
    method: "POST",
    headers: { ...headers, "upload-length": String(bytes), "upload-metadata": `filename ${btoa("large.mp4")}` },
    dispatcher,
  });
  if (made.statusCode !== 201)
    throw new Error(`The upload was answered with ${made.statusCode}: ${await made.body.text()}`);
  await made.body.dump();
  const target = new URL(String(made.headers["location"]), `${url}/media/uploads`).href;
  const before = resident(pid);
  const cpuBefore = cpuMs(pid);
  let highest = before;
  const watch = setInterval(() => (highest = Math.max(highest, resident(pid))), 20);
  const begun = performance.now();
  const sent = await request(target, {
    method: "PATCH",
    headers: {
      ...headers,
      "upload-offset": "0",
      "content-type": "application/offset+octet-stream",
      "content-length": String(bytes),
    },
    body: zeros(bytes),
    dispatcher,
    headersTimeout: 0,
  });
  await sent.body.dump();
  clearInterval(watch);
  if (sent.statusCode !== 204) throw new Error(`The bytes were answered with ${sent.statusCode}.`);
  const seconds = (performance.now() - begun) / 1000;
  await dispatcher.close();
  return { perSecond: bytes / 1e6 / seconds, grewMb: highest - before, cpuMs: cpuMs(pid) - cpuBefore, at: target };
}

/** After its answer a file is hashed and measured; the next round must not be measured beside that. */
async function settled(at: string, own: Record<string, string>): Promise<void> {
  for (;;) {
    const told = await request(at, { headers: own });
    await told.body.dump();
    if (told.statusCode !== 202) return;
  }
}

function zeros(bytes: number): Readable {
  const piece = Buffer.alloc(64 * 1024);
  return Readable.from(
    (function* () {
      for (let left = bytes; left > 0; left -= piece.length)
        yield left >= piece.length ? piece : piece.subarray(0, left);
    })(),
    { objectMode: false },
  );
}
