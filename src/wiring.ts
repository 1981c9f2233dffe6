/** The one place where long-lived objects are made and handed round. */
import { EventEmitter } from "node:events";
import path from "node:path";
import pino, { type DestinationStream } from "pino";
import { apiClocks } from "./api/index.ts";
import { accountClocks } from "./accounts/index.ts";
import { Channels } from "./channels/index.ts";
import { systemClock, type Clock } from "./clock.ts";
import type { Config } from "./config/index.ts";
import { migrate, openDatabase } from "./database/index.ts";
import type { House } from "./house.ts";
import { Queue, Runner, type RecurringJob } from "./jobs/index.ts";
import { logOptions } from "./log.ts";
import { MediaLibrary } from "./media/index.ts";
import { createOutbound } from "./outbound/index.ts";
import { Posts } from "./posts/index.ts";
import { placesIn, placesPerChannel, Publishing } from "./publishing/index.ts";
import type { World } from "./sandbox/index.ts";
import { openVault, readMasterKey } from "./vault/index.ts";
import { Views } from "./web/index.ts";

export interface Wired {
  house: House;
  channels: Channels;
  media: MediaLibrary;
  publishing: Publishing;
  posts: Posts;
  /** Where our own sandbox keeps its state, when it is the one in use; the app opens the world itself. */
  sandboxFolder: string | null;
  sandboxWorld: World | null;
  clocks: RecurringJob[];
  close(): Promise<void>;
}

/**
 * `port` is the one that will be listened on (config.port may be 0). `beside`: for a command beside a server, which plays the
 * sandbox itself. Opens, migrates and unlocks the database.
 */
export function wire(
  config: Config,
  options: { port: number; clock?: Clock; logTo?: DestinationStream; beside?: boolean },
): Wired {
  const clock = options.clock ?? systemClock;
  const log = pino(logOptions(config.logLevel), options.logTo ?? pino.destination(2));
  const db = openDatabase({ file: path.join(config.dataDir, "postern.db") });
  const applied = migrate(db, { now: clock.now(), backupFolder: path.join(config.dataDir, "backups") });
  if (applied.length > 0) log.info({ applied }, "the database was brought up to date");
  const isNew = !db.get("SELECT 1 FROM key_check");
  const vault = openVault(db, readMasterKey(config, isNew), clock);
  if (vault.locked !== null) log.error(vault.locked);

  const local = `http://${config.host.includes(":") ? `[${config.host}]` : config.host === "0.0.0.0" ? "127.0.0.1" : config.host}:${options.port}`;
  const publicUrl = config.publicUrl ?? local;
  const outbound = createOutbound({
    mode: config.platformMode,
    sandboxUrl: config.platformSandboxUrl ?? `${local}/sandbox`,
    sandboxBrowserUrl: config.platformSandboxUrl ?? `${publicUrl}/sandbox`,
    allowPrivateHosts: config.allowPrivateHosts,
    log,
  });
  const queue = new Queue(db, clock);
  const runner = new Runner(queue, clock, log, {
    publish: {
      concurrency: 64,
      perSlot: (pool) => placesPerChannel(pool ?? ""),
      perPool: placesIn,
    },
    tokens: { concurrency: 4 },
    media: { concurrency: 2 },
    upkeep: { concurrency: 1 },
  });
  const views = new Views();
  views.compileAll();
  const news = new EventEmitter().setMaxListeners(0);
  const house: House = { config, clock, db, vault, outbound, queue, runner, views, log, news, publicUrl };

  const channels = new Channels(house);
  const media = new MediaLibrary(house);
  const publishing = new Publishing(house, channels, media);
  const posts = new Posts(house, channels, media, publishing);
  const ownSandbox = config.platformMode === "sandbox" && config.platformSandboxUrl === null && !options.beside;
  const wired: Wired = {
    house,
    channels,
    media,
    publishing,
    posts,
    sandboxFolder: ownSandbox ? path.join(config.dataDir, "sandbox") : null,
    sandboxWorld: null,
    clocks: [
      ...channels.clocks(),
      ...media.clocks(),
      ...publishing.clocks(),
      ...posts.clocks(),
      ...accountClocks(house),
      ...apiClocks(house),
    ],
    async close() {
      await outbound.close();
      wired.sandboxWorld?.close();
      db.close();
    },
  };
  return wired;
}
