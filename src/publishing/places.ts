/** Where publications wait for room: each platform has places for sending, and others for looking how things stand. */
import type { PublicationRow } from "../database/index.ts";
import { findPlatform } from "../platforms/index.ts";

const LOOKS = "looks/";
const MOST = 16;

/**
 * A platform that is slow to say how things stand must not keep new posts waiting, so what was sent waits in a pool of its own.
 * Returns the name of the pool for the next step of a publication that stands like this.
 */
export function poolOf(row: Pick<PublicationRow, "platform" | "state">): string {
  return ["confirming", "in_inbox", "published"].includes(row.state) ? `${LOOKS}${row.platform}` : row.platform;
}

/** Steps of one channel side by side, whatever they are. */
export function placesPerChannel(pool: string): number {
  return concurrencyOf(pool)?.perChannel ?? 2;
}

/** Steps side by side in this pool. */
export function placesIn(pool: string): number {
  const most = concurrencyOf(pool)?.perPlatform ?? MOST;
  return pool.startsWith(LOOKS) ? Math.ceil(most / 2) : most;
}

function concurrencyOf(pool: string) {
  return findPlatform(pool.replace(LOOKS, ""))?.limits.concurrency;
}
