/** Pages through a workspace's files, newest first, by key and never by offset. */
import type { Db, MediaRow } from "../database/index.ts";
import { Refusal } from "../web/index.ts";
import { searchTerms } from "./search.ts";

export interface MediaQuery {
  search?: string;
  kind?: "image" | "video" | "audio";
  use?: "used" | "unused";
  /** Only files that can be posted. */
  ready?: boolean;
  limit: number;
  cursor?: string | null;
}

export interface MediaPage {
  items: MediaRow[];
  nextCursor: string | null;
}

/** Throws a 400 Refusal for a cursor that is not ours. */
export function listMedia(db: Db, workspaceId: string, query: MediaQuery): MediaPage {
  const terms = query.search ? searchTerms(workspaceId, query.search) : null;
  const after = query.cursor ? readCursor(query.cursor) : null;
  const where = [
    "media.workspace_id = @workspaceId",
    terms ? "media_search MATCH @terms" : "",
    after ? "(media.created_at, media.id) < (@at, @id)" : "",
    query.kind ? "media.kind = @kind" : "",
    query.ready ? "media.state = 'ready'" : "",
    query.use
      ? `${query.use === "used" ? "" : "NOT "}EXISTS (SELECT 1 FROM post_media WHERE post_media.media_id = media.id)`
      : "",
  ].filter(Boolean);
  const rows = db.all<MediaRow>(
    `SELECT media.* FROM ${terms ? "media_search JOIN media ON media.id = media_search.id" : "media"}
     WHERE ${where.join(" AND ")} ORDER BY media.created_at DESC, media.id DESC LIMIT @limit`,
    {
      workspaceId,
      terms,
      kind: query.kind ?? null,
      at: after?.at ?? null,
      id: after?.id ?? null,
      limit: query.limit + 1,
    },
  );
  const items = rows.slice(0, query.limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > query.limit && last ? writeCursor(last) : null };
}

/** How many ready files a workspace has and what they weigh together. */
export function weightOf(db: Db, workspaceId: string): { files: number; bytes: number } {
  // Kept by triggers on media, so that it takes no longer with a hundred thousand files.
  const sql = "SELECT media_weights.files, media_weights.bytes FROM media_weights WHERE media_weights.workspace_id = ?";
  return db.get<{ files: number; bytes: number }>(sql, [workspaceId]) ?? { files: 0, bytes: 0 };
}

function writeCursor(row: MediaRow): string {
  return Buffer.from(`${row.created_at}.${row.id}`).toString("base64url");
}

function readCursor(cursor: string): { at: number; id: string } {
  const found = /^(\d{1,15})\.([0-9a-f-]{36})$/.exec(Buffer.from(cursor, "base64url").toString());
  if (!found) throw strangeCursor();
  return { at: Number(found[1]), id: found[2]! };
}

function strangeCursor(): Refusal {
  return new Refusal(400, {
    title: "That cursor is not ours",
    message: "The list cannot be continued from there.",
    next: "Start again from the first page.",
  });
}
