/** Channels with tokens, posts and publications that become due when they are told to; and what the platforms saw of them. */
import { randomUUID } from "node:crypto";
import { cpSync, mkdirSync, statSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Wired } from "../../src/wiring.ts";
import { root } from "./measure.ts";
import { idAt } from "./seed.ts";

const clip = path.join(root, "test/fixtures/media/clip.mp4");
/** TikTok takes six posts a minute from one creator: the rest of the load goes to Facebook Pages. */
const TIKTOK_CHANNELS = 40;
const CHANNELS = 100;
const TIKTOK_PER_CHANNEL = 5;
const A_YEAR = 365 * 24 * 3600_000;

export interface Channel {
  id: string;
  platform: string;
}

/** A hundred channels, and one on YouTube for the large upload. */
export function makeChannels({ house }: Wired): Channel[] {
  const { db, vault, clock } = house;
  const workspaceId = workspaceOf(house);
  const now = clock.now();
  return db.transaction(() =>
    Array.from({ length: CHANNELS + 1 }, (_, n) => {
      const platform = n === CHANNELS ? "youtube" : n < TIKTOK_CHANNELS ? "tiktok" : "facebook";
      const id = idAt(now + n);
      const seal = (column: string, text: string): string => vault.seal(text, { table: "channels", column, id });
      db.run(
        `INSERT INTO channels (id, workspace_id, platform, remote_id, name, handle, scopes, extra_sealed, state, access_token_sealed,
           access_expires_at, refresh_token_sealed, connected_at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'ready', ?, ?, ?, ?, ?)`,
        [
          id,
          workspaceId,
          platform,
          String(1000 + n),
          `Channel ${n}`,
          `@channel${n}`,
          JSON.stringify([
            "video.publish",
            "video.upload",
            "user.info.basic",
            "https://www.googleapis.com/auth/youtube.upload",
            "pages_manage_posts",
          ]),
          seal("extra_sealed", '{"username":"ada"}'),
          seal("access_token_sealed", `token-${n}`),
          now + A_YEAR,
          seal("refresh_token_sealed", `again-${n}`),
          now,
          now,
        ],
      );
      return { id, platform };
    }),
  );
}

/** `count` publications over the hundred channels, one post each; `dueOf(n)` is when the n-th is due. Texts are "<mark> <n>". */
export function schedule(wired: Wired, channels: readonly Channel[], mark: string, dues: readonly number[]): void {
  const small = mediaRow(wired, "small", null);
  const few = channels.filter(({ platform }) => platform === "tiktok");
  const many = channels.filter(({ platform }) => platform === "facebook");
  const onTikTok = Math.min(Math.floor(dues.length / 5), few.length * TIKTOK_PER_CHANNEL);
  wired.house.db.transaction(() => {
    dues.forEach((due, n) => {
      // Every fifth, as long as TikTok takes them.
      const tiktok = n % 5 === 0 && n / 5 < onTikTok;
      const channel = tiktok ? few[(n / 5) % few.length]! : many[n % many.length]!;
      const options = tiktok ? { mode: "direct", privacyLevel: "SELF_ONLY", musicConsent: true } : {};
      addPost(wired, { text: `${mark} ${n}`, channel, due, media: tiktok ? [small] : [], options });
    });
  });
}

/** A video of `bytes` zeros on YouTube, due at that time. */
export function scheduleLarge(wired: Wired, channels: readonly Channel[], bytes: number, due: number): void {
  const large = mediaRow(wired, "large", bytes);
  const channel = channels.find(({ platform }) => platform === "youtube")!;
  const options = { title: "The large one", privacyStatus: "private", madeForKids: false };
  wired.house.db.transaction(() => addPost(wired, { text: "large", channel, due, media: [large], options }));
}

interface NewPost {
  text: string;
  channel: Channel;
  due: number;
  media: string[];
  options: object;
}

function addPost({ house, publishing }: Wired, { text, channel, due, media, options }: NewPost): void {
  const { db } = house;
  const workspaceId = workspaceOf(house);
  const now = house.clock.now();
  const id = idAt(now);
  db.run(
    `INSERT INTO posts (id, workspace_id, text, media, state, scheduled_at, wall_time, time_zone, created_at, updated_at)
     VALUES (?, ?, ?, ?, 'planned', ?, '2026-11-22T10:00', 'UTC', ?, ?)`,
    [id, workspaceId, text, JSON.stringify(media), due, now, now],
  );
  db.run("INSERT INTO post_channels (post_id, channel_id, position, options) VALUES (?, ?, 0, ?)", [
    id,
    channel.id,
    JSON.stringify(options),
  ]);
  for (const one of media) db.run("INSERT INTO post_media (post_id, media_id) VALUES (?, ?)", [id, one]);
  publishing.plan(workspaceId, id, [channel.id], due);
}

/** A stored file: the small clip, or a hole of so many bytes, which reads as zeros and takes no room. */
function mediaRow({ house }: Wired, name: string, bytes: number | null): string {
  const { db } = house;
  const known = db.get<{ id: string }>("SELECT id FROM media WHERE name = ?", [name]);
  if (known) return known.id;
  const sha256 = randomUUID().replaceAll("-", "").repeat(2);
  const folder = path.join(house.config.dataDir, "media", sha256.slice(0, 2), sha256);
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, "original.mp4");
  if (bytes === null) cpSync(clip, file);
  else {
    writeFileSync(file, "");
    truncateSync(file, bytes);
  }
  const id = idAt(house.clock.now());
  db.run(
    `INSERT INTO media (id, workspace_id, state, name, sha256, kind, mime, extension, bytes, width, height, duration_ms, video_codec, audio_codec, frame_rate, rotation, created_at)
     VALUES (?, ?, 'ready', ?, ?, 'video', 'video/mp4', 'mp4', ?, 1080, 1920, 20000, 'avc', 'aac', 30, 0, ?)`,
    [id, workspaceOf(house), name, sha256, bytes ?? statSync(clip).size, house.clock.now()],
  );
  return id;
}

function workspaceOf({ db }: Wired["house"]): string {
  return db.get<{ id: string }>("SELECT id FROM workspaces LIMIT 1")!.id;
}
