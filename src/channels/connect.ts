/** Turns what consent found into channels: new ones, or the ones that are connected already. */
import { audit } from "../accounts/index.ts";
import { ConsentProblem } from "./consent.ts";
import type { Flow, Found, FoundDestination } from "./flows.ts";
import { platformIn, type Room } from "./room.ts";
import type { Channel } from "./rows.ts";
import { scheduleProfile } from "./upkeep.ts";

export interface Connected {
  id: string;
  name: string;
  /** The channel existed: it has new tokens now. */
  again: boolean;
}

/** In one transaction. A channel that was connected before keeps its id, and what waited for it goes on. */
export function connectDestinations(
  room: Room,
  workspaceId: string,
  found: Found,
  chosen: readonly FoundDestination[],
  accountId: string | null,
): Connected[] {
  return room.house.db.transaction(() => chosen.map((one) => connectOne(room, workspaceId, found, one, accountId)));
}

function connectOne(
  room: Room,
  workspaceId: string,
  found: Found,
  destination: FoundDestination,
  accountId: string | null,
): Connected {
  const { house, rows } = room;
  const { platform } = found;
  const tokens = destination.tokens ?? found.tokens;
  const extra = { ...destination.extra, ...(found.way ? { way: found.way } : {}) };
  const again = rows.byRemoteId(workspaceId, platform, destination.remoteId) !== undefined;
  const avatar = destination.avatar === null ? null : Buffer.from(destination.avatar, "base64");
  const id = rows.put(
    { workspaceId, platform, remoteId: destination.remoteId },
    { name: destination.name, handle: destination.handle, extra, avatar },
    tokens,
    destination.tokens?.scopes ?? found.scopes,
  );
  rows.noteSuccess(id);
  scheduleProfile(room, id);
  if (again) for (const listener of room.listeners.reconnected) listener(id);
  const action = again ? "platform.reconnect" : "platform.connect";
  audit(house, { action, workspaceId, accountId, target: id, facts: { platform } });
  house.news.emit(`workspace:${workspaceId}`, { channelId: id });
  return { id, name: rows.get(id)?.name ?? "", again };
}

/**
 * The one destination that signs this channel in again. Throws ConsentProblem when somebody else signed in, or the channel was
 * disconnected meanwhile: a channel never becomes another one.
 */
export function sameChannel(room: Room, flow: Flow, found: Found): FoundDestination {
  const row: Channel | undefined = room.rows.inWorkspace(flow.workspaceId, flow.channelId ?? "");
  const platform = platformIn(room, flow.platform);
  if (!row || row.disconnected_at !== null) {
    throw new ConsentProblem("That channel was disconnected meanwhile. Nothing was changed. Connect it as a new one.");
  }
  const match = found.destinations.find((one) => one.remoteId === row.remote_id);
  if (match?.barred !== undefined) {
    throw new ConsentProblem(`${row.name ?? match.name} was not signed in again. ${match.barred}`, "waiting");
  }
  if (match) return match;
  const others = found.destinations.map((one) => one.name).slice(0, 3);
  throw new ConsentProblem(
    `You signed in as ${others.join(", ")}; this channel is ${row.name}. Nothing was changed. Reconnect it and choose ${row.name} at ${platform.name}, or use Connect ${platform.name} to add the other one.`,
    "waiting",
  );
}
