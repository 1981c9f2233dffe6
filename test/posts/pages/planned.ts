/** Posts as the rooms and the engine leave them, for the pages that show them. */
import type { PublicationState } from "../../../src/database/index.ts";
import type { Site } from "./site.ts";

export interface Planned {
  postId: string;
  publicationId: string;
}

export function plan(site: Site, text: string, inMs = 3_600_000, channel = site.channel("youtube")): Planned {
  const { posts, publishing, house } = site.wired;
  const at = site.clock.now() + inMs;
  const input = { text, media: [], scheduledAt: at, timeZone: "Europe/Paris", channels: [{ channelId: channel }] };
  const post = posts.saveDraft(site.workspaceId, site.accountId, input);
  publishing.plan(site.workspaceId, post.id, [channel], at);
  house.db.run("UPDATE posts SET state = 'planned' WHERE id = ?", [post.id]);
  return { postId: post.id, publicationId: publishing.ofPost(site.workspaceId, post.id)[0]!.id };
}

const trouble = JSON.stringify({ kind: "rejected", code: "x", message: "It was refused.", remedy: "Look at it." });

/** As the engine would have left it. */
export function stand(site: Site, id: string, state: PublicationState, more: Record<string, unknown> = {}): void {
  const fence = ["confirming", "published", "in_inbox", "unconfirmed"].includes(state) ? "answered" : "open";
  const problem = ["held", "failed", "unconfirmed"].includes(state) ? trouble : null;
  const published_at = state === "published" ? site.clock.now() : null;
  const change: Record<string, unknown> = { state, fence, problem, published_at, ...more };
  const sets = Object.keys(change).map((name) => `${name} = @${name}`);
  site.wired.house.db.run(`UPDATE publications SET ${sets.join(", ")} WHERE id = @id`, { ...change, id });
}
