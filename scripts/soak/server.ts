/** The process under test of the soak: a whole Postern that hands itself posts ahead of time and reports how it feels. */
import { readdirSync, readFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { readConfig } from "../../src/config/index.ts";
import { newId } from "../../src/ids.ts";
import { startServer } from "../../src/server.ts";
import type { Wired } from "../../src/wiring.ts";
import type { OwnPage } from "./pages.ts";

export interface Reading {
  /** ms since the soak began. */
  at: number;
  /** UTC ms. */
  until: number;
  rssMb: number;
  heapMb: number;
  handles: number;
  fds: number;
  /** Share of the time in which our thread was ready to run and had no core. */
  waited: number;
  /** Share of one core that our process took. */
  cpu: number;
  /** Most jobs side by side. */
  busy: number;
  /** ms, since the reading before. */
  loop: { p50: number; p99: number; max: number };
}

export type Word =
  | { is: "begin"; rate: number; seconds: number; workspaces: number; pages: OwnPage[] }
  | { is: "ready"; url: string }
  | { is: "reading"; reading: Reading }
  | { is: "handed"; publications: number };

/** How far ahead posts are planned. */
const AHEAD_MS = 10_000;
const READ_EVERY_MS = 5000;

const server = await startServer(readConfig());
const send = (word: Word): void => void process.send?.(word);
send({ is: "ready", url: server.localUrl });
process.on("message", (word: Word) => word.is === "begin" && void soak(server.wired, word));
process.on("disconnect", () => process.exit());

async function soak(wired: Wired, begin: Extract<Word, { is: "begin" }>): Promise<void> {
  const { rate, seconds } = begin;
  const channels = multiply(wired, begin.workspaces, begin.pages);
  const loop = monitorEventLoopDelay({ resolution: 5 });
  loop.enable();
  const beganAt = performance.now();
  let handed = 0;
  let waitedBefore = waitedMs();
  let cpuBefore = process.cpuUsage();
  let busy = 0;
  setInterval(() => (busy = Math.max(busy, wired.house.runner.busy)), 20);
  const hand = setInterval(() => {
    const wanted = Math.min(rate * seconds, Math.ceil(((performance.now() - beganAt) / 1000) * rate));
    if (wanted > handed) plan(wired, channels, handed, wanted, rate);
    handed = wanted;
    if (handed === rate * seconds) clearInterval(hand);
    send({ is: "handed", publications: handed });
  }, 500);
  setInterval(() => {
    const { rss, heapUsed } = process.memoryUsage();
    const waited = waitedMs();
    const cpu = process.cpuUsage(cpuBefore);
    const ms = (ns: number): number => Math.round(ns / 1e4) / 100;
    // The histogram holds whole delays, the sampling interval included.
    const p = (percentile: number): number => Math.max(0, ms(loop.percentile(percentile)) - 5);
    send({
      is: "reading",
      reading: {
        at: Math.round(performance.now() - beganAt),
        until: wired.house.clock.now(),
        rssMb: Math.round(rss / 1e5) / 10,
        heapMb: Math.round(heapUsed / 1e5) / 10,
        handles: process.getActiveResourcesInfo().length,
        fds: readdirSync("/proc/self/fd").length,
        waited: Math.round(((waited - waitedBefore) / READ_EVERY_MS) * 100) / 100,
        cpu: Math.round((cpu.user + cpu.system) / READ_EVERY_MS / 10) / 100,
        busy,
        loop: { p50: p(50), p99: p(99), max: Math.max(0, ms(loop.max) - 5) },
      },
    });
    loop.reset();
    busy = 0;
    cpuBefore = process.cpuUsage();
    waitedBefore = waited;
  }, READ_EVERY_MS);
}

/** ms for which the main thread stood in the queue for a core since it began; 0 where the kernel does not say. */
function waitedMs(): number {
  try {
    return Number(readFileSync("/proc/self/schedstat", "utf8").split(" ")[1]) / 1e6;
  } catch {
    return 0;
  }
}

interface Target {
  workspaceId: string;
  channelId: string;
  platform: string;
  mediaId: string;
}

/** The connected channels and the one video again in many workspaces, so that no platform's limit per channel is in the way. */
function multiply({ house }: Wired, workspaces: number, pages: OwnPage[]): Target[] {
  const { db, vault, clock } = house;
  const channels = db.all<Record<string, unknown> & { id: string; platform: string }>("SELECT * FROM channels");
  const [media] = db.all<Record<string, unknown>>("SELECT * FROM media");
  if (!media) throw new Error("there is no video to send");
  const copy = (table: string, row: Record<string, unknown>): void => {
    const names = Object.keys(row);
    db.run(`INSERT INTO ${table} (${names.join(", ")}) VALUES (${names.map((name) => `@${name}`).join(", ")})`, row);
  };
  return db.transaction(() =>
    Array.from({ length: workspaces }, () => {
      const workspaceId = newId();
      const mediaId = newId();
      db.run("INSERT INTO workspaces (id, name, time_zone, created_at) VALUES (?, 'Soak', 'UTC', ?)", [
        workspaceId,
        clock.now(),
      ]);
      copy("media", { ...media, id: mediaId, workspace_id: workspaceId });
      return channels.map((channel) => {
        const id = newId();
        const page = channel.platform === "facebook" ? pages.pop() : undefined;
        const sealed = Object.fromEntries(
          Object.entries(channel)
            .filter(([name, value]) => name.endsWith("_sealed") && value !== null)
            .map(([column, value]) => {
              const text = vault.open(String(value), { table: "channels", id: channel.id, column });
              const own = page && column === "access_token_sealed" ? page.token : text;
              return [column, vault.seal(own, { table: "channels", id, column })];
            }),
        );
        const remoteId = page?.remoteId ?? channel["remote_id"];
        copy("channels", { ...channel, ...sealed, id, workspace_id: workspaceId, remote_id: remoteId });
        return { workspaceId, channelId: id, platform: channel.platform, mediaId };
      });
    }).flat(),
  );
}

const videoChoices = { mode: "direct", privacyLevel: "PUBLIC_TO_EVERYONE", musicConsent: true };

/** Posts number `from` up to, without, `to`, evenly spread over their second. Every fifth is a video. */
function plan(wired: Wired, targets: readonly Target[], from: number, to: number, rate: number): void {
  const { db, clock } = wired.house;
  const now = clock.now();
  db.transaction(() => {
    for (let n = from; n < to; n += 1) {
      const platform = n % 5 === 0 ? "tiktok" : "facebook";
      const fitting = targets.filter((target) => target.platform === platform);
      const target = fitting[Math.floor(n / 5) % fitting.length]!;
      const dueAt = now + AHEAD_MS + Math.round(((n - from) * 1000) / rate);
      const id = newId();
      const media = platform === "tiktok" ? JSON.stringify([target.mediaId]) : "[]";
      db.run(
        `INSERT INTO posts (id, workspace_id, text, media, state, scheduled_at, time_zone, created_at, updated_at)
         VALUES (?, ?, ?, ?, 'planned', ?, 'UTC', ?, ?)`,
        [id, target.workspaceId, `Soak ${n} end`, media, dueAt, now, now],
      );
      const choices = platform === "tiktok" ? videoChoices : { kind: "feed" };
      db.run("INSERT INTO post_channels (post_id, channel_id, position, options) VALUES (?, ?, 0, ?)", [
        id,
        target.channelId,
        JSON.stringify(choices),
      ]);
      wired.publishing.plan(target.workspaceId, id, [target.channelId], dueAt);
    }
  });
}
