/** The mark of a channel in the calendar: its platform's icon in a colour that stays the channel's own. */
import type { House } from "../house.ts";
import { findPlatform, type Platform } from "../platforms/index.ts";

export interface Mark {
  channelId: string;
  platform: Platform;
  /** The channel's name, or "TikTok (disconnected)". */
  name: string;
  /** 0 to 7, in the order in which channels were connected. */
  tone: number;
}

export type Marks = ReadonlyMap<string, Mark>;

const TONES = 8;

/** Every channel of the workspace, those that were disconnected too: what they published still stands in the calendar. */
export function marksOf(house: House, workspaceId: string): Marks {
  const rows = house.db.all<{ id: string; platform: string; name: string | null }>(
    "SELECT id, platform, name FROM channels WHERE workspace_id = ? ORDER BY created_at, id",
    [workspaceId],
  );
  const known = rows.flatMap(({ id, platform: platformId, name }, index) => {
    const platform = findPlatform(platformId);
    if (!platform) return [];
    return [{ channelId: id, platform, name: name ?? `${platform.name} (disconnected)`, tone: index % TONES }];
  });
  return new Map(known.map((mark) => [mark.channelId, mark]));
}
