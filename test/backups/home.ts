/** A data folder with a real database, key and media, as a Postern that is stopped leaves it; and what a backup must not change. */
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestContext } from "node:test";
import { makeBackup, type Made, type Place } from "../../src/backups/index.ts";
import { migrate, openDatabase, type Db } from "../../src/database/index.ts";
import { newId } from "../../src/ids.ts";
import { openVault, readMasterKey } from "../../src/vault/index.ts";

/** 2026-11-22T12:00:00Z */
export const NOON = 1_795_348_800_000;
export const HOUR = 3_600_000;

/** A folder of one's own, gone after the test. */
export function folder(t: TestContext): string {
  const made = mkdtempSync(path.join(tmpdir(), "postern-backups-"));
  t.after(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

export class Home {
  readonly root: string;
  readonly dataDir: string;
  readonly place: Place;
  readonly clock = { now: () => NOON };
  #posts = 0;

  constructor(t: TestContext) {
    this.root = folder(t);
    this.dataDir = path.join(this.root, "data");
    this.place = { dataDir: this.dataDir, masterKey: null, masterKeyFile: path.join(this.dataDir, "postern.key") };
    this.work((db) => {
      migrate(db, { now: NOON });
      openVault(db, readMasterKey(this.place, true), this.clock);
      db.run("INSERT INTO workspaces (id, name, time_zone, created_at) VALUES ('w', 'Ada', 'UTC', 0)");
      db.run(
        `INSERT INTO channels (id, workspace_id, platform, remote_id, state, connected_at, created_at)
         VALUES ('c', 'w', 'tiktok', 'remote', 'ready', 0, 0)`,
      );
    });
  }

  work<T>(work: (db: Db) => T): T {
    const db = openDatabase({ file: path.join(this.dataDir, "postern.db") });
    try {
      return work(db);
    } finally {
      db.close();
    }
  }

  /** A file in the library with one small picture beside it; returns its hash. `file` below the data folder. */
  addMedia(bytes: Buffer, extension = "mp4"): { sha256: string; file: string; picture: string } {
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const place = path.join(this.dataDir, "media", sha256.slice(0, 2), sha256);
    mkdirSync(place, { recursive: true });
    const [file, picture] = [path.join(place, `original.${extension}`), path.join(place, "thumb-320.webp")];
    writeFileSync(file, bytes);
    writeFileSync(picture, `small ${sha256}`);
    this.nameMedia(sha256, bytes.length, extension);
    return { sha256, file, picture };
  }

  nameMedia(sha256: string, bytes: number, extension: string): void {
    this.work((db) =>
      db.run(
        `INSERT INTO media (id, workspace_id, state, name, sha256, kind, mime, extension, bytes, has_poster, created_at)
         VALUES (?, 'w', 'ready', 'clip', ?, 'video', 'video/mp4', ?, ?, 1, 0)`,
        [newId(), sha256, extension, bytes],
      ),
    );
  }

  /** A publication of a post of its own; returns its id. */
  addPublication(row: {
    state: string;
    dueAt: number;
    fence?: string;
    problem?: string;
    publishedAt?: number;
  }): string {
    const id = `p${(this.#posts += 1)}`;
    this.work((db) => {
      db.run(
        "INSERT INTO posts (id, workspace_id, state, time_zone, created_at, updated_at) VALUES (?, 'w', 'planned', 'UTC', 0, 0)",
        [id],
      );
      db.run(
        `INSERT INTO publications (id, workspace_id, post_id, channel_id, platform, state, due_at, fence, problem, published_at, created_at, updated_at)
         VALUES (@id, 'w', @id, 'c', 'tiktok', @state, @dueAt, @fence, @problem, @publishedAt, 0, 0)`,
        { fence: "open", problem: null, publishedAt: null, ...row, id },
      );
    });
    return id;
  }

  backUp(withMedia = false): Promise<Made> {
    const to = path.join(this.root, "backups");
    return makeBackup({ dataDir: this.dataDir, to, withMedia, clock: this.clock });
  }

  /** Another machine's data folder; with the right key beside it unless told otherwise. */
  elsewhere(key: "right" | "wrong" | "none" = "right"): Place {
    const root = mkdtempSync(path.join(this.root, "elsewhere-"));
    const place = { dataDir: path.join(root, "data"), masterKey: null, masterKeyFile: path.join(root, "the.key") };
    const text = key === "right" ? readFileSync(this.place.masterKeyFile, "utf8") : randomBytes(32).toString("base64");
    if (key !== "none") writeFileSync(place.masterKeyFile, text, { mode: 0o600 });
    return place;
  }
}

/** Every file below a folder with the hash of its bytes and its mode; {} when there is no folder. */
export function everyFile(root: string): Record<string, string> {
  if (!statSync(root, { throwIfNoEntry: false })) return {};
  return Object.fromEntries(
    readdirSync(root, { recursive: true, encoding: "utf8" })
      .sort()
      .map((name) => {
        const facts = statSync(path.join(root, name));
        const bytes = facts.isFile() ? readFileSync(path.join(root, name)) : "folder";
        return [name, `${facts.mode.toString(8)} ${createHash("sha256").update(bytes).digest("hex")}`];
      }),
  );
}
