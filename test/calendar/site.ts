/** The calendar on a real socket with a real database, as its owner and as a stranger see it; posts as the engine leaves them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestContext } from "node:test";
import Fastify from "fastify";
import { calendarRoutes } from "../../src/calendar/index.ts";
import { readConfig } from "../../src/config/index.ts";
import { instantOf } from "../../src/posts/index.ts";
import { setVisitor, webFoundation } from "../../src/web/index.ts";
import { wire, type Wired } from "../../src/wiring.ts";
import { addAccount, addChannel, addMedia, addWorkspace, NOON } from "../posts/core/rows.ts";

export const ZONE = "Europe/Paris";

export interface Site {
  url: string;
  strangerUrl: string;
  wired: Wired;
  workspace: { id: string; timeZone: string };
  accountId: string;
  clock: { now(): number; push(ms: number): void };
  /** A post that is planned for a wall time, "2026-11-25T17:30", on as many channels as named. */
  plan(wall: string, more?: { text?: string; timeZone?: string; platforms?: string[] }): string;
}

/** It is Sunday, 22 November 2026, 13:00 in Paris. */
export async function openCalendar(t: TestContext): Promise<Site> {
  const folder = mkdtempSync(path.join(tmpdir(), "postern-calendar-"));
  let at = NOON;
  const clock = { now: () => at, push: (ms: number) => void (at += ms) };
  // Without an address for the sandbox no platform can be reached, so that nothing asked of one takes time.
  const settings = { DATA_DIR: folder, LOG_LEVEL: "silent", PLATFORM_SANDBOX_URL: "http://127.0.0.1:9/sandbox" };
  const wired = wire(readConfig(settings, path.join(folder, ".env")), { port: 1, clock });
  const accountId = addAccount(wired.house);
  const [workspaceId, otherId] = [addWorkspace(wired.house), addWorkspace(wired.house)];
  const [mine, theirs] = [await serve(wired, workspaceId, accountId), await serve(wired, otherId, accountId)];
  t.after(async () => {
    await mine.close();
    await theirs.close();
    await wired.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const workspace = { id: workspaceId, timeZone: ZONE };
  const plan: Site["plan"] = (wall, more = {}) => planned(wired, workspaceId, accountId, wall, more);
  return { url: mine.url, strangerUrl: theirs.url, wired, workspace, accountId, clock, plan };
}

function planned(
  wired: Wired,
  workspaceId: string,
  accountId: string,
  wallTime: string,
  {
    text = "A clock",
    timeZone = ZONE,
    platforms = ["tiktok"],
  }: { text?: string; timeZone?: string; platforms?: string[] },
): string {
  const { house, posts, publishing } = wired;
  const ids = platforms.map((platform) => addChannel(house, workspaceId, platform, "ready"));
  const options = { mode: "inbox" };
  const input = {
    text,
    media: [addMedia(house, workspaceId, "video", "ready")],
    scheduledAt: null,
    wallTime,
    timeZone,
    channels: ids.map((channelId) => ({ channelId, options })),
  };
  const { id } = posts.saveDraft(workspaceId, accountId, input);
  publishing.plan(workspaceId, id, ids, instantOf(wallTime, timeZone)!);
  house.db.run("UPDATE posts SET state = 'planned' WHERE id = ?", [id]);
  return id;
}

async function serve(
  wired: Wired,
  workspaceId: string,
  accountId: string,
): Promise<{ url: string; close(): Promise<void> }> {
  const app = Fastify({ logger: false, forceCloseConnections: true });
  await app.register(async (web) => {
    await webFoundation(web, wired.house);
    web.addHook("preHandler", async (request) => {
      setVisitor(request, {
        account: { id: accountId, name: "Ada", email: "ada@example.org", timeZone: ZONE, isOwner: true },
        workspace: { id: workspaceId, name: "Studio", timeZone: ZONE },
        sessionId: "s",
      });
    });
    await web.register(calendarRoutes, wired);
  });
  return { url: await app.listen({ port: 0, host: "127.0.0.1" }), close: () => app.close() };
}
