/** Kills the real process at random moments while it publishes, then compares every state with what the world sees. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdtempSync, openAsBlob, rmSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import Database from "better-sqlite3";
import { systemClock } from "../src/clock.ts";
import { platforms } from "../src/platforms/index.ts";
import { serveSandbox, World } from "../src/sandbox/index.ts";
import { Robot } from "../test/support/robot.ts";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const clip = path.join(root, "test/fixtures/media/clip.mp4");

export interface CrashFigures {
  kills: number;
  publications: number;
  published: number;
  inInbox: number;
  unconfirmed: number;
  failed: number;
  twice: number;
  lost: number;
  false: string[];
  integrity: string;
  seconds: number;
}

/**
 * Schedules `publications` on every sandbox channel in turn, kills the server `kills` times at random moments, lets it finish
 * and returns the figures. Nothing is mocked: real process, real signals, real sockets, the sandbox in a process that lives.
 */
export async function crash(options: {
  kills: number;
  publications: number;
  say?: (line: string) => void;
}): Promise<CrashFigures> {
  const say = options.say ?? (() => undefined);
  const startedAt = Date.now();
  const folder = mkdtempSync(path.join(tmpdir(), "postern-crash-"));
  const world = new World(path.join(folder, "world"), systemClock);
  const sandbox = await serveSandbox(world);
  const server = new Server(path.join(folder, "data"), sandbox.url, await freePort());
  try {
    await server.start();
    const key = await furnish(server);
    const ids = await schedule(server, key, options.publications, Math.max(4000, options.kills * 350));
    say(`${ids.length} publications are scheduled; killing ${options.kills} times`);
    for (let kill = 1; kill <= options.kills; kill += 1) {
      await sleep(Math.random() * 900);
      await server.kill();
      await server.start();
      if (kill % 10 === 0) say(`killed ${kill} times, ${world.feed().length} posts have landed`);
    }
    await finish(server, ids, say);
    const figures = compare(server, ids, world);
    return { ...figures, kills: options.kills, seconds: Math.round((Date.now() - startedAt) / 1000) };
  } finally {
    await server.kill();
    await sandbox.close();
    world.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

class Server {
  readonly url: string;
  readonly #env: NodeJS.ProcessEnv;
  #child: ChildProcess | undefined;

  constructor(dataDir: string, sandboxUrl: string, port: number) {
    this.url = `http://127.0.0.1:${port}`;
    this.#env = {
      ...process.env,
      DATA_DIR: dataDir,
      PORT: String(port),
      PLATFORM_SANDBOX_URL: sandboxUrl,
      LOG_LEVEL: "error",
    };
  }

  get dataDir(): string {
    return this.#env["DATA_DIR"]!;
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, [path.join(root, "src/main.ts")], {
      cwd: root,
      env: this.#env,
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.#child = child;
    let errors = "";
    child.stderr!.on("data", (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-4000)));
    for (let i = 0; i < 600; i += 1) {
      if (child.exitCode !== null) throw new Error(`The server did not start: ${errors}`);
      if (await this.#ready()) return;
      await sleep(25);
    }
    throw new Error(`The server did not become ready: ${errors}`);
  }

  async #ready(): Promise<boolean> {
    const reply = await fetch(`${this.url}/readyz`).catch(() => null);
    return reply?.ok === true;
  }

  /** SIGKILL: no handler runs, nothing is flushed. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
  }

  cli(...args: string[]): string {
    const done = spawnSync(process.execPath, [path.join(root, "src/cli/main.ts"), ...args], {
      cwd: root,
      env: this.#env,
      encoding: "utf8",
    });
    if (done.status !== 0) throw new Error(`${args[0]}: ${done.stderr}`);
    return done.stdout;
  }

  async api<T>(key: string, method: string, target: string, body?: unknown): Promise<T> {
    for (;;) {
      const form = body instanceof FormData;
      const reply = await fetch(`${this.url}/api/v1${target}`, {
        method,
        headers: { authorization: `Bearer ${key}`, ...(body && !form ? { "content-type": "application/json" } : {}) },
        body: form ? body : body ? JSON.stringify(body) : null,
      });
      if (reply.status === 429) {
        await sleep(1000 * Number(reply.headers.get("retry-after") ?? 1));
        continue;
      }
      const answer = (await reply.json()) as T;
      if (!reply.ok) throw new Error(`${method} ${target}: ${reply.status} ${JSON.stringify(answer)}`);
      return answer;
    }
  }
}

/** An account, every account of every sandbox platform connected, and an API key. */
async function furnish(server: Server): Promise<string> {
  const robot = new Robot();
  await robot.open(`${server.url}/sign-up`);
  await robot.press("Create account", {
    name: "Crash",
    email: "crash@example.org",
    password: "correct horse battery staple",
  });
  for (const { name } of platforms) {
    for (let account = 0; account < MOST_ACCOUNTS; account += 1) {
      await robot.open(`${server.url}/channels`);
      await robot.press(`Connect ${name}`);
      const accounts = [...robot.page.html.matchAll(/name="account" value="([^"]+)"/g)].map((match) => match[1]!);
      if (account >= accounts.length) break;
      await robot.press("Allow", { account: accounts[account]! });
      if (robot.page.url.includes("/channels/choose/")) await robot.press("Connect");
    }
  }
  const made = JSON.parse(
    server.cli("create-api-key", "--email", "crash@example.org", "--name", "crash", "--json"),
  ) as { key: string };
  return made.key;
}

async function schedule(server: Server, key: string, publications: number, spreadMs: number): Promise<string[]> {
  const channels = await server.api<{ items: Array<{ id: string; platform: string }> }>(key, "GET", "/channels");
  const form = new FormData();
  form.append("file", await openAsBlob(clip, { type: "video/mp4" }), "clip.mp4");
  const media = await server.api<{ id: string }>(key, "POST", "/media", form);
  const ids: string[] = [];
  const from = Date.now() + 2000;
  for (let n = 0; n < publications; n += 1) {
    const channel = channels.items[n % channels.items.length]!;
    const post = await server.api<{ publications: Array<{ id: string }> }>(key, "POST", "/posts", {
      text: `Crash post number ${n} end`,
      media: [media.id],
      publish: "schedule",
      timeZone: "UTC",
      scheduledAt: new Date(from + (spreadMs * n) / publications).toISOString(),
      channels: [{ channelId: channel.id, options: optionsFor(channel.platform, n) }],
    });
    ids.push(post.publications[0]!.id);
  }
  return ids;
}

/** The choices a person would have to make, by platform. */
function optionsFor(platform: string, n: number): Record<string, unknown> {
  if (platform === "tiktok") return { mode: "direct", privacyLevel: "PUBLIC_TO_EVERYONE", musicConsent: true };
  if (platform === "instagram") return { kind: "reel" };
  if (platform === "facebook") return { kind: "feed" };
  if (platform === "youtube")
    return { title: `Crash post number ${n} end`, privacyStatus: "public", madeForKids: false };
  return {};
}

interface Publication {
  id: string;
  state: string;
  platform: string;
  url: string | null;
  problem: { message: string } | null;
}

/** Accounts connected per platform; some of the sandbox have nothing to connect. */
const MOST_ACCOUNTS = 3;

const settledStates = ["published", "in_inbox", "unconfirmed", "failed", "cancelled", "held"];

/** Read from the file: the API's own limit of requests would make waiting slower than publishing. */
function all(server: Server, ids: string[]): Publication[] {
  const found: Publication[] = [];
  const db = new Database(path.join(server.dataDir, "postern.db"), { readonly: true });
  for (const id of ids)
    found.push(
      db
        .prepare(
          "SELECT id, state, platform, url, json_extract(problem, '$.message') AS message FROM publications WHERE id = ?",
        )
        .get(id) as Publication,
    );
  db.close();
  return found;
}

async function finish(server: Server, ids: string[], say: (line: string) => void): Promise<void> {
  const until = Date.now() + 15 * 60_000;
  for (let round = 0; Date.now() < until; round += 1) {
    const open = all(server, ids).filter((one) => !settledStates.includes(one.state));
    if (open.length === 0) return;
    if (round % 10 === 0) say(`${open.length} are still under way`);
    await sleep(1000);
  }
}

function compare(server: Server, ids: string[], world: World): Omit<CrashFigures, "kills" | "seconds"> {
  const publications = all(server, ids);
  const landed = new Map<number, number>();
  for (const item of world.feed()) {
    const n = Number(/Crash post number (\d+) end/.exec(`${item.title} ${item.text}`)?.[1] ?? -1);
    landed.set(n, (landed.get(n) ?? 0) + 1);
  }
  const wrong: string[] = [];
  let lost = 0;
  publications.forEach((publication, n) => {
    const posts = landed.get(n) ?? 0;
    if (!settledStates.includes(publication.state)) lost += 1;
    if (publication.state === "published" && posts !== 1) wrong.push(`${n} says published, the feed has ${posts}`);
    if (publication.state === "failed" && posts !== 0) wrong.push(`${n} says failed, the feed has ${posts}`);
    if (publication.state === "held" || publication.state === "cancelled") wrong.push(`${n} is ${publication.state}`);
  });
  const db = new Database(path.join(server.dataDir, "postern.db"), { readonly: true });
  const integrity = String(db.pragma("integrity_check", { simple: true }));
  db.close();
  const count = (state: string): number => publications.filter((one) => one.state === state).length;
  return {
    publications: publications.length,
    published: count("published"),
    inInbox: count("in_inbox"),
    unconfirmed: count("unconfirmed"),
    failed: count("failed"),
    twice: [...landed.values()].filter((posts) => posts > 1).length,
    lost,
    false: wrong,
    integrity,
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = net.createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as net.AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: { kills: { type: "string", default: "60" }, publications: { type: "string", default: "100" } },
  });
  const figures = await crash({
    kills: Number(values.kills),
    publications: Number(values.publications),
    say: (line) => console.log(line),
  });
  console.log(figures);
  const good =
    figures.twice === 0 &&
    figures.lost === 0 &&
    figures.false.length === 0 &&
    figures.integrity === "ok" &&
    figures.failed === 0;
  console.log(good ? "None lost, none twice, no false state." : "NOT GOOD: see the figures.");
  process.exit(good ? 0 : 1);
}
