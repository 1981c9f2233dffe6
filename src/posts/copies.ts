/** What a copy of a post takes along: everything that is still there, and no time. */
import type { Db } from "../database/index.ts";
import { assetIds } from "./drafts.ts";
import { mediaIdsOf } from "./storable.ts";
import type { FullPost, PostInput } from "./shapes.ts";

/** Channels that were disconnected and files that were deleted since are left out, also where options name them. */
export function copyOf(db: Db, workspaceId: string, post: FullPost): PostInput {
  const files = present(db, "SELECT id FROM media WHERE workspace_id = ?", workspaceId, mediaIdsOf(post));
  const channels = present(
    db,
    "SELECT id FROM channels WHERE disconnected_at IS NULL AND workspace_id = ?",
    workspaceId,
    post.channels.map((version) => version.channelId),
  );
  const kept = (ids: string[]): string[] => ids.filter((id) => files.has(id));
  return {
    text: post.text,
    media: kept(post.media),
    scheduledAt: null,
    timeZone: post.timeZone,
    channels: post.channels
      .filter((version) => channels.has(version.channelId))
      .map((version) => ({
        ...version,
        media: version.media && kept(version.media),
        options: withFiles(version.options, files),
      })),
  };
}

function present(db: Db, own: string, workspaceId: string, ids: readonly string[]): Set<string> {
  const rows = db.all<{ id: string }>(`${own} AND id IN (SELECT value FROM json_each(?))`, [
    workspaceId,
    JSON.stringify(ids),
  ]);
  return new Set(rows.map((row) => row.id));
}

function withFiles(options: Record<string, unknown>, files: ReadonlySet<string>): Record<string, unknown> {
  const gone = new Set(assetIds(options).filter((id) => !files.has(id)));
  return Object.fromEntries(
    Object.entries(options).filter(([name, value]) => !(name.endsWith("MediaId") && gone.has(value as string))),
  );
}
