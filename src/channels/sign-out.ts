/** Marks a channel as signed out and tells those who wait for it, in one transaction. */
import { audit } from "../accounts/index.ts";
import type { Room } from "./room.ts";

/** `reason` is shown to the person; "revoked" = the platform itself said so. Nothing happens to a channel that is not signed in. */
export function signOut(
  room: Room,
  channelId: string,
  reason: string,
  state: "signed_out" | "revoked" = "signed_out",
): void {
  const { house, rows, listeners } = room;
  const row = rows.get(channelId);
  if (!row) return;
  house.db.transaction(() => {
    if (!rows.signOut(channelId, reason, state)) return;
    for (const listener of listeners.signedOut) listener(channelId, reason);
    audit(house, {
      action: "platform.signed_out",
      workspaceId: row.workspace_id,
      target: channelId,
      facts: { platform: row.platform },
    });
    house.log.warn({ channel: channelId, platform: row.platform }, "a channel was signed out by its platform");
    house.news.emit(`workspace:${row.workspace_id}`, { channelId });
  });
}
