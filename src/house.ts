/** The long-lived objects that rooms are handed as plugin options; made in wiring.ts, used everywhere, global nowhere. */
import type { EventEmitter } from "node:events";
import type { Logger } from "pino";
import type { Clock } from "./clock.ts";
import type { Config } from "./config/index.ts";
import type { Db } from "./database/index.ts";
import type { Queue, Runner } from "./jobs/index.ts";
import type { Outbound } from "./outbound/index.ts";
import type { Vault } from "./vault/index.ts";
import type { Views } from "./web/index.ts";

export interface House {
  config: Config;
  clock: Clock;
  db: Db;
  vault: Vault;
  outbound: Outbound;
  queue: Queue;
  runner: Runner;
  views: Views;
  log: Logger;
  /**
   * News for pages that are open: emits `workspace:<id>` with { publicationId?, mediaId?, channelId? } and
   * `publication:<id>` with { state?, sent?, total? }. Losing one loses nothing: pages read rows, news only says when.
   */
  news: EventEmitter;
  /** Origin under which this install is reached, without a trailing slash. */
  publicUrl: string;
}
