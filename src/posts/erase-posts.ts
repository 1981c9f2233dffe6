/** Erases a workspace's posts for good, with their versions, publications and timelines. */
import type { House } from "../house.ts";

/** At most `limit` of them; returns how many. Whatever is being published of them stops at its next step. */
export function erasePosts(house: House, workspaceId: string, limit: number): number {
  return house.db.run("DELETE FROM posts WHERE id IN (SELECT id FROM posts WHERE posts.workspace_id = ? LIMIT ?)", [
    workspaceId,
    limit,
  ]);
}
