/** What exactly goes out on one channel: the version where it differs, the post's own text and media elsewhere. */
import type { Db, PublicationRow } from "../database/index.ts";
import type { Content } from "./delivery.ts";

/** undefined when the post has gone. */
export function contentOf(
  db: Db,
  row: Pick<PublicationRow, "post_id" | "channel_id" | "workspace_id">,
): Content | undefined {
  const found = db.get<{
    text: string;
    media: string;
    own_text: string | null;
    own_media: string | null;
    options: string;
  }>(
    `SELECT p.text, p.media, c.text AS own_text, c.media AS own_media, c.options
     FROM posts p JOIN post_channels c ON c.post_id = p.id
     WHERE p.id = ? AND c.channel_id = ? AND p.workspace_id = ?`,
    [row.post_id, row.channel_id, row.workspace_id],
  );
  if (!found) return undefined;
  return {
    text: found.own_text ?? found.text,
    mediaIds: JSON.parse(found.own_media ?? found.media) as string[],
    options: JSON.parse(found.options) as Record<string, unknown>,
  };
}
