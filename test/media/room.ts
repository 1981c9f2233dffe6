/** The media room on a folder and a socket of its own, with visitors named by a header instead of a sign-in. */
import { createReadStream, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import compress from "@fastify/compress";
import Fastify, { type FastifyInstance } from "fastify";
import { readConfig } from "../../src/config/index.ts";
import type { MediaRow } from "../../src/database/index.ts";
import type { House } from "../../src/house.ts";
import { newId } from "../../src/ids.ts";
import { MediaLibrary, mediaRoutes, publicMediaRoutes } from "../../src/media/index.ts";
import { securityHeaders } from "../../src/web/headers.ts";
import { setVisitor, webFoundation } from "../../src/web/index.ts";
import { wire, type Wired } from "../../src/wiring.ts";

export const fixtures = fileURLToPath(new URL("../fixtures/media/", import.meta.url));

/** 2026-11-22T12:00:00Z */
export const NOON = 1_795_348_800_000;

export interface Person {
  accountId: string;
  workspaceId: string;
}

export interface Room {
  folder: string;
  url: string;
  wired: Wired;
  house: House;
  media: MediaLibrary;
  clock: { now(): number; push(ms: number): void };
  ada: Person;
  /** Somebody with a workspace of their own. */
  stranger: Person;
  /** Stops the server and starts it again on the same folder. */
  restart(): Promise<void>;
  /** Takes a fixture in for Ada, or for somebody else. */
  add(fixture: string, as?: Person, name?: string): Promise<MediaRow>;
  /** Every file under data/media, as paths from there. */
  onDisk(): string[];
  close(): Promise<void>;
}

export interface RoomOptions {
  settings?: Record<string, string>;
  /** Default false: tests must say the same on machines without it. */
  ffmpeg?: boolean;
}

export async function openRoom(options: RoomOptions = {}): Promise<Room> {
  const folder = mkdtempSync(path.join(tmpdir(), "postern-media-"));
  let at = NOON;
  const clock = { now: () => at, push: (ms: number) => void (at += ms) };
  let started = await start(folder, clock, options);
  const [ada, stranger] = [addPerson(started.wired.house, "ada"), addPerson(started.wired.house, "eve")];
  const room: Room = {
    folder,
    clock,
    ada,
    stranger,
    get url() {
      return started.url;
    },
    get wired() {
      return started.wired;
    },
    get house() {
      return started.wired.house;
    },
    get media() {
      return started.wired.media;
    },
    async restart() {
      await stop(started);
      started = await start(folder, clock, options);
    },
    add: (fixture, as = ada, name = fixture) =>
      room.media.receive(as.workspaceId, as.accountId, { name, body: createReadStream(path.join(fixtures, fixture)) }),
    onDisk() {
      const root = path.join(folder, "media");
      const names = readdirSync(root, { recursive: true, encoding: "utf8" });
      return names.filter((name) => statSync(path.join(root, name)).isFile()).sort();
    },
    async close() {
      await stop(started);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return room;
}

interface Started {
  app: FastifyInstance;
  url: string;
  wired: Wired;
}

async function start(folder: string, clock: { now(): number }, options: RoomOptions): Promise<Started> {
  const config = readConfig(
    { DATA_DIR: folder, LOG_LEVEL: "silent", ...options.settings },
    path.join(folder, "no.env"),
  );
  const made = wire(config, { port: 1, clock });
  const wired = { ...made, media: new MediaLibrary(made.house, { ffmpeg: options.ffmpeg ?? false }) };
  const app = Fastify({ forceCloseConnections: true });
  securityHeaders(app, { https: false });
  await app.register(compress, { global: true, threshold: 100, encodings: ["gzip"] });
  await app.register(publicMediaRoutes, wired);
  await app.register(async (web) => {
    await webFoundation(web, wired.house);
    web.addHook("onRequest", async (request) => {
      const who = request.headers["x-test-person"];
      const [accountId, workspaceId] = typeof who === "string" ? who.split(" ") : [];
      if (!accountId || !workspaceId) return;
      setVisitor(request, {
        account: { id: accountId, name: "Ada", email: "ada@example.org", timeZone: "UTC", isOwner: true },
        workspace: { id: workspaceId, name: "Workshop", timeZone: "UTC" },
        sessionId: accountId,
      });
    });
    await web.register(mediaRoutes, wired);
  });
  await app.listen({ port: 0, host: "127.0.0.1" });
  return { app, wired, url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}` };
}

async function stop({ app, wired }: Started): Promise<void> {
  await wired.house.runner.stop(500);
  await app.close();
  await wired.close();
}

function addPerson(house: House, name: string): Person {
  const [accountId, workspaceId] = [newId(), newId()];
  const now = house.clock.now();
  house.db.run(
    "INSERT INTO accounts (id, email, email_folded, name, password_hash, time_zone, created_at) VALUES (?, ?, ?, ?, '', 'UTC', ?)",
    [accountId, `${name}@example.org`, `${name}@example.org`, name, now],
  );
  house.db.run("INSERT INTO workspaces (id, name, time_zone, created_at) VALUES (?, ?, 'UTC', ?)", [
    workspaceId,
    name,
    now,
  ]);
  return { accountId, workspaceId };
}

/** A browser of one person: cookie and token from a page, sent with everything after. */
export class Visit {
  readonly room: Room;
  readonly #person: Person;
  #cookie = "";
  #token = "";

  private constructor(room: Room, person: Person) {
    this.room = room;
    this.#person = person;
  }

  static async of(room: Room, person: Person = room.ada): Promise<Visit> {
    const visit = new Visit(room, person);
    const page = await visit.fetch("/media");
    visit.#cookie = page.headers
      .getSetCookie()
      .map((line) => line.split(";")[0])
      .join("; ");
    visit.#token = /x-csrf-token":"([^"]+)"/.exec((await page.text()).replaceAll("&quot;", '"'))?.[1] ?? "";
    return visit;
  }

  get token(): string {
    return this.#token;
  }

  get headers(): Record<string, string> {
    const { accountId, workspaceId } = this.#person;
    return { "x-test-person": `${accountId} ${workspaceId}`, cookie: this.#cookie, origin: this.room.url };
  }

  fetch(target: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.room.url}${target}`, {
      redirect: "manual",
      ...init,
      headers: { ...this.headers, ...(init.headers as Record<string, string>) },
    });
  }
}

/** A post of Ada's that uses a file, with one publication in this state, or a draft. */
export function addPost(room: Room, mediaId: string, text: string, state: string | "draft", person = room.ada): string {
  const { db } = room.house;
  const [postId, channelId, now] = [newId(), newId(), room.clock.now()];
  db.run(
    "INSERT INTO posts (id, workspace_id, text, media, state, time_zone, created_at, updated_at) VALUES (?, ?, ?, ?, ?, 'UTC', ?, ?)",
    [postId, person.workspaceId, text, JSON.stringify([mediaId]), state === "draft" ? "draft" : "planned", now, now],
  );
  db.run("INSERT INTO post_media (post_id, media_id) VALUES (?, ?)", [postId, mediaId]);
  if (state === "draft") return postId;
  db.run(
    `INSERT INTO channels (id, workspace_id, platform, remote_id, name, state, connected_at, created_at) VALUES (?, ?, 'tiktok', ?, 'Ada', 'ready', ?, ?)`,
    [channelId, person.workspaceId, channelId, now, now],
  );
  const open = state === "scheduled" || state === "publishing";
  db.run(
    `INSERT INTO publications (id, workspace_id, post_id, channel_id, platform, state, due_at, published_at, fence, problem, created_at, updated_at)
     VALUES (?, ?, ?, ?, 'tiktok', ?, ?, ?, ?, '{}', ?, ?)`,
    [newId(), person.workspaceId, postId, channelId, state, now, now, open ? "open" : "answered", now, now],
  );
  return postId;
}

export async function until<T>(
  look: () => T | undefined | null | false | Promise<T | undefined | null | false>,
): Promise<T> {
  for (let n = 0; n < 400; n += 1) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
  throw new Error("It never came.");
}
