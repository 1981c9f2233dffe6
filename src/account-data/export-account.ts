/** Takes out everything that is held on an account, as one archive: JSON that a person can read, pictures and media as files. */
import { open, stat } from "node:fs/promises";
import path from "node:path";
import type { House } from "../house.ts";
import {
  accountItself,
  auditOf,
  channelsOf,
  mediaOf,
  pictureOf,
  postsOf,
  workspacesOf,
  type HeldMedia,
} from "./held.ts";
import { tarOf, textEntry, type TarEntry } from "./tar.ts";

/** What came out; filled in while the archive is read. */
export interface Exported {
  workspaces: number;
  posts: number;
  media: number;
  /** Files that the library names and the disk does not have. */
  missing: string[];
}

const CHUNK = 1 << 20;

const README = `Everything that Postern held on this account when this archive was made.

account.json         the account, its workspaces, sessions and API keys
audit-0001.json …    what was done, and when
workspace-1/         one folder a workspace, in the order of account.json
  channels.json      connected and former channels; pictures/ holds theirs
  media-0001.json …  what is known of each file; media/ holds the files, named by their id
  posts-0001.json …  posts with their versions, publications and timelines
missing.json         files that were not on the disk any more, if there were any

Times are UTC, written as ISO 8601. Passwords, tokens and keys are not in here.
`;

/**
 * The archive's bytes as they are read from database and disk, with flat memory; safe beside a running server. `done` is
 * complete when the last byte was taken. The account must exist.
 */
export function exportAccount(house: House, accountId: string): { archive: AsyncGenerator<Buffer>; done: Exported } {
  const done: Exported = { workspaces: 0, posts: 0, media: 0, missing: [] };
  return { archive: tarOf(entries(house, accountId, done), house.clock.now()), done };
}

/** "postern-account-20261122.tar" */
export function exportName(now: number): string {
  return `postern-account-${new Date(now).toISOString().slice(0, 10).replaceAll("-", "")}.tar`;
}

async function* entries(house: House, accountId: string, done: Exported): AsyncGenerator<TarEntry> {
  yield textEntry("README.txt", README);
  yield jsonEntry("account.json", accountItself(house, accountId));
  const workspaces = workspacesOf(house, accountId);
  const owned = workspaces.filter((one) => one.role === "owner").map((one) => one.id);
  yield* numbered("audit", auditOf(house, accountId, owned));
  for (const [index, { id }] of workspaces.entries()) {
    done.workspaces += 1;
    yield* workspaceEntries(house, id, `workspace-${index + 1}`, done);
  }
  if (done.missing.length > 0) yield jsonEntry("missing.json", done.missing);
}

async function* workspaceEntries(house: House, id: string, folder: string, done: Exported): AsyncGenerator<TarEntry> {
  const channels = channelsOf(house, id);
  yield jsonEntry(`${folder}/channels.json`, channels);
  for (const channel of channels) {
    const bytes = pictureOf(house, String(channel["id"]));
    if (bytes) yield { name: `${folder}/pictures/${channel["id"]}.webp`, bytes: bytes.length, body: [bytes] };
  }
  yield* numbered(
    `${folder}/posts`,
    counted(postsOf(house, id), (n) => (done.posts += n)),
  );
  let pages = 0;
  for (const page of mediaOf(house, id)) {
    yield jsonEntry(`${folder}/media-${number((pages += 1))}.json`, page);
    for (const file of page) yield* mediaEntry(house, file, folder, done);
  }
}

async function* mediaEntry(house: House, file: HeldMedia, folder: string, done: Exported): AsyncGenerator<TarEntry> {
  if (file.state !== "ready" || !file.sha256) return;
  const name = `${folder}/media/${file.id}.${file.extension}`;
  const place = path.join(
    house.config.dataDir,
    "media",
    file.sha256.slice(0, 2),
    file.sha256,
    `original.${file.extension}`,
  );
  const facts = await stat(place).catch(() => null);
  if (!facts || facts.size !== file.bytes) return void done.missing.push(name);
  done.media += 1;
  yield { name, bytes: facts.size, body: bytesOf(place) };
}

/** A chunk belongs to whoever takes it: a slow line may hold on to several. */
async function* bytesOf(file: string): AsyncGenerator<Buffer> {
  const handle = await open(file, "r");
  try {
    for (;;) {
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK, null);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

function* numbered(stem: string, pages: Iterable<unknown[]>): Generator<TarEntry> {
  let n = 0;
  for (const page of pages) yield jsonEntry(`${stem}-${number((n += 1))}.json`, page);
}

function* counted(pages: Iterable<unknown[]>, count: (n: number) => void): Generator<unknown[]> {
  for (const page of pages) {
    count(page.length);
    yield page;
  }
}

function number(n: number): string {
  return String(n).padStart(4, "0");
}

/** Times as words instead of milliseconds, lists and objects instead of the text they are stored as. */
function jsonEntry(name: string, value: unknown): TarEntry {
  return textEntry(name, `${JSON.stringify(value, readable, 2)}\n`);
}

const STORED_AS_JSON = new Set(["media", "labels", "scopes", "options", "problem", "facts", "receipt"]);

function readable(key: string, value: unknown): unknown {
  if (typeof value === "number" && (key.endsWith("At") || key === "at")) return new Date(value).toISOString();
  if (typeof value === "number" && (key === "ownsInstall" || key === "picture")) return value === 1;
  if (typeof value !== "string" || !STORED_AS_JSON.has(key)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}
