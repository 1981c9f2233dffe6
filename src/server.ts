/** One running Postern: holds the data folder, serves, publishes, and stops without losing anything. */
import net from "node:net";
import type { DestinationStream } from "pino";
import { buildApp } from "./app.ts";
import type { Clock } from "./clock.ts";
import type { Config } from "./config/index.ts";
import { holdDataFolder } from "./database/index.ts";
import { startClocks } from "./jobs/index.ts";
import { wire, type Wired } from "./wiring.ts";

export interface RunningServer {
  publicUrl: string;
  /** Where it really listens: http://host:port. */
  localUrl: string;
  wired: Wired;
  /** No new claims, uploads parked at their checkpoint, connections closed; within 10 seconds. */
  stop(): Promise<void>;
}

const PARK_WITHIN_MS = 8000;

/** Throws with a sentence for the operator when the folder is in use, the port is taken or the database is newer. */
export async function startServer(
  config: Config,
  options: { clock?: Clock; logTo?: DestinationStream } = {},
): Promise<RunningServer> {
  const letGo = holdDataFolder(config.dataDir);
  const port = config.port === 0 ? await freePort(config.host) : config.port;
  const wired = wire(config, { port, ...options });
  const { house } = wired;
  // What was erased just before a crash still stands in the write-ahead log, until all of it is folded in.
  house.db.sqlite.pragma("wal_checkpoint(TRUNCATE)");
  const app = await buildApp(wired);
  await app.listen({ port, host: config.host });
  let stopClocks = async (): Promise<void> => undefined;
  if (house.vault.locked === null) {
    wired.publishing.recover();
    house.runner.start();
    stopClocks = startClocks(wired.clocks, house.log);
  }
  house.log.info({ publicUrl: house.publicUrl, mode: config.platformMode }, "Postern is ready");
  return {
    publicUrl: house.publicUrl,
    localUrl: `http://${config.host}:${port}`,
    wired,
    async stop() {
      house.log.info("stopping");
      await stopClocks();
      await house.runner.stop(PARK_WITHIN_MS);
      await app.close();
      await wired.close();
      letGo();
    },
  };
}

function freePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = net.createServer().once("error", reject);
    probe.listen(0, host, () => {
      const { port } = probe.address() as net.AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
