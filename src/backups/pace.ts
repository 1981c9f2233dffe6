/** Writing beside a server that publishes: a little, down to the disk with it, and then a rest. */
import { stat, truncate } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Bytes that may wait in memory to be written. A server's own write waits for what is ahead of it, so a whole backup handed
 * to the disk at once would hold up every post meanwhile.
 */
export const SLICE = 256 * 1024;
/** The disk and the processor belong to others for so many times as long as a slice took. */
const SHARE = 3;
const LEAST_MS = 2;
const MOST_MS = 500;

/** ms to rest after a slice that took `tookMs`. */
export function restAfter(tookMs: number): number {
  return Math.min(MOST_MS, Math.max(LEAST_MS, tookMs * SHARE));
}

const PIECE = 4 * 1024 * 1024;

/** Makes a file shorter bit by bit, until what is left can be taken away at once. Throws what the disk says. */
export async function shrink(file: string): Promise<void> {
  const { size } = await stat(file);
  for (let left = size - PIECE; left > 0; left -= PIECE) {
    await truncate(file, left);
    await sleep(LEAST_MS * SHARE);
  }
}
