/** The words by which files are found: name, title, alternative text and labels, in one full-text index. */
import type { Db, MediaRow } from "../database/index.ts";

/**
 * Begins words that only this file writes: a file's id and its workspace's id, so that both are found through the index
 * and not by reading it all. The letter is one that nobody searches for.
 */
const OWN = "\u{A66E}";

function token(kind: "i" | "w", id: string): string {
  return `${OWN}${kind}${id.replaceAll("-", "")}`;
}

/** Call in the transaction that changes the row. */
export function remember(db: Db, row: MediaRow): void {
  forget(db, row.id);
  const labels = (JSON.parse(row.labels) as string[]).join(" ");
  const spoken = [row.name, row.title, row.alt_text, labels].join(" ").replaceAll(OWN, "");
  db.run("INSERT INTO media_search (id, workspace_id, words) VALUES (?, ?, ?)", [
    row.id,
    row.workspace_id,
    `${spoken} ${token("i", row.id)} ${token("w", row.workspace_id)}`,
  ]);
}

export function forget(db: Db, id: string): void {
  db.run(
    "DELETE FROM media_search WHERE rowid IN (SELECT rowid FROM media_search WHERE media_search MATCH ? AND id = ?)",
    [`"${token("i", id)}"`, id],
  );
}

/** What the index is asked for: every word must begin a word of the file. Null when there is no word in `typed`. */
export function searchTerms(workspaceId: string, typed: string): string | null {
  const found = typed.replaceAll(OWN, "").match(/[\p{L}\p{N}]+/gu);
  if (!found) return null;
  return [`"${token("w", workspaceId)}"`, ...found.slice(0, 12).map((word) => `"${word}"*`)].join(" AND ");
}

/** The index keeps what was deleted until its pieces are merged; this merges them all. */
export function forgetTraces(db: Db): void {
  db.run("INSERT INTO media_search (media_search) VALUES ('optimize')");
}
