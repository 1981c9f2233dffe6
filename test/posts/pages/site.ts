/** The pages of this room on a real socket, with a real database and rows as the other rooms write them; no script runs. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestContext } from "node:test";
import Fastify from "fastify";
import { readConfig } from "../../../src/config/index.ts";
import { postRoutes } from "../../../src/posts/index.ts";
import { todayRoutes } from "../../../src/today/index.ts";
import { setVisitor, webFoundation } from "../../../src/web/index.ts";
import { wire, type Wired } from "../../../src/wiring.ts";
import { addAccount, addChannel, addMedia, addWorkspace, NOON } from "../core/rows.ts";

export interface Site {
  url: string;
  wired: Wired;
  workspaceId: string;
  accountId: string;
  clock: { now(): number; push(ms: number): void };
  channel(platform: string, state?: string): string;
  media(kind: "image" | "video", state?: string): string;
  /** The same pages as somebody of another workspace sees them. */
  strangerUrl: string;
}

export async function openSite(t: TestContext): Promise<Site> {
  const folder = mkdtempSync(path.join(tmpdir(), "postern-pages-"));
  let at = NOON;
  const clock = { now: () => at, push: (ms: number) => void (at += ms) };
  const config = readConfig({ DATA_DIR: folder, LOG_LEVEL: "silent" }, path.join(folder, ".env"));
  const wired = wire(config, { port: 1, clock });
  const { house } = wired;
  const accountId = addAccount(house);
  const [workspaceId, otherId] = [addWorkspace(house), addWorkspace(house)];
  const mine = await serve(wired, workspaceId, accountId);
  const theirs = await serve(wired, otherId, accountId);
  t.after(async () => {
    await mine.close();
    await theirs.close();
    await wired.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    url: mine.url,
    strangerUrl: theirs.url,
    wired,
    workspaceId,
    accountId,
    clock,
    channel(platform, state = "ready") {
      const id = addChannel(house, workspaceId, platform, state);
      // A token that nobody answers to: what is behind port 1 stays silent.
      const sealed = house.vault.seal("token", { table: "channels", id, column: "access_token_sealed" });
      house.db.run("UPDATE channels SET access_token_sealed = ? WHERE id = ? AND state = 'ready'", [sealed, id]);
      return id;
    },
    media: (kind, state = "ready") => addMedia(house, workspaceId, kind, state),
  };
}

async function serve(
  wired: Wired,
  workspaceId: string,
  accountId: string,
): Promise<{ url: string; close(): Promise<void> }> {
  const app = Fastify({ logger: false, forceCloseConnections: true });
  await app.register(async (web) => {
    await webFoundation(web, wired.house);
    const now = wired.house.clock.now();
    wired.house.db.run(
      `INSERT OR IGNORE INTO sessions (id, secret_hash, account_id, device, address, created_at, last_seen_at, expires_at)
       VALUES (?, ?, ?, '', '', ?, ?, ?)`,
      [`s-${accountId}`, `s-${accountId}`, accountId, now, now, now + 30 * 86_400_000],
    );
    web.addHook("preHandler", async (request) => {
      const account = { id: accountId, name: "Ada", email: "ada@example.org", timeZone: "Europe/Paris", isOwner: true };
      setVisitor(request, {
        account,
        workspace: { id: workspaceId, name: "Studio", timeZone: "Europe/Paris" },
        sessionId: `s-${accountId}`,
      });
    });
    await web.register(todayRoutes, wired);
    await web.register(postRoutes, wired);
  });
  return { url: await app.listen({ port: 0, host: "127.0.0.1" }), close: () => app.close() };
}

/** A browser tab that shows what came back as it came: no redirect is followed, htmx headers are sent where it is asked to. */
export class Tab {
  readonly #url: string;
  #cookie = "";
  #token = "";

  constructor(url: string) {
    this.#url = url;
  }

  async get(path: string): Promise<Answer> {
    const answer = await this.#ask(path, { headers: { cookie: this.#cookie } });
    this.#token = /"x-csrf-token":"([^"]+)"/.exec(answer.html)?.[1] ?? this.#token;
    return answer;
  }

  post(path: string, fields: Fields, htmx = false): Promise<Answer> {
    const body = new URLSearchParams();
    for (const [name, values] of Object.entries(fields)) for (const value of [values].flat()) body.append(name, value);
    const headers = { cookie: this.#cookie, origin: this.#url, "x-csrf-token": this.#token };
    const asHtmx = htmx ? { "hx-request": "true", "hx-request-type": "partial" } : {};
    return this.#ask(path, { method: "POST", headers: { ...headers, ...asHtmx }, body });
  }

  async #ask(path: string, how: RequestInit): Promise<Answer> {
    const reply = await fetch(new URL(path, this.#url), { ...how, redirect: "manual" });
    const cookie = reply.headers.getSetCookie().at(-1)?.split(";")[0];
    if (cookie) this.#cookie = cookie;
    return { status: reply.status, html: await reply.text(), headers: reply.headers };
  }
}

export interface Answer {
  status: number;
  html: string;
  headers: Headers;
}

export type Fields = Record<string, string | string[]>;
