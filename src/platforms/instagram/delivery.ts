/** Short names for what the steps of an Instagram delivery share. */
import { PlatformError, type Delivery, type Outcome } from "../contract.ts";
import type { InstagramCheckpoint } from "./checkpoint.ts";
import type { InstagramOptions } from "./options.ts";
import { surfaceOf, type Surface } from "./surface.ts";

export type InstagramDelivery = Delivery<InstagramOptions, InstagramCheckpoint>;
export type InstagramOutcome = Outcome<InstagramCheckpoint>;

export function surfaceIn(delivery: InstagramDelivery): Surface {
  return surfaceOf(delivery.options.kind, delivery.media);
}

/** Null for whatever the platform or the line refuses; a fault of ours is thrown on. */
export async function orNull<T>(work: Promise<T>): Promise<T | null> {
  return work.catch((error: unknown) => {
    if (error instanceof PlatformError) return null;
    throw error;
  });
}
