/** Publishes for a long time at a steady rate over a line that breaks, and measures whether anything grows, leaks or is late. */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import Database from "better-sqlite3";
import type { Fault } from "../src/sandbox/faults.ts";
import type { World } from "../src/sandbox/index.ts";
import { end, Install, root } from "./crash/install.ts";
import { furnish, settledStates, upload } from "./crash/publications.ts";
import { outcomeOf, slopePerHour, type Outcome } from "./soak/figures.ts";
import { openPages } from "./soak/pages.ts";
import type { Reading, Word } from "./soak/server.ts";

/** Shares of the faults; the slow ones are short, because a platform that is silent for half a minute makes everything late. */
const line: ReadonlyArray<Partial<Fault> & Pick<Fault, "kind"> & { share: number }> = [
  { kind: "refuse", share: 0.15 },
  { kind: "reset_after", share: 0.15 },
  { kind: "status", status: 500, share: 0.15 },
  { kind: "status", status: 503, share: 0.1 },
  { kind: "status_after", status: 502, share: 0.1 },
  { kind: "status", status: 429, headers: { "retry-after": "1" }, body: "{}", share: 0.05 },
  { kind: "garbage", share: 0.05 },
  { kind: "garbage_after", share: 0.05 },
  { kind: "truncated_after", share: 0.05 },
  { kind: "drip", ms: 200, share: 0.05 },
  { kind: "delay", ms: 200, share: 0.1 },
];

/** Workspaces with every channel in each: TikTok takes six videos a minute and channel. */
const WORKSPACES = 60;
/** How long the sandbox remembers a post; by then its publication has ended, if Postern keeps up. */
const KEEP_MS = 120_000;

export interface SoakFigures {
  minutes: number;
  rate: number;
  faults: number;
  outcome: Outcome;
  rssMb: { first: number; last: number; slopePerHour: number };
  heapMb: { slopePerHour: number };
  handles: { first: number; last: number; most: number };
  fds: { first: number; last: number; most: number };
  /** Share of the time in which the server was ready to run and had no core: what the machine is to blame for. */
  waitedForACore: number;
  /** Share of a core: the server's own, and what the sandbox took beside it. */
  cpu: { server: number; sandbox: number };
  /** Jobs side by side at most, in the middle and in the worst of the readings. */
  busy: { usual: number; most: number };
  /** ms: the middle of the readings' medians, and the worst and the usual p99 of five seconds. */
  loop: { p50: number; p99: number; worstP99: number; max: number };
}

export async function soak(wish: {
  minutes: number;
  rate: number;
  faults: number;
  say?: (line: string) => void;
}): Promise<SoakFigures> {
  const say = wish.say ?? (() => undefined);
  const cache = mkdtempSync(path.join(tmpdir(), "postern-soak-cache-"));
  const install = await Install.make(cache);
  const { world } = install;
  world.setBehaviour("tiktok", "limits", "off");
  let child: ChildProcess | undefined;
  try {
    await install.start();
    await furnish(install);
    await upload(install);
    await install.stop();
    breakLine(world, wish.faults);
    child = fork(path.join(root, "scripts/soak/server.ts"), { cwd: root, env: install.env });
    const readings = await run(child, world, wish, say);
    const landed = readings.landed;
    await finish(install, landed, world, say);
    child.disconnect();
    await once(child, "exit");
    return figuresOf(wish, readings, outcomeOf(install.dataDir, landed, readings.list));
  } finally {
    await end(child, "SIGKILL");
    await install.close();
    rmSync(cache, { recursive: true, force: true });
  }
}

function breakLine(world: World, faults: number): void {
  // Each fault is asked in turn whether it strikes, so the later ones see only what the earlier let pass; at 10 % that is as good as even.
  for (const { share, ...fault } of line)
    world.faults.arm({ request: "*", times: -1, ...fault, chance: faults * share });
}

async function run(
  child: ChildProcess,
  world: World,
  { minutes, rate }: { minutes: number; rate: number },
  say: (line: string) => void,
): Promise<{ list: Reading[]; landed: Map<string, number>; sandbox: number }> {
  const from = { cpu: process.cpuUsage(), at: performance.now() };
  const list: Reading[] = [];
  const landed = new Map<string, number>();
  let handed = 0;
  const pages = openPages(world, WORKSPACES * 3);
  child.on("message", (word: Word) => {
    if (word.is === "ready") child.send({ is: "begin", rate, seconds: minutes * 60, workspaces: WORKSPACES, pages });
    if (word.is === "handed") handed = word.publications;
    if (word.is === "reading") list.push(word.reading);
  });
  const until = performance.now() + (minutes * 60 + 15) * 1000;
  for (let round = 1; performance.now() < until; round += 1) {
    await sleep(2000);
    if (child.exitCode !== null) throw new Error("the server ended");
    harvest(world, landed);
    const now = list.at(-1);
    if (round % 15 === 0 && now)
      say(
        `${Math.round(now.at / 1000)} s: ${handed} handed over, ${landed.size} landed, ${now.rssMb} MB, ${now.fds} files, loop p99 ${now.loop.p99} ms, ${now.busy} side by side`,
      );
  }
  const { user, system } = process.cpuUsage(from.cpu);
  const sandbox = Math.round((user + system) / (performance.now() - from.at) / 10) / 100;
  return { list, landed, sandbox };
}

/** Counts what landed and forgets it: the sandbox looks through all it knows at every request. */
function harvest(world: World, landed: Map<string, number>): void {
  const db = new Database(path.join(world.folder, "world.db"), { timeout: 5000 });
  try {
    // What is younger, or still on its way, may be asked for.
    const done =
      "json_extract(body, '$.state') IS NULL OR json_extract(body, '$.state') IN ('live', 'complete', 'failed')";
    const seen = db
      .prepare(
        `SELECT n, body FROM documents WHERE collection = 'feed' AND json_extract(body, '$.createdAt') < ? AND (${done})`,
      )
      .all(Date.now() - KEEP_MS) as Array<{ n: number; body: string }>;
    for (const { body } of seen) count(JSON.parse(body) as { title: string; text: string }, landed);
    db.prepare("DELETE FROM documents WHERE n IN (SELECT value FROM json_each(?))").run(
      JSON.stringify(seen.map((one) => one.n)),
    );
    const forget = ["secrets", "files", "facebook.posts", "tiktok.tasks", "tiktok.uploads", "tiktok.calls"];
    db.prepare(
      `DELETE FROM documents WHERE n < ? AND collection IN (SELECT value FROM json_each(?)) AND (${done})`,
    ).run(seen.at(-1)?.n ?? 0, JSON.stringify(forget));
  } finally {
    db.close();
  }
}

function count(item: { title: string; text: string }, landed: Map<string, number>): void {
  const text = /Soak \d+ end/.exec(`${item.title} ${item.text}`)?.[0] ?? "?";
  landed.set(text, (landed.get(text) ?? 0) + 1);
}

/** No more faults; what is under way comes to its end. */
async function finish(
  install: Install,
  landed: Map<string, number>,
  world: World,
  say: (line: string) => void,
): Promise<void> {
  world.faults.clear();
  const db = new Database(path.join(install.dataDir, "postern.db"), { readonly: true });
  const open = db
    .prepare("SELECT COUNT(*) FROM publications WHERE state NOT IN (SELECT value FROM json_each(?))")
    .pluck();
  for (let left = -1, i = 0; left !== 0 && i < 240; i += 1) {
    left = open.get(JSON.stringify(settledStates)) as number;
    if (i % 20 === 0) say(`${left} are still under way`);
    await sleep(1000);
  }
  db.close();
  for (const item of world.feed()) count(item, landed);
}

function figuresOf(
  wish: { minutes: number; rate: number; faults: number },
  { list, sandbox }: { list: readonly Reading[]; sandbox: number },
  outcome: Outcome,
): SoakFigures {
  const first = list[Math.floor(list.length / 3)]!;
  const last = list.at(-1)!;
  const middle = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
  const most = (pick: (one: Reading) => number): number => Math.max(...list.map(pick));
  return {
    minutes: wish.minutes,
    rate: wish.rate,
    faults: wish.faults,
    outcome,
    rssMb: { first: first.rssMb, last: last.rssMb, slopePerHour: slopePerHour(list, (one) => one.rssMb) },
    heapMb: { slopePerHour: slopePerHour(list, (one) => one.heapMb) },
    handles: { first: first.handles, last: last.handles, most: most((one) => one.handles) },
    fds: { first: first.fds, last: last.fds, most: most((one) => one.fds) },
    waitedForACore: middle(list.map((one) => one.waited)),
    cpu: { server: middle(list.map((one) => one.cpu)), sandbox },
    busy: { usual: middle(list.map((one) => one.busy)), most: most((one) => one.busy) },
    loop: {
      p50: middle(list.map((one) => one.loop.p50)),
      p99: middle(list.map((one) => one.loop.p99)),
      worstP99: most((one) => one.loop.p99),
      max: most((one) => one.loop.max),
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      minutes: { type: "string", default: "30" },
      rate: { type: "string", default: "20" },
      faults: { type: "string", default: "0.1" },
    },
  });
  const figures = await soak({
    minutes: Number(values.minutes),
    rate: Number(values.rate),
    faults: Number(values.faults),
    say: (text) => console.log(text),
  });
  console.dir(figures, { depth: null });
  const { outcome } = figures;
  const good = outcome.twice === 0 && outcome.untrue === 0 && (outcome.states["failed"] ?? 0) === 0;
  console.log(good ? "None twice, no false state." : "NOT GOOD: see the figures.");
  process.exit(good ? 0 : 1);
}
