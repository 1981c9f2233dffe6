/** Fills an install with publications: three hundred in the running month, the others in the ten years before it. */
import { randomUUID } from "node:crypto";
import type { Db } from "../../src/database/index.ts";
import type { Wired } from "../../src/wiring.ts";

const DAY = 24 * 3600_000;
const THIS_MONTH = 300;
const CHANNELS = 20;
const MOST_MEDIA = 100_000;
const platforms = ["tiktok", "youtube", "facebook", "instagram"] as const;

/** A UUIDv7 of that moment. */
export function idAt(ms: number): string {
  const time = Math.floor(ms).toString(16).padStart(12, "0");
  const rest = randomUUID().replaceAll("-", "");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${rest.slice(1, 4)}-8${rest.slice(5, 8)}-${rest.slice(8, 20)}`;
}

export interface Seeded {
  workspaceId: string;
  /** One post of the running month, on two channels. */
  postId: string;
  publications: number;
}

/** Brings the database to so many publications, two for each post; what is there already stays. One transaction. */
export function seed({ house }: Wired, publications: number): Seeded {
  const { db } = house;
  const { workspace_id: workspaceId, account_id: accountId } = db.get<{ workspace_id: string; account_id: string }>(
    "SELECT workspace_id, account_id FROM memberships LIMIT 1",
  )!;
  const now = house.clock.now();
  let postId = "";
  // The indexes of a million rows, filled in any order, fit into this.
  db.sqlite.pragma("cache_size = -1000000");
  db.sqlite.pragma("foreign_keys = OFF");
  db.transaction(() => {
    const channels = channelsOf(db, workspaceId, now);
    const has = db.get<{ n: number }>("SELECT COUNT(*) AS n FROM publications")!.n;
    const add = adder(db, workspaceId, accountId);
    for (let n = has / 2; n < publications / 2; n += 1) {
      postId = add(n, channels, dueOf(n, now), now);
    }
    addMedia(db, workspaceId, accountId, Math.min(publications / 10, MOST_MEDIA), now);
  });
  db.sqlite.pragma("wal_checkpoint(TRUNCATE)");
  postId = db.get<{ id: string }>(
    "SELECT posts.id FROM posts WHERE workspace_id = ? AND scheduled_at > ? ORDER BY scheduled_at LIMIT 1",
    [workspaceId, now - 5 * DAY],
  )!.id;
  return { workspaceId, postId, publications };
}

/** Whatever the size, the running month looks the same: what grows is what lies behind it. */
function dueOf(n: number, now: number): number {
  if (n < THIS_MONTH / 2) return now + ((n % 28) - 14) * DAY + (n % 24) * 600_000;
  return now - 35 * DAY - ((n * 7919) % (3650 * 24)) * 3600_000;
}

function adder(db: Db, workspaceId: string, accountId: string) {
  const post = db.sqlite.prepare(
    `INSERT INTO posts (id, workspace_id, created_by, text, media, state, scheduled_at, wall_time, time_zone, created_at, updated_at)
     VALUES (?, ?, ?, ?, '[]', 'planned', ?, '2026-11-22T10:00', 'UTC', ?, ?)`,
  );
  const version = db.sqlite.prepare("INSERT INTO post_channels (post_id, channel_id, position) VALUES (?, ?, ?)");
  const publication = db.sqlite.prepare(
    `INSERT INTO publications (id, workspace_id, post_id, channel_id, platform, state, due_at, started_at, published_at, fence, url, created_at, updated_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const event = db.sqlite.prepare("INSERT INTO publication_events (publication_id, at, event) VALUES (?, ?, ?)");
  return (n: number, channels: readonly Channel[], due: number, now: number): string => {
    const made = due - 2 * DAY;
    const id = idAt(made);
    post.run(
      id,
      workspaceId,
      accountId,
      `Number ${n}: what we make this week\n\nA little more about it, with a few words.`,
      due,
      made,
      Math.min(due, now),
    );
    for (let side = 0; side < 2; side += 1) {
      const channel = channels[(n * 2 + side) % channels.length]!;
      const past = due <= now;
      const own = idAt(made);
      version.run(id, channel.id, side);
      publication.run(
        own,
        workspaceId,
        id,
        channel.id,
        channel.platform,
        past ? "published" : "scheduled",
        due,
        past ? due : null,
        past ? due + 4000 : null,
        past ? "answered" : "open",
        past ? "https://example.org/post" : null,
        made,
        made,
      );
      event.run(own, due, past ? "Published" : "Scheduled");
    }
    return id;
  };
}

interface Channel {
  id: string;
  platform: string;
}

function channelsOf(db: Db, workspaceId: string, now: number): Channel[] {
  const known = db.all<Channel>("SELECT id, platform FROM channels ORDER BY id");
  if (known.length > 0) return known;
  const insert = db.sqlite.prepare(
    `INSERT INTO channels (id, workspace_id, platform, remote_id, name, handle, state, connected_at, created_at)
     VALUES (?, ?, ?, ?, ?, ?, 'ready', ?, ?)`,
  );
  return Array.from({ length: CHANNELS }, (_, n) => {
    const platform = platforms[n % platforms.length]!;
    const id = idAt(now + n);
    insert.run(id, workspaceId, platform, `remote-${n}`, `Channel ${n}`, `@channel${n}`, now, now);
    return { id, platform };
  });
}

function addMedia(db: Db, workspaceId: string, accountId: string, wanted: number, now: number): void {
  const has = db.get<{ n: number }>("SELECT COUNT(*) AS n FROM media")!.n;
  const insert = db.sqlite.prepare(
    `INSERT INTO media (id, workspace_id, state, name, sha256, kind, mime, extension, bytes, width, height, has_poster, created_by, created_at)
     VALUES (?, ?, 'ready', ?, ?, 'image', 'image/jpeg', 'jpg', 200000, 1080, 1080, 1, ?, ?)`,
  );
  for (let n = has; n < wanted; n += 1) {
    const at = now - n * 600_000;
    insert.run(idAt(at), workspaceId, `picture-${n}.jpg`, n.toString(16).padStart(64, "0"), accountId, at);
  }
}
