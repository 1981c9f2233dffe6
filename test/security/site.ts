/** The whole app with two people who know nothing of each other: Ada, who owns the install, and Eve, who knows every id of hers. */
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestContext } from "node:test";
import sharp from "sharp";
import { createAccount, createApiKey, createInvite, hashPassword } from "../../src/accounts/index.ts";
import { buildApp } from "../../src/app.ts";
import { Flows } from "../../src/channels/flows.ts";
import { readConfig } from "../../src/config/index.ts";
import { newId } from "../../src/ids.ts";
import { wire, type Wired } from "../../src/wiring.ts";
import { addChannel, eraseChannel } from "../posts/core/rows.ts";
import { Visitor } from "./visitor.ts";

/** Stands in everything that is Ada's; no answer to somebody else may hold it. */
export const MARK = "marker-of-ada";
export const PASSWORD = "a long enough password";

export interface Things {
  channel: string;
  /** A channel that was disconnected. */
  gone: string;
  media: string;
  post: string;
  publication: string;
  session: string;
  apiKey: string;
  invite: string;
  flow: string;
  upload: string;
}

export interface Site {
  url: string;
  wired: Wired;
  /** "GET /posts/:id" for every route but HEAD. */
  routes: string[];
  ada: Visitor;
  eve: Visitor;
  /** What is Ada's. */
  things: Things;
  /** A new API key, so that no limit is met. */
  key(whose: "ada" | "eve", scopes?: Array<"read" | "write">): string;
  /** Everything that is Ada's or the install's, as one text. */
  state(): string;
}

export async function openSite(t: TestContext): Promise<Site> {
  const folder = mkdtempSync(path.join(tmpdir(), "postern-routes-"));
  const settings = {
    DATA_DIR: folder,
    LOG_LEVEL: "silent",
    MAX_UPLOAD_MB: "1",
    TRUST_PROXY: "127.0.0.1",
    PLATFORM_SANDBOX_URL: "http://127.0.0.1:9/x",
  };
  const wired = wire(readConfig(settings, path.join(folder, "no.env")), { port: 1 });
  const { house } = wired;
  const routes: string[] = [];
  const app = await buildApp(wired, {
    onRoute: ({ method, url }) =>
      void routes.push(...[method].flat().flatMap((one) => (one === "HEAD" ? [] : [`${one} ${url}`]))),
  });
  await app.listen({ port: 0, host: "127.0.0.1" });
  house.runner.start();
  t.after(async () => {
    await house.runner.stop(100);
    await app.close();
    await wired.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const passwordHash = await hashPassword(PASSWORD);
  const join = (name: string) =>
    createAccount(house, { name, email: `${name}@example.org`, passwordHash, timeZone: "Europe/Paris" });
  const people = { ada: join("ada"), eve: join("eve") };
  const [ada, eve] = [new Visitor(url), new Visitor(url)];
  await ada.signIn("ada@example.org", PASSWORD);
  await eve.signIn("eve@example.org", PASSWORD);
  const key = (whose: "ada" | "eve", scopes: Array<"read" | "write"> = ["read", "write"]): string =>
    createApiKey(house, { ...people[whose], name: newId(), scopes }).secret;
  house.db.run("UPDATE accounts SET name = ? WHERE id = ?", [MARK, people.ada.accountId]);
  house.db.run("UPDATE workspaces SET name = ? WHERE id = ?", [MARK, people.ada.workspaceId]);
  const things = await belongings({ wired, ada, key: key("ada"), url, ...people.ada });
  return { url, wired, routes, ada, eve, things, key, state: () => stateOf(wired, people.ada) };
}

interface Owner {
  wired: Wired;
  ada: Visitor;
  key: string;
  url: string;
  accountId: string;
  workspaceId: string;
}

async function belongings(owner: Owner): Promise<Things> {
  const { wired, ada, key, url, accountId, workspaceId } = owner;
  const { db } = wired.house;
  const channel = addChannel(wired.house, workspaceId, "tiktok", "ready");
  db.run("UPDATE channels SET name = ?, handle = ?, avatar = ? WHERE id = ?", [MARK, MARK, Buffer.from(MARK), channel]);
  const ask = async <T>(target: string, body: FormData | object): Promise<T> => {
    const form = body instanceof FormData;
    const reply = await fetch(`${url}/api/v1${target}`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, ...(!form && { "content-type": "application/json" }) },
      body: form ? body : JSON.stringify(body),
    });
    const answer = (await reply.json()) as T;
    if (!reply.ok) throw new Error(JSON.stringify(answer));
    return answer;
  };
  const picture = sharp({ create: { width: 400, height: 400, channels: 3, background: "teal" } });
  const form = new FormData();
  form.append("file", new Blob([new Uint8Array(await picture.jpeg().toBuffer())]), `${MARK}.jpg`);
  const media = (await ask<{ id: string }>("/media", form)).id;
  const body = { text: MARK, media: [media], channels: [{ channelId: channel, text: MARK }] };
  const post = await ask<{ id: string; publications: Array<{ id: string }> }>("/posts", {
    ...body,
    publish: "schedule",
    scheduledAt: new Date(wired.house.clock.now() + 30 * 86_400_000).toISOString(),
  });
  createInvite(wired.house, accountId, MARK);
  await ada.send("POST", "/channels/connect/tiktok", { form: {} });
  const flow = db.get<{ id: string }>("SELECT id FROM oauth_flows", [])!.id;
  keepChoice(wired, flow);
  const begun = await ada.send("POST", "/media/uploads", {
    headers: { "tus-resumable": "1.0.0", "upload-length": "11", "upload-metadata": `filename ${btoa(MARK)}` },
  });
  const id = (sql: string): string => db.get<{ id: string }>(sql, [])!.id;
  const gone = addChannel(wired.house, workspaceId, "youtube", "ready");
  eraseChannel(wired.house, gone);
  const receipt = { channelId: gone, platform: "youtube", disconnectedAt: 1, revoked: true, revocation: MARK };
  const rest = { erased: [MARK], kept: [], cancelledPublications: 0 };
  db.run("UPDATE channels SET receipt = ? WHERE id = ?", [JSON.stringify({ ...receipt, ...rest }), gone]);
  return {
    channel,
    gone,
    media,
    post: post.id,
    publication: post.publications[0]!.id,
    session: id(`SELECT id FROM sessions WHERE account_id = '${accountId}'`),
    apiKey: id(`SELECT id FROM api_keys WHERE account_id = '${accountId}'`),
    invite: id("SELECT id FROM invites"),
    flow,
    upload: begun.headers.get("location")?.split("/").pop() ?? "",
  };
}

/** A consent that brought two channels, so that there is something to choose from. */
function keepChoice(wired: Wired, flow: string): void {
  const destination = (remoteId: string) => ({ remoteId, name: MARK, handle: MARK, avatar: null });
  new Flows(wired.house).keep(flow, {
    platform: "tiktok",
    way: "",
    tokens: { accessToken: MARK, accessExpiresAt: null, refreshToken: null, refreshExpiresAt: null, scopes: null },
    scopes: [],
    destinations: [destination("one"), destination("two")],
  });
}

const TABLES: Readonly<Record<string, string>> = {
  accounts: "id = @accountId",
  workspaces: "id = @workspaceId",
  memberships: "workspace_id = @workspaceId",
  sessions: "account_id = @accountId",
  api_keys: "account_id = @accountId",
  invites: "1",
  oauth_flows: "workspace_id = @workspaceId",
  platform_apps: "1",
  settings: "name <> 'readyz'",
  channels: "workspace_id = @workspaceId",
  media: "workspace_id = @workspaceId",
  posts: "workspace_id = @workspaceId",
  publications: "workspace_id = @workspaceId",
};

function stateOf(wired: Wired, who: { accountId: string; workspaceId: string }): string {
  const rows = Object.entries(TABLES).map(([table, where]) => [
    table,
    wired.house.db
      .all<Record<string, unknown>>(
        `SELECT * FROM ${table} WHERE ${where.replace(/@(\w+)/g, (_all, name: "accountId") => `'${who[name]}'`)} ORDER BY 1`,
      )
      .map(({ last_seen_at: _seen, last_used_at: _used, expires_at: _ends, ...row }) => row),
  ]);
  // Keys are made all the time by the test itself.
  const own = rows.map(([table, list]) =>
    table === "api_keys" ? [table, (list as object[]).slice(0, 1)] : [table, list],
  );
  return JSON.stringify(own, null, 1);
}
