/** The memory of the sandbox: documents, secrets it issued, files it received, and what the public can see. */
import { createHash, randomBytes } from "node:crypto";
import { createWriteStream, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Transform, Writable, type Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import Database from "better-sqlite3";
import type { Clock } from "../clock.ts";
import { Faults } from "./faults.ts";
import { isCallback } from "./registered.ts";

/** What the world would see of one post. `public: false` = only its owner (private, inbox, still processing). */
export interface FeedItem {
  platform: string;
  id: string;
  /** Owner as the platform knows them. */
  remoteId: string;
  handle: string;
  title: string;
  text: string;
  visibility: string;
  public: boolean;
  /** "processing", "live", "inbox", "failed"… in the sandbox platform's own words. */
  state: string;
  url: string | null;
  files: Array<{ fileId: string; bytes: number; sha256: string; mime: string }>;
  /** UTC ms. */
  createdAt: number;
  /** Whatever else is worth showing: options as the platform stored them. */
  details: Record<string, unknown>;
}

/** A durable map of JSON documents. */
export interface Collection<T> {
  get(id: string): T | undefined;
  put(id: string, value: T): T;
  delete(id: string): void;
  all(): T[];
}

export interface Received {
  fileId: string;
  bytes: number;
  sha256: string;
}

/** Files above this many bytes are hashed and counted but not kept for the feed page. */
const KEEP_AT_MOST = 64 * 1024 * 1024;

export class World {
  readonly clock: Clock;
  readonly faults: Faults;
  readonly folder: string;
  /** Who may throw the switches: whoever can read `control-token` in the sandbox's folder. */
  readonly controlToken: string;
  /** The secret of the app "sandbox", which an install uses that has no app of its own. */
  readonly appSecret: string;
  readonly #db: Database.Database;
  readonly #statements: ReturnType<typeof statementsOf>;
  readonly #panels: readonly string[];
  readonly #visits: "panels" | "machine";

  /**
   * `folder` is made if missing; everything the sandbox remembers lives below it. `panels` are the origins whose callbacks
   * are registered with the apps, beside those of panels on this machine. `visits`: what of this machine the sandbox fetches
   * files from when it is told to; "panels" where strangers may reach it, and then they must not know `appSecret` either.
   */
  constructor(
    folder: string,
    clock: Clock,
    panels: readonly string[] = [],
    visits: "panels" | "machine" = "machine",
    appSecret = "sandbox",
  ) {
    this.appSecret = appSecret;
    this.#panels = panels;
    this.#visits = visits;
    mkdirSync(path.join(folder, "files"), { recursive: true });
    this.folder = folder;
    this.controlToken = readOrMakeToken(path.join(folder, "control-token"));
    this.clock = clock;
    this.#db = new Database(path.join(folder, "world.db"));
    this.#db.pragma("journal_mode = WAL");
    this.#db.pragma("synchronous = OFF");
    this.#db.exec(
      "CREATE TABLE IF NOT EXISTS documents (collection TEXT, id TEXT, body TEXT, n INTEGER PRIMARY KEY, UNIQUE (collection, id))",
    );
    this.#statements = statementsOf(this.#db);
    this.faults = new Faults(this.collection("faults"));
  }

  now(): number {
    return this.clock.now();
  }

  /** Whether files may be fetched from this address although it is private. */
  mayVisit(url: URL): boolean {
    if (this.#visits === "panels") return this.#panels.includes(url.origin);
    return url.hostname === "localhost" || url.hostname === "[::1]" || /^127\./.test(url.hostname);
  }

  /** Whether an app may have people sent back to this address. */
  isRegistered(redirectUri: string): boolean {
    return isCallback(redirectUri, this.#panels);
  }

  collection<T>(name: string): Collection<T> {
    const { get, all, put, remove } = this.#statements;
    return {
      get: (id) => {
        const body = get.get(name, id) as string | undefined;
        return body === undefined ? undefined : (JSON.parse(body) as T);
      },
      put: (id, value) => {
        put.run(name, id, JSON.stringify(value));
        return value;
      },
      delete: (id) => void remove.run(name, id),
      all: () => (all.all(name) as string[]).map((body) => JSON.parse(body) as T),
    };
  }

  /** A fresh secret (token, code, upload address part) that is remembered so that leaks can be searched for. */
  issue(kind: string, prefix = "", bytes = 32): string {
    const secret = prefix + randomBytes(bytes).toString("base64url");
    this.collection<{ kind: string; secret: string }>("secrets").put(secret, { kind, secret });
    return secret;
  }

  secrets(): Array<{ kind: string; secret: string }> {
    return this.collection<{ kind: string; secret: string }>("secrets").all();
  }

  /** Digits only, of the given length, never starting with 0: for the 19-digit ids of TikTok and Meta. */
  digits(length: number): string {
    let out = String(1 + (randomBytes(1)[0]! % 9));
    while (out.length < length) out += String(randomBytes(1)[0]! % 10);
    return out;
  }

  /**
   * How a platform behaves beyond its protocol ("processing": "fail:duration_check_failed", "account": "private"…).
   * Set by tests and by the control page; empty string = as usual.
   */
  behaviour(platform: string, name: string): string {
    return this.collection<{ value: string }>("behaviour").get(`${platform}.${name}`)?.value ?? "";
  }

  setBehaviour(platform: string, name: string, value: string): void {
    this.collection<{ value: string }>("behaviour").put(`${platform}.${name}`, { value });
  }

  feed(): FeedItem[] {
    return this.collection<FeedItem>("feed").all();
  }

  /** Adds or replaces what is to be seen of one post. */
  show(item: FeedItem): FeedItem {
    return this.collection<FeedItem>("feed").put(`${item.platform}/${item.id}`, item);
  }

  /**
   * Takes a body in as it streams. With `fileId` the bytes are appended to a file received earlier.
   * Resolves with what arrived even when the line was cut: compare `bytes` with what was announced.
   */
  async receive(body: Readable, into?: { fileId: string }): Promise<Received> {
    const fileId = into?.fileId ?? randomBytes(12).toString("hex");
    const hash = createHash("sha256");
    let bytes = 0;
    const count = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        bytes += chunk.length;
        hash.update(chunk);
        done(null, chunk);
      },
    });
    const kept = this.collection<{ bytes: number; dropped: boolean }>("files");
    const before = kept.get(fileId) ?? { bytes: 0, dropped: false };
    const sink = before.dropped ? devNull() : createWriteStream(this.filePath(fileId), { flags: "a" });
    await pipeline(body, count, sink).catch(() => undefined);
    const total = before.bytes + bytes;
    const dropped = before.dropped || total > KEEP_AT_MOST;
    if (dropped && !before.dropped) rmSync(this.filePath(fileId), { force: true });
    kept.put(fileId, { bytes: total, dropped });
    return { fileId, bytes, sha256: hash.digest("hex") };
  }

  filePath(fileId: string): string {
    return path.join(this.folder, "files", fileId.replace(/[^0-9a-f]/g, ""));
  }

  close(): void {
    this.#db.close();
  }
}

/** Prepared once: collections are made anew with each request. */
function statementsOf(db: Database.Database) {
  return {
    get: db.prepare("SELECT body FROM documents WHERE collection = ? AND id = ?").pluck(),
    all: db.prepare("SELECT body FROM documents WHERE collection = ? ORDER BY n").pluck(),
    put: db.prepare(
      "INSERT INTO documents (collection, id, body) VALUES (?, ?, ?) ON CONFLICT (collection, id) DO UPDATE SET body = excluded.body",
    ),
    remove: db.prepare("DELETE FROM documents WHERE collection = ? AND id = ?"),
  };
}

function readOrMakeToken(file: string): string {
  if (!existsSync(file)) writeFileSync(file, randomBytes(16).toString("base64url"), { mode: 0o600 });
  return readFileSync(file, "utf8");
}

function devNull(): Writable {
  return new Writable({
    write(_chunk, _encoding, done) {
      done();
    },
  });
}
