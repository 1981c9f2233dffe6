/** A posts room on a real database in a folder of its own, with two workspaces, channels and measured media as rows. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestContext } from "node:test";
import { readConfig } from "../../../src/config/index.ts";
import type { House } from "../../../src/house.ts";
import type { Posts, PostInput } from "../../../src/posts/index.ts";
import type { Publishing } from "../../../src/publishing/index.ts";
import { wire } from "../../../src/wiring.ts";
import { addAccount, addChannel, addMedia, addWorkspace, NOON } from "./rows.ts";

export { NOON };

export interface Room {
  house: House;
  posts: Posts;
  publishing: Publishing;
  workspaceId: string;
  accountId: string;
  otherWorkspaceId: string;
  clock: { now(): number; push(ms: number): void };
  channel(platform: string, facts?: { workspaceId?: string; state?: string }): string;
  media(kind: "image" | "video", facts?: { workspaceId?: string; state?: string }): string;
  mediaUsedBy(postId: string): string[];
}

/** Without an address for the sandbox no platform can be reached. */
export function openRoom(t: TestContext, sandboxUrl = "http://127.0.0.1:9/sandbox"): Room {
  const folder = mkdtempSync(path.join(tmpdir(), "postern-posts-"));
  let at = NOON;
  const clock = { now: () => at, push: (ms: number) => void (at += ms) };
  const config = readConfig(
    { DATA_DIR: folder, LOG_LEVEL: "silent", PLATFORM_SANDBOX_URL: sandboxUrl },
    path.join(folder, ".env"),
  );
  const wired = wire(config, { port: 1, clock });
  const { house } = wired;
  t.after(async () => {
    await wired.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const account = addAccount(house);
  const [workspaceId, otherWorkspaceId] = [addWorkspace(house), addWorkspace(house)];
  return {
    house,
    posts: wired.posts,
    publishing: wired.publishing,
    workspaceId,
    accountId: account,
    otherWorkspaceId,
    clock,
    channel: (platform, facts = {}) =>
      addChannel(house, facts.workspaceId ?? workspaceId, platform, facts.state ?? "ready"),
    media: (kind, facts = {}) => addMedia(house, facts.workspaceId ?? workspaceId, kind, facts.state ?? "ready"),
    mediaUsedBy: (postId) =>
      house.db
        .all<{ media_id: string }>("SELECT media_id FROM post_media WHERE post_id = ? ORDER BY media_id", [postId])
        .map((row) => row.media_id),
  };
}

/** An input with nothing in it that anybody objects to, changed by what is given. */
export function inputOf(changes: Partial<PostInput> = {}): PostInput {
  return { text: "Hello", media: [], scheduledAt: null, timeZone: "Europe/Paris", channels: [], ...changes };
}
