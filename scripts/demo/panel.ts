/** A throw-away Postern with one account, driven over HTTP like any other: what the demo does, step by step. */
import { mkdtempSync, openAsBlob, rmSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createApiKey } from "../../src/accounts/index.ts";
import { readConfig } from "../../src/config/index.ts";
import { newSecret } from "../../src/ids.ts";
import { buildDraft } from "../../src/posts/index.ts";
import { startServer, type RunningServer } from "../../src/server.ts";
import { Robot, textOf } from "../../test/support/robot.ts";
import { chooseOptions } from "./choices.ts";

export interface DemoPublication {
  id: string;
  platform: string;
  state: string;
  url: string | null;
  problem: { message: string; remedy: string } | null;
}

export interface DemoPost {
  id: string;
  publications: DemoPublication[];
}

export interface DemoMedia {
  id: string;
  state: string;
  problem: string | null;
  name: string;
  bytes: number;
  width: number;
  height: number;
  durationMs: number;
}

export class DemoPanel {
  readonly server: RunningServer;
  readonly email = "demo@example.org";
  readonly password = newSecret().slice(0, 20);
  readonly folder: string;
  readonly #robot = new Robot();
  #key = "";
  #workspaceId = "";

  private constructor(server: RunningServer, folder: string) {
    this.server = server;
    this.folder = folder;
  }

  /** `port` is taken when it is free, else the next one that is. */
  static async start(port: number): Promise<DemoPanel> {
    const folder = mkdtempSync(path.join(tmpdir(), "postern-demo-"));
    try {
      const settings = { DATA_DIR: folder, PORT: String(await nextFree(port)), LOG_LEVEL: "info" };

      const server = await startServer(readConfig(settings, path.join(folder, "no.env")), {
        logTo: { write: () => undefined },
      });
      return new DemoPanel(server, folder);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  get url(): string {
    return this.server.publicUrl;
  }

  async signUp(): Promise<void> {
    await this.#robot.open(`${this.url}/sign-up`);
    await this.#press("Create account", { name: "Demo", email: this.email, password: this.password });
    const { house } = this.server.wired;
    const member = house.db.get<{ account_id: string; workspace_id: string }>(
      "SELECT account_id, workspace_id FROM memberships",
    );
    if (!member) throw new Error(`Signing up did not work: ${textOf(this.#robot.page.html).slice(0, 300)}`);
    this.#workspaceId = member.workspace_id;
    const given = { accountId: member.account_id, workspaceId: member.workspace_id, name: "Demo" };
    this.#key = createApiKey(house, { ...given, scopes: ["read", "write"] }).secret;
  }

  /** Through the platform's consent page; returns what the new channel is called. */
  async connect(platform: { id: string; name: string }): Promise<string> {
    await this.#robot.open(`${this.url}/channels`);
    await this.#press(`Connect ${platform.name}`);
    await this.#press("Allow");
    // Where one sign-in brings several destinations, a page asks which.
    if (/<button[^>]*>\s*Connect\s*</.test(this.#robot.page.html)) await this.#press("Connect");
    const { items } = await this.#api<{ items: Array<{ platform: string; handle: string; name: string }> }>(
      "GET",
      "/channels",
    );
    const channel = items.find((one) => one.platform === platform.id);
    if (!channel) throw new Error(`${platform.name} did not connect: ${textOf(this.#robot.page.html).slice(0, 300)}`);
    return channel.handle || channel.name;
  }

  async upload(file: string): Promise<DemoMedia> {
    const form = new FormData();
    form.append("file", await openAsBlob(file, { type: "video/mp4" }), path.basename(file));
    let media = await this.#api<DemoMedia>("POST", "/media", form);
    while (media.state === "processing") {
      await sleep(100);
      media = await this.#api("GET", `/media/${media.id}`);
    }
    if (media.state !== "ready") throw new Error(`The video cannot be used: ${media.problem}`);
    return media;
  }

  /** One post on every channel, due at `dueAt` (UTC ms), with choices that each platform accepts. */
  async schedule(text: string, media: DemoMedia, dueAt: number): Promise<DemoPost> {
    const { wired } = this.server;
    const channels = await Promise.all(
      wired.channels.list(this.#workspaceId).map(async ({ id, platform }) => {
        const facts = (ids: string[]) => wired.media.facts(this.#workspaceId, ids);
        const draft = buildDraft({ text, media: [media.id], options: {} }, facts, dueAt);
        const preparation = await wired.channels.freshPreparation(this.#workspaceId, id);
        return { channelId: id, options: chooseOptions(platform, draft, preparation) };
      }),
    );
    const scheduledAt = new Date(dueAt).toISOString();
    return this.#api("POST", "/posts", { text, media: [media.id], scheduledAt, publish: "schedule", channels });
  }

  /** Asked of the posts room itself: looking ten times a second over HTTP would soon meet the API's rate limit. */
  post(id: string): DemoPost {
    const post = this.server.wired.posts.find(this.#workspaceId, id);
    if (!post) throw new Error("The post is gone.");
    return post;
  }

  async stop(): Promise<void> {
    await this.server.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #press(button: string, values: Record<string, string> = {}): Promise<void> {
    const page = await this.#robot.press(button, values);
    if (page.status >= 400)
      throw new Error(`"${button}" was answered with ${page.status}: ${textOf(page.html).slice(0, 300)}`);
  }

  async #api<T>(method: string, target: string, body?: unknown): Promise<T> {
    const form = body instanceof FormData;
    const headers: Record<string, string> = { authorization: `Bearer ${this.#key}` };
    if (body && !form) headers["content-type"] = "application/json";
    const reply = await fetch(`${this.url}/api/v1${target}`, {
      method,
      headers,
      body: form ? body : body ? JSON.stringify(body) : null,
    });
    const answer = (await reply.json()) as T & { detail?: string; errors?: Array<{ message: string }> };
    if (reply.ok) return answer;
    throw new Error([answer.detail, ...(answer.errors ?? []).map((one) => one.message)].join(" "));
  }
}

/** This port or the first free one after it. */
async function nextFree(port: number): Promise<number> {
  for (let candidate = port; candidate < port + 100; candidate += 1) {
    const free = await new Promise<boolean>((resolve) => {
      const probe = net.createServer().once("error", () => resolve(false));
      probe.listen(candidate, "127.0.0.1", () => probe.close(() => resolve(true)));
    });
    if (free) return candidate;
  }
  throw new Error(`No port from ${port} to ${port + 99} is free.`);
}
