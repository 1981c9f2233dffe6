/** The day's posts: read before anything is made, because a refusal at the end would waste the work. */
import { PlatformError } from "../contract.ts";
import { HOUR } from "./limits.ts";
import type { InstagramDelivery } from "./delivery.ts";
import { readQuota } from "./prepare.ts";

/** Throws rate_limited when none is left. When Instagram does not say, publishing itself will. */
export async function mustHaveQuota(delivery: InstagramDelivery): Promise<void> {
  const quota = await readQuota(delivery.session, delivery.signal).catch((error: unknown) => {
    if (error instanceof PlatformError && error.kind !== "signed_out" && error.kind !== "rate_limited") return null;
    throw error;
  });
  if (!quota || quota.used < quota.total) return;
  throw new PlatformError("rate_limited", {
    code: "9/2207042",
    message: `This account has used up the ${quota.total} posts that Instagram lets apps make in 24 hours.`,
    remedy: "Nothing to do: it is tried again every hour. Posting in the Instagram app may still work.",
    until: delivery.now() + HOUR,
  });
}
