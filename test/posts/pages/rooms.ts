/** Media straight from their rows, without measuring: what these pages read of that room. */
import type { MediaRow } from "../../../src/database/index.ts";
import { MediaLibrary } from "../../../src/media/index.ts";
import type { MediaFacts } from "../../../src/platforms/index.ts";
import { Posts } from "../../../src/posts/index.ts";
import type { Wired } from "../../../src/wiring.ts";

class RowMedia extends MediaLibrary {
  override find(workspaceId: string, id: string): MediaRow | null {
    const sql = "SELECT * FROM media WHERE id = ? AND workspace_id = ?";
    return this.house.db.get<MediaRow>(sql, [id, workspaceId]) ?? null;
  }
  override list(workspaceId: string): { items: MediaRow[]; nextCursor: string | null } {
    const items = this.house.db.all<MediaRow>("SELECT * FROM media WHERE workspace_id = ?", [workspaceId]);
    return { items, nextCursor: null };
  }
  override facts(workspaceId: string, ids: readonly string[]): MediaFacts[] {
    return ids.flatMap((id) => {
      const row = this.find(workspaceId, id);
      return row?.state === "ready" ? [factsOf(row)] : [];
    });
  }
  override thumbPath(): string | null {
    return null;
  }
}

function factsOf(row: MediaRow): MediaFacts {
  return {
    id: row.id,
    kind: row.kind!,
    name: row.name,
    mime: row.mime!,
    bytes: row.bytes!,
    width: row.width,
    height: row.height,
    durationMs: row.duration_ms,
    videoCodec: row.video_codec,
    audioCodec: row.audio_codec,
    frameRate: row.frame_rate,
    rotation: row.rotation,
    altText: row.alt_text,
  };
}

export function roomsFromRows(wired: Wired): Wired {
  const media = new RowMedia(wired.house);
  return { ...wired, media, posts: new Posts(wired.house, wired.channels, media, wired.publishing) };
}
