/** The words by which posts are found: those of every version and title, in one full-text index. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Db } from "../database/index.ts";

/**
 * Begins words that only this room writes: marks of a post's workspace and channels, so that the index itself answers for
 * them. The letter is one that nobody searches for.
 */
const OWN = "\u{A66E}";
/** Of what is typed; nobody finds more by more. */
const MOST_WORDS = 12;

function mark(kind: "w" | "c", id: string): string {
  return `${OWN}${kind}${id.replaceAll(/[^A-Za-z0-9]/g, "")}`;
}

/** Call in the transaction that writes the post and its versions. Deleting a post takes its words along. */
export function rememberWords(db: Db, postId: string): void {
  db.run(
    `INSERT INTO post_words (post_id, words)
     SELECT posts.id,
       replace(posts.text, @own, '') || ' ' || @own || 'w' || replace(posts.workspace_id, '-', '') ||
       COALESCE((
         SELECT group_concat(
           ' ' || replace(COALESCE(post_channels.text, '') || ' ' ||
             COALESCE(json_extract(post_channels.options, '$.title'), ''), @own, '') ||
             ' ' || @own || 'c' || replace(post_channels.channel_id, '-', ''), '')
         FROM post_channels WHERE post_channels.post_id = posts.id), '')
     FROM posts WHERE posts.id = @postId
     ON CONFLICT (post_id) DO UPDATE SET words = excluded.words WHERE post_words.words <> excluded.words`,
    { postId, own: OWN },
  );
}

/**
 * What the index is asked for: every typed word must begin a word of the post, in any order. Everything but letters and
 * digits is left out, so that nothing typed is read as an operator. Null when no word is left: nothing can be found then.
 */
export function searchTerms(workspaceId: string, typed: string, channelId?: string): string | null {
  const found = typed
    .normalize("NFC")
    .replaceAll(OWN, "")
    .match(/[\p{L}\p{N}\p{M}]+/gu);
  if (!found) return null;
  const marks = [mark("w", workspaceId), ...(channelId ? [mark("c", channelId)] : [])];
  const words = found.slice(0, MOST_WORDS).map((word) => `"${word}"*`);
  return [...marks.map((one) => `"${one}"`), ...words].join(" AND ");
}

/** Pages of the index merged in one go, a few milliseconds' work, and the rest in between. */
const PAGES = 64;
const REST_MS = 20;

/**
 * What was deleted or changed is not found any more at once, but its words lie in the index until its pieces are merged.
 * This merges them all, in small steps beside everything else. (FTS5's own secure-delete would do it with every change, at a
 * cost that grows with the index.)
 */
export async function forgetErasedWords(db: Db): Promise<void> {
  let moved = mergeStep(db, -PAGES);
  while (moved && db.sqlite.open) {
    await sleep(REST_MS);
    moved = db.sqlite.open && mergeStep(db, PAGES);
  }
}

/** False when there was nothing left to do. https://sqlite.org/fts5.html#the_merge_command */
function mergeStep(db: Db, pages: number): boolean {
  const changes = (): number => db.get<{ n: number }>("SELECT total_changes() AS n")?.n ?? 0;
  const before = changes();
  db.run("INSERT INTO post_search (post_search, rank) VALUES ('merge', ?)", [pages]);
  return changes() - before >= 2;
}
