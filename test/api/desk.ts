/** The API as clients meet it: a listening server on a folder of its own, with keys of two workspaces. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestContext } from "node:test";
import { createApiKey, type ApiScope } from "../../src/accounts/index.ts";
import { buildApp } from "../../src/app.ts";
import { readConfig } from "../../src/config/index.ts";
import { newId } from "../../src/ids.ts";
import { wire, type Wired } from "../../src/wiring.ts";
import { addAccount, addChannel, addMedia, addMember, addWorkspace } from "../posts/core/rows.ts";
import { contractOf } from "./contract.ts";

/** 2026-11-22T12:00:00Z */
export const NOON = 1_795_348_800_000;

export interface Answer<T = Record<string, unknown>> {
  status: number;
  headers: Headers;
  body: T;
}

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  errors?: Array<{ path: string; message: string; channelId?: string | null; field?: string; remedy?: string }>;
}

export interface Desk {
  url: string;
  wired: Wired;
  /** Every path and method that was registered. */
  routes: string[];
  clock: { now(): number; push(ms: number): void };
  workspaceId: string;
  /** The same account's other workspace, where strangerKey belongs. */
  otherWorkspaceId: string;
  accountId: string;
  /** Keys: all rights, reading only, and all rights in another workspace. */
  key: string;
  readKey: string;
  strangerKey: string;
  newKey(scopes?: ApiScope[]): string;
  channel(platform: string): string;
  media(kind: "image" | "video"): string;
  call<T = Record<string, unknown>>(
    method: string,
    target: string,
    body?: unknown,
    how?: { key?: string | null; headers?: Record<string, string> },
  ): Promise<Answer<T>>;
}

export async function openDesk(t: Pick<TestContext, "after">, settings: Record<string, string> = {}): Promise<Desk> {
  const folder = mkdtempSync(path.join(tmpdir(), "postern-api-"));
  let at = NOON;
  const clock = { now: () => at, push: (ms: number) => void (at += ms) };
  const config = readConfig(
    { DATA_DIR: folder, LOG_LEVEL: "silent", PLATFORM_SANDBOX_URL: "http://127.0.0.1:9/sandbox", ...settings },
    path.join(folder, ".env"),
  );
  const wired = wire(config, { port: 1, clock });
  const { house } = wired;
  const routes: string[] = [];
  const app = await buildApp(wired, {
    onRoute: (route) => void routes.push(...[route.method].flat().map((method) => `${method} ${route.url}`)),
  });
  await app.listen({ port: 0, host: "127.0.0.1" });
  t.after(async () => {
    await app.close();
    await wired.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const accountId = addAccount(house);
  const [workspaceId, other] = [addWorkspace(house), addWorkspace(house)];
  for (const workspace of [workspaceId, other]) addMember(house, workspace, accountId);
  const newKey = (scopes: ApiScope[], workspace = workspaceId) =>
    createApiKey(house, { accountId, workspaceId: workspace, name: newId(), scopes }).secret;
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const key = newKey(["read", "write"]);
  const contract = await contractOf(url);
  return {
    url,
    wired,
    routes,
    clock,
    workspaceId,
    otherWorkspaceId: other,
    accountId,
    key,
    readKey: newKey(["read"]),
    strangerKey: newKey(["read", "write"], other),
    newKey: (scopes = ["read", "write"]) => newKey(scopes),
    channel: (platform) => addChannel(house, workspaceId, platform, "ready"),
    media: (kind) => addMedia(house, workspaceId, kind, "ready"),
    async call<T>(
      method: string,
      target: string,
      body?: unknown,
      how: { key?: string | null; headers?: Record<string, string> } = {},
    ) {
      const form = body instanceof FormData;
      const bearer = how.key === undefined ? key : how.key;
      const reply = await fetch(`${url}/api${target}`, {
        method,
        headers: {
          ...(bearer !== null && { authorization: `Bearer ${bearer}` }),
          ...(body !== undefined && !form && { "content-type": "application/json" }),
          ...how.headers,
        },
        body: form ? body : body === undefined ? null : typeof body === "string" ? body : JSON.stringify(body),
      });
      const text = await reply.text();
      // Whatever a test asks for, the answer must be what the document promises.
      const given = { method, path: `/api${target}`, status: reply.status, headers: reply.headers, text };
      if (target.startsWith("/v1/") && !target.endsWith("openapi.json")) assert.equal(contract.fault(given), null);
      const json = reply.headers.get("content-type")?.includes("json") ? (JSON.parse(text) as T) : (text as T);
      return { status: reply.status, headers: reply.headers, body: json };
    },
  };
}
