/** Rows of media: every read and write names the workspace it is for. */
import type { Db, MediaRow, PublicationState } from "../database/index.ts";
import type { House } from "../house.ts";
import { newId } from "../ids.ts";
import { plainText } from "../web/index.ts";
import type { Measured } from "./measured.ts";
import { forget, remember } from "./search.ts";

export function findMedia(db: Db, workspaceId: string, id: string): MediaRow | null {
  return (
    db.get<MediaRow>("SELECT * FROM media WHERE media.id = ? AND media.workspace_id = ?", [id, workspaceId]) ?? null
  );
}

/** For signed addresses, which carry no workspace: the signature is what admits. */
export function findForAddress(db: Db, id: string): MediaRow | null {
  return db.get<MediaRow>("SELECT * FROM media WHERE media.id = ? AND media.state = 'ready'", [id]) ?? null;
}

/** The ready file of a workspace with these bytes. */
export function findSame(db: Db, workspaceId: string, sha256: string): MediaRow | null {
  const sql =
    "SELECT * FROM media WHERE media.sha256 = ? AND media.workspace_id = ? AND media.state = 'ready' ORDER BY media.created_at LIMIT 1";
  return db.get<MediaRow>(sql, [sha256, workspaceId]) ?? null;
}

export function isUsedContent(db: Db, sha256: string): boolean {
  return db.get("SELECT 1 FROM media WHERE media.sha256 = ? LIMIT 1", [sha256]) !== undefined;
}

export interface NewMedia {
  workspaceId: string;
  accountId: string | null;
  name: string;
  sourceUrl: string | null;
}

/** A row whose file is still to come. */
export function insertProcessing(house: House, media: NewMedia): MediaRow {
  const id = newId();
  house.db.run(
    `INSERT INTO media (id, workspace_id, state, name, source_url, created_by, created_at)
     VALUES (@id, @workspaceId, 'processing', @name, @sourceUrl, @accountId, @now)`,
    { ...media, id, now: house.clock.now() },
  );
  const row = findMedia(house.db, media.workspaceId, id)!;
  remember(house.db, row);
  return row;
}

export interface Content extends Measured {
  bytes: number;
  sha256: string;
  hasPoster: boolean;
}

/** Fills a processing row with what was measured. Returns null when it is gone or was settled by somebody else. */
export function fillMedia(db: Db, workspaceId: string, id: string, content: Content): MediaRow | null {
  const changed = db.run(
    `UPDATE media SET state = 'ready', problem = NULL, sha256 = @sha256, kind = @kind, mime = @mime, extension = @extension,
       bytes = @bytes, width = @width, height = @height, duration_ms = @durationMs, video_codec = @videoCodec,
       audio_codec = @audioCodec, frame_rate = @frameRate, rotation = @rotation, has_poster = @hasPoster
     WHERE media.id = @id AND media.workspace_id = @workspaceId AND media.state = 'processing'`,
    { ...content, hasPoster: content.hasPoster ? 1 : 0, id, workspaceId },
  );
  return changed === 1 ? findMedia(db, workspaceId, id) : null;
}

export interface Description {
  title?: string;
  altText?: string;
  labels?: readonly string[];
}

/** Changes what is given and leaves the rest; texts are cleaned and cut. Returns null when there is no such file. */
export function describeMedia(db: Db, workspaceId: string, id: string, words: Description): MediaRow | null {
  const labels = words.labels?.map((label) => plainText(label, 60)).filter(Boolean);
  return db.transaction(() => {
    db.run(
      `UPDATE media SET title = COALESCE(@title, title), alt_text = COALESCE(@altText, alt_text), labels = COALESCE(@labels, labels)
       WHERE media.id = @id AND media.workspace_id = @workspaceId`,
      {
        id,
        workspaceId,
        title: words.title === undefined ? null : plainText(words.title, 200),
        altText: words.altText === undefined ? null : plainText(words.altText, 2000),
        labels: labels ? JSON.stringify([...new Set(labels)].slice(0, 50)) : null,
      },
    );
    const row = findMedia(db, workspaceId, id);
    if (row) remember(db, row);
    return row;
  });
}

export function failMedia(db: Db, workspaceId: string, id: string, problem: string): boolean {
  const sql =
    "UPDATE media SET state = 'failed', problem = ? WHERE media.id = ? AND media.workspace_id = ? AND media.state = 'processing'";
  return db.run(sql, [problem, id, workspaceId]) === 1;
}

/** Takes the row out with its search words; what refers to it in posts goes with it. */
export function deleteMedia(db: Db, row: MediaRow): void {
  forget(db, row.id);
  db.run("DELETE FROM media WHERE media.id = ? AND media.workspace_id = ?", [row.id, row.workspace_id]);
}

/** Where a file is used; `state` is "draft" for a post that was not handed over, else its most pressing publication's. */
export interface MediaUse {
  postId: string;
  text: string;
  state: PublicationState | "draft";
}

const PRESSING = [
  "publishing",
  "confirming",
  "held",
  "scheduled",
  "unconfirmed",
  "in_inbox",
  "failed",
  "published",
  "cancelled",
];
const RANK = `CASE p.state ${PRESSING.map((state, rank) => `WHEN '${state}' THEN ${rank}`).join(" ")} END`;

/** Posts that use a file, newest first, at most 200. */
export function usesOf(db: Db, workspaceId: string, id: string): MediaUse[] {
  return db.all<MediaUse>(
    `SELECT posts.id AS postId, posts.text AS text,
       COALESCE((SELECT p.state FROM publications p WHERE p.post_id = posts.id ORDER BY ${RANK} LIMIT 1), 'draft') AS state
     FROM post_media JOIN posts ON posts.id = post_media.post_id
     WHERE post_media.media_id = ? AND posts.workspace_id = ? ORDER BY posts.id DESC LIMIT 200`,
    [id, workspaceId],
  );
}

/** Posts that still need the file: their publications wait, are under way, or may be sent again. */
export function needsOf(db: Db, workspaceId: string, id: string): Array<{ postId: string; text: string }> {
  return db.all(
    `SELECT DISTINCT posts.id AS postId, posts.text AS text
     FROM post_media JOIN posts ON posts.id = post_media.post_id JOIN publications p ON p.post_id = posts.id
     WHERE post_media.media_id = ? AND posts.workspace_id = ? AND p.state IN ('scheduled', 'publishing', 'confirming', 'held')
     ORDER BY p.due_at LIMIT 20`,
    [id, workspaceId],
  );
}
