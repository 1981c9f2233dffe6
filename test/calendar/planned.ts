/** A post that is planned in the near future on the TikTok channel that was connected in a browser. */
import { instantOf, wallTimeOf } from "../../src/posts/index.ts";
import { channelIds } from "../browser/person.ts";
import { addMedia } from "../posts/core/rows.ts";
import type { TestServer } from "../support/server.ts";

const DAY = 86_400_000;

/** Planned for the Wednesday after next, so that the days around it are to come and in the same week. */
export function planInBrowser(
  server: TestServer,
  text = "Low tide",
): { id: string; wall: string; day(days: number): string } {
  const { house, posts, publishing } = server.running.wired;
  const member = house.db.get<{ account_id: string; workspace_id: string }>(
    "SELECT account_id, workspace_id FROM memberships",
  )!;
  const workspaceId = member.workspace_id;
  const { time_zone: timeZone } = house.db.get<{ time_zone: string }>("SELECT time_zone FROM workspaces WHERE id = ?", [
    workspaceId,
  ])!;
  const weekday = new Date(house.clock.now()).getUTCDay();
  const noon = Math.floor(house.clock.now() / DAY) * DAY + (10 - weekday) * DAY + DAY / 2;
  const day = (days: number): string => new Date(noon + days * DAY).toISOString().slice(0, 10);
  const wall = `${day(0)}T17:30`;
  const channelId = channelIds(server)["tiktok"]!;
  const media = [addMedia(house, workspaceId, "video", "ready")];
  const channels = [{ channelId, options: { mode: "inbox" } }];
  const input = { text, media, scheduledAt: null, wallTime: wall, timeZone, channels };
  const { id } = posts.saveDraft(workspaceId, member.account_id, input);
  publishing.plan(workspaceId, id, [channelId], instantOf(wall, timeZone)!);
  house.db.run("UPDATE posts SET state = 'planned' WHERE id = ?", [id]);
  return { id, wall, day };
}

/** Wall time at which the post stands now, "2026-12-02T17:30". */
export function standsAt(server: TestServer, id: string): string | null {
  const row = server.running.wired.house.db.get<{ scheduled_at: number; time_zone: string }>(
    "SELECT scheduled_at, time_zone FROM posts WHERE id = ?",
    [id],
  )!;
  return wallTimeOf(row.scheduled_at, row.time_zone);
}
