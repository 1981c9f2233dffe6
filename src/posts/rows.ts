/** Reads and writes posts, their versions per channel and the list of media they use. */
import type { Db, PostChannelRow, PostRow } from "../database/index.ts";
import { notFound } from "../web/index.ts";
import { mediaIdsOf } from "./storable.ts";
import type { Timing } from "./schedule.ts";
import { rememberWords } from "./search.ts";
import type { PostChannel, PostInput } from "./shapes.ts";

export type StoredPost = Omit<PostRow, "media"> & { media: string[]; channels: PostChannel[] };

export function readPost(db: Db, workspaceId: string, id: string): StoredPost | null {
  const row = db.get<PostRow>("SELECT * FROM posts WHERE posts.id = ? AND posts.workspace_id = ?", [id, workspaceId]);
  return row ? withChannels(db, [row])[0]! : null;
}

function withChannels(db: Db, rows: readonly PostRow[]): StoredPost[] {
  const versions = db.all<PostChannelRow>(
    `SELECT * FROM post_channels WHERE post_channels.post_id IN (SELECT value FROM json_each(?))
     ORDER BY post_channels.post_id, post_channels.position`,
    [JSON.stringify(rows.map((row) => row.id))],
  );
  const byPost = Map.groupBy(versions, (version) => version.post_id);
  return rows.map((row) => ({
    ...row,
    media: JSON.parse(row.media) as string[],
    channels: (byPost.get(row.id) ?? []).map(channelOf),
  }));
}

function channelOf(row: PostChannelRow): PostChannel {
  return {
    channelId: row.channel_id,
    text: row.text,
    media: row.media === null ? null : (JSON.parse(row.media) as string[]),
    options: JSON.parse(row.options) as Record<string, unknown>,
  };
}

/** In the order of `ids`; what is not in this workspace is left out. */
export function readPosts(db: Db, workspaceId: string, ids: readonly string[]): StoredPost[] {
  const rows = db.all<PostRow>(
    // The plus keeps SQLite from walking the whole workspace instead of the few ids.
    "SELECT posts.* FROM json_each(?) AS wanted JOIN posts ON posts.id = wanted.value WHERE +posts.workspace_id = ? ORDER BY wanted.key",
    [JSON.stringify(ids), workspaceId],
  );
  return withChannels(db, rows);
}

export interface PostFacts {
  id: string;
  workspaceId: string;
  createdBy: string | null;
  input: PostInput;
  timing: Timing;
  now: number;
}

/**
 * Writes a post as a draft, new or over the one with this id; its version goes up by one. Inside the caller's transaction.
 * Throws Refusal 404 when the id is another workspace's.
 */
export function writePost(db: Db, facts: PostFacts): void {
  const { id, input, timing, now } = facts;
  const written = db.run(
    `INSERT INTO posts (id, workspace_id, created_by, text, media, state, scheduled_at, wall_time, time_zone, created_at, updated_at)
     VALUES (@id, @workspaceId, @createdBy, @text, @media, 'draft', @scheduledAt, @wallTime, @timeZone, @now, @now)
     ON CONFLICT (id) DO UPDATE SET text = @text, media = @media, state = 'draft', scheduled_at = @scheduledAt,
       wall_time = @wallTime, time_zone = @timeZone, version = posts.version + 1, updated_at = @now
       WHERE posts.workspace_id = @workspaceId`,
    {
      id,
      workspaceId: facts.workspaceId,
      createdBy: facts.createdBy,
      text: input.text,
      media: JSON.stringify(input.media),
      scheduledAt: timing.scheduledAt,
      wallTime: timing.wallTime,
      timeZone: input.timeZone,
      now,
    },
  );
  if (written === 0) throw notFound("post");
  writeChannels(db, id, input);
  writeMedia(db, id, mediaIdsOf(input));
  rememberWords(db, id);
}

function writeChannels(db: Db, postId: string, input: PostInput): void {
  db.run("DELETE FROM post_channels WHERE post_channels.post_id = ?", [postId]);
  input.channels.forEach((channel, position) =>
    db.run(
      "INSERT INTO post_channels (post_id, channel_id, position, text, media, options) VALUES (?, ?, ?, ?, ?, ?)",
      [
        postId,
        channel.channelId,
        position,
        channel.text ?? null,
        channel.media ? JSON.stringify(channel.media) : null,
        JSON.stringify(channel.options ?? {}),
      ],
    ),
  );
}

function writeMedia(db: Db, postId: string, ids: readonly string[]): void {
  db.run("DELETE FROM post_media WHERE post_media.post_id = ?", [postId]);
  for (const mediaId of ids) db.run("INSERT INTO post_media (post_id, media_id) VALUES (?, ?)", [postId, mediaId]);
}
