/** A server with two people on it: Ada, who owns the install, and Bob, who has a channel, posts, files and keys. */
import assert from "node:assert/strict";
import { openAsBlob } from "node:fs";
import path from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { createAccount, createApiKey, hashPassword } from "../../src/accounts/index.ts";
import { Robot } from "../support/robot.ts";
import { clip, signUp, startTestServer, type ServerOptions, type TestServer } from "../support/server.ts";

export const bob = {
  name: "Bob Quillfeather",
  email: "Bob.Quillfeather@example.org",
  password: "a river of small stones",
};
const photo = fileURLToPath(new URL("../fixtures/media/photo.jpg", import.meta.url));
const DAY = 24 * 3_600_000;

export interface Two {
  server: TestServer;
  ada: Robot;
  robot: Robot;
  accountId: string;
  workspaceId: string;
  channelId: string;
  key: string;
  /** The film, which Ada has as well, and a picture that only Bob has. */
  film: string;
  picture: string;
  call<T>(method: string, target: string, body?: unknown): Promise<T>;
}

export async function openTwo(t: TestContext, options: ServerOptions = {}): Promise<Two> {
  const server = await startTestServer(options);
  t.after(() => server.close());
  const ada = await signUp(server);
  const { house } = server.running.wired;
  const adas = house.db.get<{ account_id: string; workspace_id: string }>(
    "SELECT account_id, workspace_id FROM memberships",
  )!;
  const made = createAccount(house, {
    name: bob.name,
    email: bob.email,
    passwordHash: await hashPassword(bob.password),
    timeZone: "Europe/Paris",
  });
  const robot = new Robot();
  await robot.open(`${server.url}/sign-in`);
  await robot.press("Sign in", bob);
  await robot.open(`${server.url}/channels`);
  await robot.press("Connect TikTok");
  await robot.press("Allow");
  const keyOf = (accountId: string, workspaceId: string) =>
    createApiKey(house, {
      accountId,
      workspaceId,
      name: accountId === made.accountId ? "Bobs kite" : "Adas kite",
      scopes: ["read", "write"],
    }).secret;
  const key = keyOf(made.accountId, made.workspaceId);
  const caller =
    (secret: string) =>
    async <T>(method: string, target: string, body?: unknown): Promise<T> => {
      const form = body instanceof FormData;
      const reply = await fetch(`${server.url}/api/v1${target}`, {
        method,
        headers: {
          authorization: `Bearer ${secret}`,
          ...(body !== undefined && !form ? { "content-type": "application/json" } : {}),
        },
        body: form ? body : body === undefined ? null : JSON.stringify(body),
      });
      assert.ok(reply.ok, await reply.clone().text());
      return (await reply.json()) as T;
    };
  const call = caller(key);
  const film = await upload(call, clip, "film");
  await upload(caller(keyOf(adas.account_id, adas.workspace_id)), clip, "film");
  const picture = await upload(call, photo, "Bobs zeppelin");
  const { items } = await call<{ items: Array<{ id: string }> }>("GET", "/channels");
  return { server, ada, robot, ...made, channelId: items[0]!.id, key, film, picture, call };
}

async function upload(call: Two["call"], file: string, name: string): Promise<string> {
  const form = new FormData();
  form.append("file", await openAsBlob(file), `${name}${path.extname(file)}`);
  return (await call<{ id: string }>("POST", "/media", form)).id;
}

/** A post on Bob's channel, tomorrow or now; returns the publication's id. */
export async function post(two: Two, text: string, when: "now" | "schedule" = "schedule"): Promise<string> {
  const made = await two.call<{ publications: Array<{ id: string }> }>("POST", "/posts", {
    text,
    media: [two.film],
    publish: when,
    timeZone: "UTC",
    scheduledAt: when === "schedule" ? new Date(two.server.clock.now() + DAY).toISOString() : null,
    channels: [
      {
        channelId: two.channelId,
        options: { mode: "direct", privacyLevel: "PUBLIC_TO_EVERYONE", musicConsent: true },
      },
    ],
  });
  return made.publications[0]!.id;
}

/** Waits for what the database says, pushing the clock meanwhile. */
export async function until(two: Two, done: () => boolean, what: string): Promise<void> {
  for (let i = 0; i < 400; i += 1) {
    if (done()) return;
    two.server.clock.push(300);
    two.server.running.wired.house.runner.wake();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.fail(`This never came true: ${what}`);
}

export function stateOf(two: Two, publicationId: string): string | undefined {
  return two.server.running.wired.house.db.get<{ state: string }>("SELECT state FROM publications WHERE id = ?", [
    publicationId,
  ])?.state;
}
