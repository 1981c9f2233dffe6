/** Deletes a file from a workspace, unless a post that is still to go out needs it. */
import type { MediaRow } from "../database/index.ts";
import type { House } from "../house.ts";
import { notFound, Refusal } from "../web/index.ts";
import { deleteMedia, findMedia, isUsedContent, needsOf } from "./media.ts";
import type { Store } from "./store.ts";

/** Throws 404 when it is not in the workspace, 409 with the posts' words when it is needed. */
export function removeMedia(house: House, store: Store, workspaceId: string, id: string): void {
  const unused = house.db.transaction(() => {
    const row = findMedia(house.db, workspaceId, id);
    if (!row) throw notFound("file");
    const needs = needsOf(house.db, workspaceId, id);
    if (needs.length > 0) throw stillNeeded(needs);
    house.queue.cancel(importKey(id));
    deleteMedia(house.db, row);
    return row.sha256 !== null && !isUsedContent(house.db, row.sha256) ? row.sha256 : null;
  });
  if (unused) store.erase(unused);
  house.news.emit(`workspace:${workspaceId}`, { mediaId: id });
}

/**
 * Erases up to `limit` files of a workspace, needed or not, with what is searched of them; contents that nobody else has go from
 * the disk. Returns how many.
 */
export function eraseMedia(house: House, store: Store, workspaceId: string, limit: number): number {
  const found = house.db.transaction(() => {
    const rows = house.db.all<MediaRow>("SELECT * FROM media WHERE media.workspace_id = ? LIMIT ?", [
      workspaceId,
      limit,
    ]);
    for (const row of rows) deleteMedia(house.db, row);
    return rows;
  });
  const contents = new Set(found.map((row) => row.sha256).filter((hash) => hash !== null));
  for (const sha256 of contents) if (!isUsedContent(house.db, sha256)) store.erase(sha256);
  return found.length;
}

/** Unique key of the job that fetches a row's file. */
export function importKey(mediaId: string): string {
  return `import-media:${mediaId}`;
}

function stillNeeded(posts: ReadonlyArray<{ text: string }>): Refusal {
  const named = posts.slice(0, 3).map(({ text }) => `“${shortened(text)}”`);
  const more = posts.length > named.length ? ` and ${posts.length - named.length} more` : "";
  return new Refusal(409, {
    title: "This file is still needed",
    message: `${named.join(", ")}${more} ${posts.length === 1 ? "has" : "have"} not gone out yet, so nothing was deleted.`,
    next: "Take the file out of that post, or call the post off, then delete it.",
  });
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, " ").trim() || "A post without words";
  return [...line].length > 60 ? `${[...line].slice(0, 59).join("")}…` : line;
}
