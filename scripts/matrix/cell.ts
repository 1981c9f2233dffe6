/** One cell of the matrix: one publication with one broken request, from due to its end, and the rule it must keep. */
import { openAsBlob } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import sharp from "sharp";
import { createApiKey } from "../../src/accounts/index.ts";
import { findPlatform } from "../../src/platforms/index.ts";
import { clip, type Panel } from "../../test/support/panel.ts";
import { openChannels } from "./desk.ts";
import type { MatrixFault } from "./faults.ts";
import type { Flow } from "./flows.ts";
import type { Line, Target } from "./line.ts";

export interface Cell {
  state: string;
  /** New posts in the sandbox's feed. */
  posts: number;
  /** The requests it took, by name. */
  calls: readonly string[];
  /** ms of the panel's clock from due to the end. */
  took: number;
  /** What the person reads when it is not published. */
  words: string;
  hit: boolean;
  /** Why this breaks a promise; "" when it does not. */
  broken: string;
}

const ends = ["published", "in_inbox", "failed", "held", "unconfirmed", "cancelled"];
/** Of the panel's clock; after three days of silence a person is asked. */
const GIVE_UP_MS = 96 * 3600 * 1000;

export class Bench {
  readonly panel: Panel;
  readonly line: Line;
  readonly #media = new Map<string, string>();
  #number = 0;

  constructor(panel: Panel, line: Line) {
    this.panel = panel;
    this.line = line;
  }

  /** The platforms' limits per day begin anew, with a sign-in of its own. */
  async newDay(platform: string): Promise<void> {
    this.panel.sandbox.clock.push(25 * 3600 * 1000);
    this.line.begin(null);
    await openChannels(this.panel);
    await this.panel.connect(findPlatform(platform)!.name);
  }

  /** Publishes once; with a `target` its request is broken by `fault`. */
  async run(flow: Flow, aim: { target: Target; fault: MatrixFault } | null): Promise<Cell> {
    const { panel, line } = this;
    const { house } = panel.server.wired;
    const { world, clock } = panel.sandbox;
    clock.push(150_000); // fresh windows of the platforms' limits
    await this.#signedIn(flow.platform);
    if (flow.rested) clock.push(25 * 3600 * 1000);
    const text = `Matrix ${(this.#number += 1)} end`;
    const media = await this.#files(flow.media);
    if (this.#number % 50 === 1) panel.key = this.#freshKey();
    if (flow.expired)
      house.db.run("UPDATE channels SET access_expires_at = ? WHERE id = ?", [
        clock.now() - 1,
        panel.channels.get(flow.platform),
      ]);
    const before = world.feed().length;
    line.begin(aim);
    const beganAt = clock.now();
    const post = await panel.api<{ publications: Array<{ id: string }> }>("POST", "/posts", {
      text,
      media,
      publish: "now",
      timeZone: "UTC",
      scheduledAt: null,
      channels: [{ channelId: panel.channels.get(flow.platform), options: flow.options(text) }],
    });
    const id = post.publications[0]!.id;
    const look = (): { state: string; problem: string | null } =>
      house.db.get<{ state: string; problem: string | null }>("SELECT state, problem FROM publications WHERE id = ?", [
        id,
      ])!;
    while (!ends.includes(look().state) && clock.now() - beganAt < GIVE_UP_MS) await this.#step(id);
    const took = clock.now() - beganAt;
    // What still comes (the link, a first comment) belongs to this cell, not to the next.
    await this.#drain(id, 3);
    const { state, problem } = look();
    const said = problem === null ? null : (JSON.parse(problem) as { message: string; remedy: string });
    const posts = world
      .feed()
      .slice(before)
      .filter((item) => !["failed", "open", "uploading"].includes(item.state)).length;
    const cell = {
      state,
      posts,
      calls: line.calls,
      took,
      words: said ? `${said.message} ${said.remedy}` : "",
      hit: line.hit,
    };
    // Released by the next sign-in it would be counted there.
    if (state === "held")
      panel.server.wired.publishing.cancel(house.db.get<{ w: string }>("SELECT id AS w FROM workspaces")!.w, id);
    return { ...cell, broken: rule(cell) };
  }

  /** Waits while the job runs, or pushes the clock to its next time. Returns the state it found the job in. */
  async #step(id: string, push = true): Promise<"queued" | "running" | undefined> {
    const { house } = this.panel.server.wired;
    const job = house.db.get<{ state: "queued" | "running"; run_at: number }>(
      "SELECT state, run_at FROM jobs WHERE unique_key = ? AND state IN ('queued', 'running')",
      [`publication:${id}`],
    );
    if (job?.state === "running") await sleep(5);
    else if (job && push) {
      const wait = job.run_at - this.panel.sandbox.clock.now();
      if (wait > 0) this.panel.sandbox.clock.push(wait + 1);
      house.runner.wake();
      await sleep(2);
    }
    return job?.state;
  }

  /** A renewal whose answer is lost may end a sign-in; the next cell begins with a new one. */
  async #signedIn(platform: string): Promise<void> {
    const channel = this.panel.channels.get(platform);
    const row = this.panel.server.wired.house.db.get<{ state: string }>("SELECT state FROM channels WHERE id = ?", [
      channel,
    ]);
    this.line.begin(null);
    if (row?.state !== "ready") await this.panel.connect(findPlatform(platform)!.name);
  }

  /** Lets the job run `times` more, then takes it away. */
  async #drain(id: string, times: number): Promise<void> {
    const { house } = this.panel.server.wired;
    for (let left = times; ;) {
      const state = await this.#step(id, left > 0);
      if (state === undefined) return;
      if (state === "queued" && left === 0) return house.queue.cancel(`publication:${id}`);
      if (state === "queued") left -= 1;
    }
  }

  async #files(names: readonly string[]): Promise<string[]> {
    const ids: string[] = [];
    for (const name of names) {
      let id = this.#media.get(name);
      if (!id) {
        const form = new FormData();
        form.append("file", await fileOf(name), name);
        id = (await this.panel.api<{ id: string }>("POST", "/media", form)).id;
        this.#media.set(name, id);
      }
      ids.push(id);
    }
    return ids;
  }

  /** The API counts requests per key and minute. */
  #freshKey(): string {
    const { house } = this.panel.server.wired;
    const found = house.db.get<{ account_id: string; workspace_id: string }>(
      "SELECT account_id, workspace_id FROM memberships",
    )!;
    const scopes = ["read", "write"] as const;
    return createApiKey(house, {
      accountId: found.account_id,
      workspaceId: found.workspace_id,
      name: `matrix ${this.#number}`,
      scopes: [...scopes],
    }).secret;
  }
}

/** Never two; published means one; failed means none; anything else is said in words. */
export function rule(cell: Omit<Cell, "broken">): string {
  if (cell.posts > 1) return "posted twice";
  switch (cell.state) {
    case "published":
    case "in_inbox":
      return cell.posts === 1 ? "" : `says ${cell.state}, the feed has none`;
    case "failed":
      if (cell.words.length < 30) return "failed without words";
      return cell.posts === 0 ? "" : "says failed, the feed has one";
    case "held":
    case "unconfirmed":
      return cell.words.length >= 30 ? "" : `${cell.state} without words`;
    default:
      return `never ended: ${cell.state}`;
  }
}

async function fileOf(name: string): Promise<Blob> {
  if (name === "clip.mp4") return openAsBlob(clip, { type: "video/mp4" });
  const background = path.basename(name, ".jpg");
  const bytes = await sharp({ create: { width: 640, height: 640, channels: 3, background } })
    .jpeg()
    .toBuffer();
  return new Blob([new Uint8Array(bytes)], { type: "image/jpeg" });
}
