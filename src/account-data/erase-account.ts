/** Erases an account: withdraws at the platforms, takes every row and file out, clears the database's log, and leaves a receipt. */
import { readdirSync } from "node:fs";
import path from "node:path";
import { audit, eraseAccountRows, handInstallTo, endAccess } from "../accounts/index.ts";
import { clearLog } from "../database/index.ts";
import type { House } from "../house.ts";
import { erasePosts, forgetErasedWords } from "../posts/index.ts";
import { eraseWorkspace } from "../workspaces/index.ts";
import type { Wired } from "../wiring.ts";
import { standingOf } from "./standing.ts";

export type Rooms = Pick<Wired, "house" | "channels" | "media">;

/** What became of one connection. Never names the channel. */
export interface Withdrawn {
  platform: string;
  /** The platform said that the access is withdrawn. */
  revoked: boolean;
  words: string;
}

/** Counts and sentences, nothing that says who it was. */
export interface Erased {
  /** UTC ms. */
  erasedAt: number;
  channels: Withdrawn[];
  workspaces: number;
  posts: number;
  media: number;
  /** Scheduled publications that were called off. */
  calledOff: number;
  /** Publications that were on their way to a platform and may still appear there. */
  onTheirWay: number;
  /** False: something kept the database's log in use; its next clearing takes the rest. */
  logCleared: boolean;
  /** Paths of backups in the data folder: made before, so the account is still in them. */
  backups: string[];
  /** Nobody is left: whoever signs up next owns the install. */
  installIsFree: boolean;
}

/** The account cannot be erased as things stand; nothing was changed. */
export class CannotErase extends Error {
  readonly reasons: readonly string[];

  constructor(reasons: readonly string[]) {
    super(`Nothing was erased. ${reasons.join(" ")}`);
    this.name = "CannotErase";
    this.reasons = reasons;
  }
}

const AT_ONCE = 200;

/**
 * Works beside a running server: what is being uploaded meanwhile finds its row gone and stops. Interrupted, it can be done
 * again and goes on. `heir` is the account that takes the install over. Throws CannotErase.
 */
export async function eraseAccount(rooms: Rooms, accountId: string, heir: string | null = null): Promise<Erased> {
  const { house, media } = rooms;
  const standing = standingOf(house, accountId, heir);
  if (standing.reasons.length > 0) throw new CannotErase(standing.reasons);
  // First the doors: nobody adds anything while it is being taken out.
  house.db.transaction(() => endAccess(house, accountId));
  const gone = standing.goes.map((one) => one.id);
  const left = await withdrawAll(rooms, gone);
  const counts = { posts: 0, media: 0 };
  for (const workspaceId of gone) {
    forgetJobs(rooms, workspaceId);
    counts.posts += await inBatches(() => erasePosts(house, workspaceId, AT_ONCE));
    counts.media += await inBatches(() => media.eraseSome(workspaceId, AT_ONCE));
  }
  const { installIsFree } = house.db.transaction(() => finish(rooms, accountId, gone, heir));
  await forgetErasedWords(house.db);
  await media.uploads.eraseOf(accountId);
  return {
    erasedAt: house.clock.now(),
    ...left,
    ...counts,
    workspaces: gone.length,
    logCleared: await clearLog(house.db),
    backups: backupsIn(house.config.dataDir),
    installIsFree,
  };
}

async function withdrawAll(
  { house, channels }: Rooms,
  workspaces: readonly string[],
): Promise<Pick<Erased, "channels" | "calledOff" | "onTheirWay">> {
  const found = { channels: [] as Withdrawn[], calledOff: 0, onTheirWay: 0 };
  for (const workspaceId of workspaces) {
    for (const channel of channels.list(workspaceId)) {
      found.onTheirWay += channels.notice(channel.id).onTheirWay;
      const receipt = await channels.disconnect(workspaceId, channel.id);
      found.calledOff += receipt.cancelledPublications;
      found.channels.push({ platform: channel.platform.name, revoked: receipt.revoked, words: receipt.revocation });
    }
  }
  house.log.info({ channels: found.channels.length }, "the channels of an account were disconnected to erase it");
  return found;
}

function finish(
  { house, media }: Rooms,
  accountId: string,
  gone: readonly string[],
  heir: string | null,
): Pick<Erased, "installIsFree"> {
  for (const workspaceId of gone) {
    // What came in during the last batch.
    while (media.eraseSome(workspaceId, AT_ONCE) > 0);
    house.queue.forget([workspaceId]);
    eraseWorkspace(house, workspaceId);
  }
  const next = nextOwner(house, accountId, heir);
  if (next !== undefined) handInstallTo(house, next);
  eraseAccountRows(house, accountId, gone);
  media.forgetWords();
  audit(house, { action: "account.erased", facts: { workspaces: gone.length } });
  return { installIsFree: house.db.get("SELECT 1 FROM accounts LIMIT 1") === undefined };
}

/**
 * Who owns the install after its owner. Asked at the end: while the platforms were waited for, the heir may have left, and
 * somebody invited may have signed up. What is gone is gone, so the oldest account has to do where no heir is left.
 */
function nextOwner({ db }: House, accountId: string, heir: string | null): string | undefined {
  if (!db.get("SELECT 1 FROM accounts WHERE accounts.id = ? AND accounts.is_owner = 1", [accountId])) return undefined;
  const next = db.get<{ id: string }>(
    "SELECT accounts.id FROM accounts WHERE accounts.id <> ? ORDER BY accounts.id IS ? DESC, accounts.created_at, accounts.id",
    [accountId, heir],
  );
  return next?.id;
}

/** Jobs name what they are for, and may keep what went wrong with it in words. */
function forgetJobs({ house }: Rooms, workspaceId: string): void {
  for (const table of ["publications", "channels", "media"]) {
    const ids = house.db.all<{ id: string }>(`SELECT id FROM ${table} WHERE workspace_id = ?`, [workspaceId]);
    if (ids.length > 0) house.queue.forget(ids.map((row) => row.id));
  }
}

/** Lets other requests run between two batches. */
async function inBatches(batch: () => number): Promise<number> {
  for (let total = 0; ;) {
    const n = batch();
    if (n === 0) return total;
    total += n;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function backupsIn(dataDir: string): string[] {
  const folder = path.join(dataDir, "backups");
  try {
    return readdirSync(folder)
      .filter((name) => /\.(backup|db)$/.test(name))
      .sort()
      .map((name) => path.join(folder, name));
  } catch {
    return [];
  }
}
