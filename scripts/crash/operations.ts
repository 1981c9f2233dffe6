/** Each way to die: what is driven, the random moment of the kill, and what must hold right after it. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { backupFaults, databaseFaults, keyFaults, leftInHand } from "./checks.ts";
import { end, freePort, type Install } from "./install.ts";
import { migrateCopy } from "./migration.ts";
import { allow, openReadonly, publish } from "./publications.ts";

export const kinds = [
  "publishing",
  "starting",
  "backup",
  "rotation",
  "disconnect",
  "migration",
  "first start",
] as const;
export type Kind = (typeof kinds)[number];

/** One install under fire: what is known of it between two kills. */
export interface Range {
  install: Install;
  mediaId: string;
  /** Platform name → the account that is connected and disconnected. */
  spare: ReadonlyMap<string, string>;
  up: boolean;
  /** What the last kill left in hand. */
  left: string[];
  /** Lines of the log that named what was recovered. */
  recovered: number;
  /** Outcomes worth counting, by name. */
  counts: Record<string, number>;
  faults: string[];
  /** How long things take when nobody kills them, ms. */
  takes: { start: number; backup: number; rotation: number; migration: number };
}

const random = (most: number): number => Math.random() * most;
const count = (range: Range, what: string, n = 1): void => void (range.counts[what] = (range.counts[what] ?? 0) + n);

/** One kill of this kind, with its checks. */
export async function strike(range: Range, kind: Kind): Promise<void> {
  await strikes[kind](range);
  const faults = databaseFaults(range.install).map((fault) => `after a kill while ${kind}: ${fault}`);
  range.faults.push(...faults);
}

/** Started when it is not; the log must name what the former process left in hand. */
export async function up(range: Range): Promise<void> {
  if (range.up) return;
  const startedAt = performance.now();
  await range.install.start();
  range.up = true;
  range.takes.start = performance.now() - startedAt;
  // The log reaches us over a pipe, a moment after it was written.
  const unnamedNow = (): string[] => range.left.filter((id) => !range.install.log.includes(id));
  for (let i = 0; i < 200 && unnamedNow().length > 0; i += 1) await sleep(10);
  const unnamed = unnamedNow();
  if (unnamed.length > 0) range.faults.push(`the log does not say that ${unnamed.join(", ")} were recovered`);
  range.recovered += range.install.log.split("\n").filter((line) => line.includes("recover")).length;
}

async function down(range: Range): Promise<void> {
  await range.install.kill();
  range.up = false;
  range.left = leftInHand(range.install);
}

const strikes: Record<Kind, (range: Range) => Promise<void>> = {
  async publishing(range) {
    await up(range);
    await sleep(random(700));
    await down(range);
  },

  /** Recovery itself is killed. */
  async starting(range) {
    if (range.up) await down(range);
    range.install.spawn();
    await sleep(random(range.takes.start * 1.2));
    await down(range);
  },

  async backup(range) {
    await up(range);
    await killedCommand(range, "backup", ["backup", ...(Math.random() < 0.5 ? ["--with-media"] : [])]);
    const { whole, refused, faults } = await backupFaults(range.install);
    range.faults.push(...faults);
    count(range, "backups whole", whole);
    count(range, "backups refused", refused);
    rmSync(path.join(range.install.dataDir, "backups"), { recursive: true, force: true });
  },

  async rotation(range) {
    await up(range);
    await killedCommand(range, "rotation", ["rotate-key"]);
    range.faults.push(...keyFaults(range.install));
  },

  async disconnect(range) {
    await up(range);
    await disconnect(range);
  },

  async migration(range) {
    if (range.up) await down(range);
    const { outcome, takes, faults } = await migrateCopy(range.install, random(range.takes.migration * 1.1));
    range.takes.migration = takes ?? range.takes.migration;
    count(range, `migrations ${outcome}`);
    range.faults.push(...faults);
  },

  /** The very first start: folder, key and schema are made, and made again where a kill left them half made. */
  async "first start"(range) {
    if (range.up) await down(range);
    const dataDir = mkdtempSync(path.join(range.install.folder, "first-"));
    const port = String(await freePort());
    const child = range.install.spawn({ dataDir, port });
    await sleep(random(range.takes.start));
    await end(child, "SIGKILL");
    const again = range.install.spawn({ dataDir, port });
    let ready = false;
    for (let i = 0; i < 1200 && !ready && again.exitCode === null; i += 1) {
      ready = (await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null))?.ok === true;
      if (!ready) await sleep(25);
    }
    if (!ready)
      range.faults.push(`killed in its first start it does not start again: ${range.install.log.slice(-800)}`);
    await end(again, "SIGKILL");
    rmSync(dataDir, { recursive: true, force: true });
  },
};

/** The command dies at a random moment of its work, every second time together with the server. */
async function killedCommand(range: Range, what: "backup" | "rotation", args: string[]): Promise<void> {
  const command = await range.install.command(...args);
  const startedAt = performance.now();
  const first = range.takes[what] === 0;
  command.begin();
  const ended = await Promise.race([
    command.done,
    sleep(first ? 60_000 : random(range.takes[what] * 1.2), undefined, { ref: false }),
  ]);
  if (first) range.takes[what] = performance.now() - startedAt;
  else if (ended === undefined) count(range, `${what} killed at work`);
  await Promise.all([command.kill(), ...(Math.random() < 0.5 ? [down(range)] : [])]);
}

let spareNumber = 0;

/** A channel that is publishing is disconnected, and the server dies at a random moment of it. */
async function disconnect(range: Range): Promise<void> {
  const { install, spare } = range;
  const [name = "", account = ""] = [...spare][spareNumber % spare.size] ?? [];
  spareNumber += 1;
  await install.robot.open(`${install.url}/channels`);
  await install.robot.press(`Connect ${name}`);
  await allow(install, account);
  const channel = newestChannel(install);
  await publish(install, channel, range.mediaId, `Crash spare number ${spareNumber} end`, Date.now() + 300);
  await sleep(random(1500));
  const tokens = newestChannel(install).tokens.filter((token) => token !== null);
  await install.robot.open(`${install.url}/channels/${channel.id}/disconnect`);
  const pressed = install.robot.press("Disconnect and erase").catch(() => undefined);
  await sleep(random(300));
  await down(range);
  await pressed;
  await up(range);
  const after = newestChannel(install);
  if (after.disconnected_at === null) {
    count(range, "disconnect had not happened");
    if (after.tokens[0] === null) range.faults.push(`${name} is connected and has no token`);
    await install.robot.open(`${install.url}/channels/${channel.id}/disconnect`);
    await install.robot.press("Disconnect and erase");
  } else count(range, "disconnect had happened");
  const gone = newestChannel(install);
  if (gone.disconnected_at === null) range.faults.push(`${name} was not disconnected at the second try`);
  if (gone.tokens.some((token) => token !== null)) range.faults.push(`${name} is disconnected and has a token left`);
  const left = tokens.filter((token) => bytesOf(install).some((bytes) => bytes.includes(token)));
  if (left.length > 0)
    range.faults.push(`${name} is disconnected and ${left.length} sealed tokens are still in the files`);
}

interface ChannelRow {
  id: string;
  platform: string;
  disconnected_at: number | null;
  tokens: [string | null, string | null];
}

function newestChannel(install: Install): ChannelRow {
  const db = openReadonly(install);
  try {
    const row = db
      .prepare(
        "SELECT id, platform, disconnected_at, access_token_sealed AS access, refresh_token_sealed AS refresh FROM channels ORDER BY created_at DESC, id DESC",
      )
      .get() as ChannelRow & { access: string | null; refresh: string | null };
    return { ...row, tokens: [row.access, row.refresh] };
  } finally {
    db.close();
  }
}

function bytesOf(install: Install): Buffer[] {
  return ["postern.db", "postern.db-wal"]
    .map((name) => path.join(install.dataDir, name))
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file));
}
