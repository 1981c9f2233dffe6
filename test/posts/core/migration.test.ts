/** What was written before there was an index is found afterwards, by the same words as what is written today. */
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import test from "node:test";
import { migrate, openDatabase } from "../../../src/database/index.ts";
import { findPosts } from "../../../src/posts/find-posts.ts";
import { rememberWords } from "../../../src/posts/search.ts";

const own = path.join(import.meta.dirname, "..", "..", "..", "migrations");

test("older posts come into the index with all their versions", (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), "postern-migrations-"));
  const db = openDatabase({ file: ":memory:" });
  t.after(() => {
    db.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const files = readdirSync(own).sort();
  for (const name of files.filter((one) => one < "0003")) cpSync(path.join(own, name), path.join(folder, name));
  migrate(db, { now: 1, folder });
  db.sqlite.exec(`
    INSERT INTO workspaces (id, name, time_zone, created_at) VALUES ('w-1', 'One', 'UTC', 1), ('w-2', 'Two', 'UTC', 1);
    INSERT INTO channels (id, workspace_id, platform, remote_id, state, connected_at, created_at)
      VALUES ('c-1', 'w-1', 'youtube', 'r', 'ready', 1, 1);
    INSERT INTO posts (id, workspace_id, text, state, time_zone, created_at, updated_at) VALUES
      ('p-1', 'w-1', 'Low tide \u{A66E}ww2', 'draft', 'UTC', 1, 1), ('p-2', 'w-2', 'Low tide', 'draft', 'UTC', 2, 2);
    INSERT INTO post_channels (post_id, channel_id, position, text, options)
      VALUES ('p-1', 'c-1', 0, 'High water', '{"title":"The bay"}');`);
  for (const name of files) cpSync(path.join(own, name), path.join(folder, name));
  migrate(db, { now: 2, folder });
  const found = (workspaceId: string, search: string, channelId?: string): string[] =>
    findPosts(db, workspaceId, { search, ...(channelId && { channelId }) }, { limit: 9, cursor: null }).ids;
  assert.deepEqual(found("w-1", "tide bay wat"), ["p-1"]);
  assert.deepEqual(found("w-1", "low", "c-1"), ["p-1"]);
  assert.deepEqual(found("w-2", "low"), ["p-2"]);
  assert.deepEqual(found("w-2", "bay"), []);
  const words = () => db.all("SELECT post_id, words FROM post_words ORDER BY n");
  const before = words();
  for (const id of ["p-1", "p-2"]) rememberWords(db, id);
  assert.deepEqual(words(), before, "the migration writes what the room writes");
});
