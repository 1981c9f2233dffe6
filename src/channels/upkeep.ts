/** What happens to channels by itself: renewing ahead of time, profiles refreshed, old flows swept, long-lost channels erased. */
import { snooze, type JobRun, type RecurringJob, type Snooze } from "../jobs/index.ts";
import { PlatformError, type Destination } from "../platforms/contract.ts";
import { fetchAvatar } from "./avatars.ts";
import type { Flows } from "./flows.ts";
import type { Keeper } from "./keeper.ts";
import { platformIn, type Room } from "./room.ts";
import type { Channel } from "./rows.ts";
import { signOut } from "./sign-out.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A token that runs out within this time is renewed, if the channel is about to be used or has rested for long. */
const AHEAD_MS = 15 * MINUTE;
/** A token that is renewed with itself must not run out first: it is renewed long before. */
const AHEAD_OF_ITSELF_MS = 30 * DAY;
const RESTED_MS = DAY;
// 2026-11: what was read of a channel must be refreshed or deleted within 30 days, and a grant proven as often; data of a
// withdrawn grant must go within 30 days. https://developers.google.com/youtube/terms/developer-policies
const PROFILE_EVERY_MS = 6 * DAY;
const LOST_FOR_MS = 28 * DAY;
const TOLD_FOR_MS = 7 * DAY;

export interface Upkeep {
  room: Room;
  keeper: Keeper;
  flows: Flows;
  /** Disconnects a channel without a person. */
  eraseLost(row: Channel): Promise<void>;
}

export function upkeepClocks(upkeep: Upkeep): RecurringJob[] {
  const { room, flows } = upkeep;
  return [
    { name: "channels: renew ahead of time", every: "10 */5 * * * *", run: () => renewAhead(upkeep) },
    { name: "channels: refresh profiles", every: "40 7 * * * *", run: () => scheduleProfiles(room) },
    {
      name: "channels: erase what has been signed out for four weeks",
      every: "50 13 * * * *",
      run: () => eraseLost(upkeep),
    },
    {
      name: "channels: forget old sign-ins and counts",
      every: "25 * * * * *",
      run() {
        flows.sweep();
        room.rates.sweep();
      },
    },
  ];
}

export function defineUpkeepJobs({ room, keeper }: Upkeep): void {
  room.house.runner.define("renew-channel", { lane: "tokens", attempts: 5, run: (job) => renewOne(room, keeper, job) });
  room.house.runner.define("refresh-profile", {
    lane: "tokens",
    attempts: 5,
    run: (job) => refreshOne(room, keeper, job),
  });
}

/** When a signed-out channel's data are erased, UTC ms: never sooner than a week after the person was told. */
export function erasedAt(room: Room, row: Channel): number {
  const told = room.house.db.get<{ at: number | null }>(
    "SELECT MAX(at) AS at FROM audit_log WHERE action = 'platform.signed_out' AND target = ? AND at >= ?",
    [row.id, row.connected_at],
  );
  const proven = Math.max(row.last_success_at ?? 0, row.renewed_at ?? 0, row.connected_at);
  return Math.max(proven + LOST_FOR_MS, (told?.at ?? 0) + TOLD_FOR_MS);
}

/** Makes sure that a channel's profile is looked at again within a week. */
export function scheduleProfile(room: Room, channelId: string): void {
  const runAt = room.house.clock.now() + PROFILE_EVERY_MS + Math.floor(Math.random() * DAY);
  room.house.queue.enqueue({
    kind: "refresh-profile",
    lane: "tokens",
    args: { channelId },
    runAt,
    uniqueKey: `profile:${channelId}`,
  });
}

export function cancelUpkeep(room: Room, channelId: string): void {
  for (const key of [`profile:${channelId}`, `renew:${channelId}`]) room.house.queue.cancel(key);
}

function renewAhead({ room, keeper }: Upkeep): void {
  const now = room.house.clock.now();
  const due = room.house.db.all<{ id: string; access_expires_at: number }>(
    `SELECT id, access_expires_at FROM channels WHERE disconnected_at IS NULL AND state = 'ready' AND (
       refresh_token_sealed IS NULL AND (access_expires_at <= @now OR access_expires_at < @aheadOfItself AND renewed_at < @rested)
       OR refresh_token_sealed IS NOT NULL AND access_expires_at < @ahead AND (renewed_at < @rested OR EXISTS (
         SELECT 1 FROM publications WHERE publications.channel_id = channels.id
           AND publications.state IN ('scheduled', 'publishing', 'confirming') AND publications.due_at < @soon)))`,
    {
      now,
      ahead: now + AHEAD_MS,
      aheadOfItself: now + AHEAD_OF_ITSELF_MS,
      rested: now - RESTED_MS,
      soon: now + HOUR,
    },
  );
  for (const { id, access_expires_at: ends } of due) {
    const row = room.rows.get(id);
    if (!row || (!keeper.canRenew(row) && ends > now)) continue;
    const uniqueKey = `renew:${id}`;
    room.house.queue.enqueue({ kind: "renew-channel", lane: "tokens", args: { channelId: id }, uniqueKey });
  }
}

async function renewOne(room: Room, keeper: Keeper, { args }: JobRun): Promise<Snooze | void> {
  const row = room.rows.get(String(args["channelId"]));
  if (!row || row.disconnected_at !== null || row.state !== "ready") return;
  return settled(async () => {
    // Without anything to renew with, asking for the token is what notices that it has run out.
    if (keeper.canRenew(row)) await keeper.renew(row.id);
    else await keeper.token(row.id);
  });
}

/** A sign-out has been dealt with, a limit is waited for, a refusal will not get better; only the rest is tried again. */
async function settled(work: () => Promise<void>): Promise<Snooze | void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof PlatformError) || error.kind === "transient") throw error;
    if (error.kind === "rate_limited" && error.until !== null) return snooze(error.until);
  }
}

function scheduleProfiles(room: Room): void {
  const missing = room.house.db.all<{ id: string }>(
    `SELECT id FROM channels WHERE disconnected_at IS NULL AND state = 'ready' AND NOT EXISTS (
       SELECT 1 FROM jobs WHERE jobs.unique_key = 'profile:' || channels.id AND jobs.state IN ('queued', 'running'))`,
  );
  for (const { id } of missing) scheduleProfile(room, id);
}

/** Proves the grant and brings name, handle and picture up to date. */
async function refreshOne(room: Room, keeper: Keeper, { args, signal }: JobRun): Promise<Snooze | void> {
  const row = room.rows.get(String(args["channelId"]));
  if (!row || row.disconnected_at !== null || row.state !== "ready") return;
  const platform = platformIn(room, row.platform);
  const session = keeper.session(row, { signal });
  return settled(async () => {
    let found: Destination[];
    try {
      found = await platform.destinations(session);
    } catch (error) {
      if (!(error instanceof PlatformError) || !["signed_out", "rejected"].includes(error.kind)) throw error;
      // A token of one destination may not list all of them: what it is for decides.
      return proveBy(room, row, () => platform.prepare(session));
    }
    const own = found.find((one) => one.remoteId === row.remote_id);
    if (!own) return;
    const avatar = await fetchAvatar(room.house, own.avatarUrl);
    const extra = { ...room.rows.extra(row), ...own.extra };
    room.rows.setProfile(row.id, { name: own.name, handle: own.handle, extra, avatar });
  });
}

async function proveBy(room: Room, row: Channel, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof PlatformError && error.kind === "signed_out") {
      signOut(room, row.id, `${error.message} ${error.remedy}`.trim());
    }
    throw error;
  }
}

async function eraseLost({ room, eraseLost: erase }: Upkeep): Promise<void> {
  const lost = room.house.db.all<{ id: string }>(
    "SELECT id FROM channels WHERE disconnected_at IS NULL AND state IN ('signed_out', 'revoked')",
  );
  for (const { id } of lost) {
    const row = room.rows.get(id);
    if (row && erasedAt(room, row) <= room.house.clock.now()) await erase(row);
  }
}
