/** Disconnecting: withdraws at the platform, erases what is the person's in one transaction, and leaves a receipt. */
import { audit } from "../accounts/index.ts";
import { clearLog } from "../database/index.ts";
import type { Keeper } from "./keeper.ts";
import { manageAccessUrl, platformIn, type Room } from "./room.ts";
import type { Channel } from "./rows.ts";
import { cancelUpkeep } from "./upkeep.ts";
import type { Receipt } from "./views.ts";
import { withdraw, type Withdrawal } from "./withdraw.ts";

export interface Notice {
  /** Publications that will be called off. */
  scheduled: number;
  /** Publications that the platform may have taken already. */
  onTheirWay: number;
  /** Drafts that lie in the person's inbox at the platform. */
  inInbox: number;
  /** Publications that are out and stay there. */
  published: number;
}

/** What stands on this channel's list, for the warning before disconnecting. */
export function noticeOf(room: Room, channelId: string): Notice {
  const count = (...states: string[]): number =>
    room.house.db.get<{ n: number }>(
      "SELECT COUNT(*) AS n FROM publications WHERE channel_id = ? AND state IN (SELECT value FROM json_each(?))",
      [channelId, JSON.stringify(states)],
    )?.n ?? 0;
  return {
    scheduled: count("scheduled", "held"),
    onTheirWay: count("publishing", "confirming"),
    inInbox: count("in_inbox"),
    published: count("published"),
  };
}

/** Returns the receipt; the one that stands when somebody else was faster. Throws only when the database does. */
export async function disconnectChannel(
  room: Room,
  keeper: Keeper,
  row: Channel,
  by: { accountId: string | null; why: "person" | "lost" },
): Promise<Receipt> {
  const withdrawal = await withdraw(room, keeper, row);
  const receipt = room.house.db.transaction(() => eraseAll(room, row, withdrawal, by));
  if (!receipt) return JSON.parse(room.rows.get(row.id)?.receipt ?? "null") as Receipt;
  room.house.news.emit(`workspace:${row.workspace_id}`, { channelId: row.id });
  await clearWriteAheadLog(room, row);
  return receipt;
}

/** Null when the channel is disconnected already. */
function eraseAll(
  room: Room,
  row: Channel,
  withdrawal: Withdrawal,
  by: { accountId: string | null; why: string },
): Receipt | null {
  const { house, rows } = room;
  if (rows.get(row.id)?.disconnected_at !== null) return null;
  const receipt = receiptOf(room, row, withdrawal);
  // Before the profile goes: listeners look for its name in what they must scrub.
  for (const listener of room.listeners.disconnecting) listener(row.id);
  rows.erase(row.id, receipt);
  room.rates.forgetChannel(row.platform, row.id);
  cancelUpkeep(room, row.id);
  house.db.run("DELETE FROM oauth_flows WHERE workspace_id = ?", [row.workspace_id]);
  // Kept answers of the API may show the profile. The keys stay: one that comes again must not act again.
  house.db.run(
    `UPDATE idempotency_keys SET status = NULL, body = NULL
     WHERE api_key_id IN (SELECT id FROM api_keys WHERE workspace_id = ?)`,
    [row.workspace_id],
  );
  audit(house, {
    action: "platform.disconnect",
    workspaceId: row.workspace_id,
    accountId: by.accountId,
    target: row.id,
    outcome: withdrawal.revoked ? "ok" : "not_withdrawn",
    facts: { platform: row.platform, why: by.why, calledOff: receipt.cancelledPublications },
  });
  return receipt;
}

function receiptOf(room: Room, row: Channel, withdrawal: Withdrawal): Receipt {
  const { name } = platformIn(room, row.platform);
  const { scheduled, inInbox } = noticeOf(room, row.id);
  return {
    channelId: row.id,
    platform: row.platform,
    disconnectedAt: room.house.clock.now(),
    revocation: withdrawal.words,
    revoked: withdrawal.revoked,
    erased: [
      "Access and refresh tokens",
      `Name, handle, picture and id of the channel at ${name}`,
      "Permissions and facts that were kept with it",
      "Sign-ins under way and kept API answers of this workspace",
    ],
    kept: [
      "Your posts, drafts and media",
      `Everything that is published at ${name}; Postern deletes nothing there`,
      ...(inInbox === 0 ? [] : [`What lies in the inbox at ${name}; Postern does not hear of it any more`]),
      `A line that says when the ${name} channel was disconnected`,
      "Backups made before now, with the tokens sealed, until you delete them",
    ],
    cancelledPublications: scheduled,
    manageAccessUrl: manageAccessUrl(platformIn(room, row.platform), room.rows.extra(row)["way"] ?? ""),
  };
}

/** Erased pages may still stand in the write-ahead log. */
async function clearWriteAheadLog(room: Room, row: Channel): Promise<void> {
  const cleared = await clearLog(room.house.db);
  audit(room.house, {
    action: "platform.erased",
    workspaceId: row.workspace_id,
    target: row.id,
    outcome: cleared ? "ok" : "log_in_use",
    facts: { platform: row.platform },
  });
}
