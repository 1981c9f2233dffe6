/** What the crash run publishes, and the comparison of every publication's state with what the sandbox's world sees. */
import { readFileSync } from "node:fs";
import path from "node:path";
import Database from "better-sqlite3";
import { platforms } from "../../src/platforms/index.ts";
import { root, type Install } from "./install.ts";

/** Accounts looked for per platform; some of the sandbox have nothing to connect. */
const MOST_ACCOUNTS = 3;
/** The account of each platform that is left for connecting and disconnecting under kills. */
const SPARE_ACCOUNT = 1;

export interface Publication {
  id: string;
  state: string;
  fence: string;
  platform: string;
  text: string;
  /** 1 when a job carries it on. */
  carried: 0 | 1;
}

/** Posted on a channel that is disconnected meanwhile. */
export const isSpare = (one: Publication): boolean => one.text.startsWith("Crash spare");

export const settledStates = ["published", "in_inbox", "unconfirmed", "failed", "cancelled", "held"];

/** An account, all but one account of every sandbox platform connected, and an API key. Returns the spare accounts. */
export async function furnish(install: Install): Promise<Map<string, string>> {
  const { robot, url } = install;
  await robot.open(`${url}/sign-up`);
  await robot.press("Create account", {
    name: "Crash",
    email: "crash@example.org",
    password: "correct horse battery staple",
  });
  const spare = new Map<string, string>();
  for (const { name } of platforms) {
    for (let account = 0; account < MOST_ACCOUNTS; account += 1) {
      await robot.open(`${url}/channels`);
      await robot.press(`Connect ${name}`);
      const accounts = accountsOn(robot.page.html);
      if (account >= accounts.length) break;
      if (account === SPARE_ACCOUNT) spare.set(name, accounts[account]!);
      else await allow(install, accounts[account]!);
    }
  }
  const made = install.cli("create-api-key", "--email", "crash@example.org", "--name", "crash", "--json");
  install.key = (JSON.parse(made) as { key: string }).key;
  return spare;
}

/** From a consent page to the connected channel. */
export async function allow(install: Install, account: string): Promise<void> {
  await install.robot.press("Allow", { account });
  if (install.robot.page.url.includes("/channels/choose/")) await install.robot.press("Connect");
}

function accountsOn(html: string): string[] {
  return [...html.matchAll(/name="account" value="([^"]+)"/g)].map((match) => match[1]!);
}

/** One publication each on the connected channels in turn, due evenly over `spreadMs`. */
export async function schedule(install: Install, publications: number, spreadMs: number): Promise<void> {
  const channels = await install.api<{ items: Array<{ id: string; platform: string }> }>("GET", "/channels");
  const mediaId = await upload(install);
  const from = Date.now() + 2000;
  for (let n = 0; n < publications; n += 1) {
    const channel = channels.items[n % channels.items.length]!;
    await publish(install, channel, mediaId, `Crash post number ${n} end`, from + (spreadMs * n) / publications);
  }
}

export async function upload(install: Install): Promise<string> {
  const form = new FormData();
  const clip = path.join(root, "test/fixtures/media/clip.mp4");
  // As bytes: an upload that is answered before it is read would leave a file's reader waiting for ever.
  form.append("file", new Blob([readFileSync(clip)], { type: "video/mp4" }), "clip.mp4");
  return (await install.api<{ id: string }>("POST", "/media", form)).id;
}

/** `text` must be unique: the world is searched for it. */
export async function publish(
  install: Install,
  channel: { id: string; platform: string },
  mediaId: string,
  text: string,
  at: number,
): Promise<void> {
  await install.api("POST", "/posts", {
    text,
    media: [mediaId],
    publish: "schedule",
    timeZone: "UTC",
    scheduledAt: new Date(at).toISOString(),
    channels: [{ channelId: channel.id, options: optionsFor(channel.platform, text) }],
  });
}

/** The choices a person would have to make, by platform. */
export function optionsFor(platform: string, text: string): Record<string, unknown> {
  if (platform === "tiktok") return { mode: "direct", privacyLevel: "PUBLIC_TO_EVERYONE", musicConsent: true };
  if (platform === "instagram") return { kind: "reel" };
  if (platform === "facebook") return { kind: "feed" };
  if (platform === "youtube") return { title: text, privacyStatus: "public", madeForKids: false };
  return {};
}

/** Read from the file: the API's own limit of requests would make waiting slower than publishing. */
export function all(install: Install): Publication[] {
  const db = openReadonly(install);
  try {
    return db
      .prepare(
        `SELECT p.id, p.state, p.fence, p.platform, posts.text AS text, EXISTS (SELECT 1 FROM jobs j
           WHERE j.unique_key = 'publication:' || p.id AND j.state IN ('queued', 'running')) AS carried
         FROM publications p JOIN posts ON posts.id = p.post_id ORDER BY p.id`,
      )
      .all() as Publication[];
  } finally {
    db.close();
  }
}

export function openReadonly(install: Install): Database.Database {
  return new Database(path.join(install.dataDir, "postern.db"), { readonly: true });
}

export interface Compared {
  twice: number;
  /** Not ended, and nothing carries it on. */
  lost: number;
  underWay: number;
  false: string[];
}

/** Every state against the feed: `published` means exactly one post there, `failed`, `held` and `cancelled` none. */
export function compare(install: Install, publications: readonly Publication[]): Compared {
  const landed = new Map<string, number>();
  for (const item of install.world.feed()) {
    const text = /Crash (post|spare) number \d+ end/.exec(`${item.title} ${item.text}`)?.[0] ?? "?";
    landed.set(text, (landed.get(text) ?? 0) + 1);
  }
  const wrong: string[] = [];
  for (const publication of publications) {
    const { text, state, platform } = publication;
    const posts = landed.get(text) ?? 0;
    const say = (): void => void wrong.push(`${platform}, "${text}" says ${state}, the feed has ${posts}`);
    if (state === "published" && posts !== 1) say();
    if (["failed", "held", "cancelled"].includes(state) && posts !== 0) say();
    // Only a channel that was disconnected may have its posts called off.
    if (["failed", "held", "cancelled"].includes(state) && !isSpare(publication)) say();
  }
  return {
    twice: [...landed.values()].filter((posts) => posts > 1).length,
    lost: publications.filter((one) => !settledStates.includes(one.state) && !one.carried).length,
    underWay: publications.filter((one) => !settledStates.includes(one.state) && one.carried).length,
    false: wrong,
  };
}
