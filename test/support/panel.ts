/** A whole Postern in this process on a folder and a sandbox of its own, which can be killed and started again. */
import { mkdtempSync, openAsBlob, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { createApiKey } from "../../src/accounts/index.ts";
import { readConfig } from "../../src/config/index.ts";
import { startServer, type RunningServer } from "../../src/server.ts";
import { Robot } from "./robot.ts";
import { openSandbox, type TestSandbox } from "./sandbox.ts";

export const clip = fileURLToPath(new URL("../fixtures/media/clip.mp4", import.meta.url));

export interface PanelPublication {
  id: string;
  postId: string;
  state: string;
  url: string | null;
  remoteId: string | null;
  attempt: number;
  problem: { kind: string; code: string; message: string; remedy: string } | null;
  timeline: Array<{ at: string; event: string; detail: string }>;
}

export class Panel {
  readonly sandbox: TestSandbox;
  readonly folder: string;
  readonly log: string[] = [];
  server!: RunningServer;
  key = "";
  mediaId = "";
  channels = new Map<string, string>();
  readonly robot = new Robot();

  private constructor(sandbox: TestSandbox) {
    this.sandbox = sandbox;
    this.folder = mkdtempSync(path.join(tmpdir(), "postern-panel-"));
  }

  /** Signed up, every named platform connected (first account of its consent page), one video in the library. */
  static async open(platforms: readonly string[]): Promise<Panel> {
    const panel = new Panel(await openSandbox());
    await panel.start();
    await panel.robot.open(`${panel.url}/sign-up`);
    await panel.robot.press("Create account", {
      name: "Ada",
      email: "ada@example.org",
      password: "a long enough password",
    });
    for (const name of platforms) await panel.connect(name);
    const { db } = panel.server.wired.house;
    const found = db.get<{ account_id: string; workspace_id: string }>(
      "SELECT account_id, workspace_id FROM memberships",
    )!;
    panel.key = createApiKey(panel.server.wired.house, {
      accountId: found.account_id,
      workspaceId: found.workspace_id,
      name: "test",
      scopes: ["read", "write"],
    }).secret;
    const list = await panel.api<{ items: Array<{ id: string; platform: string }> }>("GET", "/channels");
    for (const channel of list.items) panel.channels.set(channel.platform, channel.id);
    const form = new FormData();
    form.append("file", await openAsBlob(clip, { type: "video/mp4" }), "clip.mp4");
    panel.mediaId = (await panel.api<{ id: string }>("POST", "/media", form)).id;
    return panel;
  }

  /** Through the consent page; connecting what is known already signs it in again. */
  async connect(name: string): Promise<void> {
    await this.robot.open(`${this.url}/channels`);
    await this.robot.press(`Connect ${name}`);
    await this.robot.press("Allow");
  }

  get url(): string {
    return this.server.localUrl;
  }

  async start(): Promise<void> {
    const config = readConfig(
      {
        DATA_DIR: path.join(this.folder, "data"),
        PORT: "0",
        PLATFORM_SANDBOX_URL: this.sandbox.url,
        LOG_LEVEL: "debug",
      },
      "/nowhere/.env",
    );
    this.server = await startServer(config, {
      clock: this.sandbox.clock,
      logTo: { write: (line: string) => void this.log.push(line) },
    });
  }

  /**
   * As a SIGKILL leaves things: from this instant nothing more reaches the database or the network, whatever the code that
   * was running still tries. Then the folder is free for the next start.
   */
  async die(): Promise<void> {
    const { house } = this.server.wired;
    const gone = (): never => {
      throw new Error("this process is dead");
    };
    Object.assign(house.db, { run: gone, get: gone, all: gone, transaction: gone });
    house.log.level = "silent";
    void house.outbound.close();
    await house.runner.stop(50);
    await this.server.stop().catch(() => undefined);
  }

  /** Dies right after the n-th checkpoint (save or commit) of any publication is durable; resolves once it is dead. */
  dieAfterCheckpoint(n: number): { dead: Promise<void>; count(): number; disarm(): void } {
    const { db } = this.server.wired.house;
    const transaction = db.transaction.bind(db);
    const run = db.run.bind(db);
    let seen = 0;
    let pending = false;
    let armed = true;
    let report: () => void = () => undefined;
    const dead = new Promise<void>((resolve) => (report = resolve));
    db.run = (sql, params) => {
      if (sql.startsWith("UPDATE publications SET state") && sql.includes("checkpoint_sealed")) pending = true;
      return run(sql, params);
    };
    db.transaction = (work) => {
      const result = transaction(work);
      if (pending && !db.sqlite.inTransaction) {
        pending = false;
        seen += 1;
        if (armed && seen === n) {
          void this.die().then(report);
        }
      }
      return result;
    };
    return { dead, count: () => seen, disarm: () => void (armed = false) };
  }

  async api<T>(method: string, target: string, body?: unknown): Promise<T> {
    const form = body instanceof FormData;
    const reply = await fetch(`${this.url}/api/v1${target}`, {
      method,
      headers: {
        authorization: `Bearer ${this.key}`,
        ...(body && !form ? { "content-type": "application/json" } : {}),
      },
      body: form ? body : body ? JSON.stringify(body) : null,
    });
    const answer = (await reply.json()) as T;
    if (!reply.ok) throw new Error(`${method} ${target}: ${reply.status} ${JSON.stringify(answer)}`);
    return answer;
  }

  /** Publishes now on one platform; returns the publication's id. `text` must be unique for `landed`. */
  async publish(platform: string, text: string, options: Record<string, unknown>, inMs = 0): Promise<string> {
    const post = await this.api<{ publications: Array<{ id: string }> }>("POST", "/posts", {
      text,
      media: [this.mediaId],
      publish: inMs ? "schedule" : "now",
      timeZone: "UTC",
      scheduledAt: inMs ? new Date(this.sandbox.clock.now() + inMs).toISOString() : null,
      channels: [{ channelId: this.channels.get(platform), options }],
    });
    return post.publications[0]!.id;
  }

  publication(id: string): Promise<PanelPublication> {
    return this.api("GET", `/publications/${id}`);
  }

  /** Waits until the publication is in one of these states; `push` ms of clock are added at every look. */
  async until(id: string, states: readonly string[], push = 0): Promise<PanelPublication> {
    for (let i = 0; i < 600; i += 1) {
      const row = this.row(id);
      if (row && states.includes(row.state)) return this.publication(id);
      if (push) {
        this.sandbox.clock.push(push);
        this.server.wired.house.runner.wake();
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`${id} is ${JSON.stringify(await this.publication(id))}`);
  }

  row(id: string): { state: string; fence: string } | undefined {
    return this.server.wired.house.db.get("SELECT state, fence FROM publications WHERE id = ?", [id]);
  }

  /** How many posts with this text the platforms have. */
  landed(text: string): number {
    return this.sandbox.world.feed().filter((item) => `${item.title}\n${item.text}`.includes(text)).length;
  }

  async close(): Promise<void> {
    await this.server.stop().catch(() => undefined);
    await this.sandbox.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
