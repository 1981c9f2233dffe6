/** Kills the real process at random moments of everything it does, then compares every state with what the world sees. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { databaseFaults } from "./crash/checks.ts";
import { Install } from "./crash/install.ts";
import { kinds, strike, up, type Kind, type Range } from "./crash/operations.ts";
import {
  all,
  compare,
  furnish,
  isSpare,
  schedule,
  settledStates,
  upload,
  type Publication,
} from "./crash/publications.ts";

export interface CrashFigures {
  kills: number;
  killedWhile: Record<string, number>;
  publications: number;
  published: number;
  inInbox: number;
  unconfirmed: number;
  failed: number;
  /** Of the channels that were disconnected while publishing: what became of their posts. */
  disconnected: Record<string, number>;
  twice: number;
  lost: number;
  /** Not ended within the time to finish, and carried on by a job. */
  underWay: number;
  false: string[];
  /** integrity_check and what else was not as promised after a kill. */
  faults: string[];
  recoveredLines: number;
  outcomes: Record<string, number>;
  seconds: number;
}

/** A cycle in which every kind has its turn; most kills hit publishing. */
const cycle: readonly Kind[] = [
  "publishing",
  "rotation",
  "publishing",
  "backup",
  "starting",
  "publishing",
  "disconnect",
  "publishing",
  "migration",
  "starting",
  "publishing",
  "first start",
];

/** About what a kill takes, so that something is always due while kills last. */
const MS_PER_KILL = 1500;

/**
 * Schedules `publications` on the sandbox channels of `installs` independent installs, kills their processes `kills` times
 * in all, lets them finish and returns the figures. Nothing is mocked: real processes, real signals, real sockets; the
 * sandboxes live in this process, which nobody kills.
 */
export async function crash(options: {
  kills: number;
  publications: number;
  installs?: number;
  /** ms that publications have to end after the last kill; a platform that has nothing is asked for minutes. */
  finishWithin?: number;
  say?: (line: string) => void;
}): Promise<CrashFigures> {
  const say = options.say ?? (() => undefined);
  const startedAt = performance.now();
  const installs = options.installs ?? 1;
  const share = (n: number, of: number): number => Math.floor(of / installs) + (n < of % installs ? 1 : 0);
  const finishWithin = options.finishWithin ?? 15 * 60_000;
  const cache = mkdtempSync(path.join(tmpdir(), "postern-crash-cache-"));
  const killed: Record<string, number> = Object.fromEntries(kinds.map((kind) => [kind, 0]));
  let kills = 0;
  const onKill = (kind: Kind): void => {
    killed[kind] = (killed[kind] ?? 0) + 1;
    kills += 1;
    if (kills % 20 === 0) say(`killed ${kills} times in ${Math.round((performance.now() - startedAt) / 1000)} s`);
  };
  try {
    const parts = await Promise.all(
      Array.from({ length: installs }, (_, n) =>
        onOne(
          cache,
          { kills: share(n, options.kills), publications: share(n, options.publications), finishWithin },
          onKill,
          say,
        ),
      ),
    );
    const sum = (pick: (part: Part) => number): number => parts.reduce((total, part) => total + pick(part), 0);
    const inState = (state: string): number =>
      sum((part) => part.posts.filter((one) => one.state === state && !isSpare(one)).length);
    const spare = parts.flatMap((part) => part.posts.filter(isSpare));
    return {
      kills,
      killedWhile: killed,
      publications: sum((part) => part.posts.length),
      published: inState("published"),
      inInbox: inState("in_inbox"),
      unconfirmed: inState("unconfirmed"),
      failed: inState("failed"),
      disconnected: Object.fromEntries(
        settledStates
          .map((state) => [state, spare.filter((one) => one.state === state).length] as const)
          .filter(([, n]) => n > 0),
      ),
      twice: sum((part) => part.twice),
      lost: sum((part) => part.lost),
      underWay: sum((part) => part.underWay),
      false: parts.flatMap((part) => part.false),
      faults: parts.flatMap((part) => part.range.faults),
      recoveredLines: sum((part) => part.range.recovered),
      outcomes: parts.reduce<Record<string, number>>((all, part) => {
        for (const [name, n] of Object.entries(part.range.counts)) all[name] = (all[name] ?? 0) + n;
        return all;
      }, {}),
      seconds: Math.round((performance.now() - startedAt) / 1000),
    };
  } finally {
    rmSync(cache, { recursive: true, force: true });
  }
}

type Part = ReturnType<typeof compare> & { posts: Publication[]; range: Range };

async function onOne(
  cache: string,
  wish: { kills: number; publications: number; finishWithin: number },
  onKill: (kind: Kind) => void,
  say: (line: string) => void,
): Promise<Part> {
  const install = await Install.make(cache);
  try {
    // Slow answers, so that kills land while requests are under way; no limits, so that the day's posts are not used up.
    install.world.setBehaviour("tiktok", "limits", "off");
    await install.start();
    const spare = await furnish(install);
    // The compiled code is only kept by a process that ends in peace.
    await install.stop();
    install.world.faults.arm({ request: "*", kind: "delay", ms: 250, times: -1, chance: 0.3 });
    const range: Range = {
      install,
      spare,
      mediaId: "",
      up: false,
      left: [],
      recovered: 0,
      counts: {},
      faults: [],
      takes: { start: 0, backup: 0, rotation: 0, migration: 0 },
    };
    await up(range);
    range.mediaId = await upload(install);
    await schedule(install, wish.publications, Math.max(4000, wish.kills * MS_PER_KILL));
    for (let n = 0; n < wish.kills; n += 1) {
      const kind = cycle[n % cycle.length]!;
      await strike(range, kind);
      onKill(kind);
    }
    await up(range);
    await finish(install, wish.finishWithin, say);
    range.faults.push(...databaseFaults(install));
    const publications = all(install);
    return { ...compare(install, publications), posts: publications, range };
  } finally {
    await install.close();
  }
}

async function finish(install: Install, within: number, say: (line: string) => void): Promise<void> {
  const until = performance.now() + within;
  for (let round = 0; performance.now() < until; round += 1) {
    const open = all(install).filter((one) => !settledStates.includes(one.state));
    if (open.length === 0) return;
    if (round % 10 === 0) say(`${open.length} are still under way`);
    await sleep(500);
  }
}

export function good(figures: CrashFigures): boolean {
  return [
    figures.twice,
    figures.lost,
    figures.underWay,
    figures.failed,
    figures.false.length,
    figures.faults.length,
  ].every((n) => n === 0);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      kills: { type: "string", default: "60" },
      publications: { type: "string", default: "200" },
      installs: { type: "string", default: "2" },
    },
  });
  const figures = await crash({
    kills: Number(values.kills),
    publications: Number(values.publications),
    installs: Number(values.installs),
    say: (line) => console.log(line),
  });
  console.log(figures);
  console.log(good(figures) ? "None lost, none twice, no false state." : "NOT GOOD: see the figures.");
  process.exit(good(figures) ? 0 : 1);
}
