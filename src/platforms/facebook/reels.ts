/** How many reels a Page had within a day: Facebook takes thirty from apps and tells the number nowhere. */
import { z } from "zod";
import { PlatformError, type Session } from "../contract.ts";
import { listAll, maybe } from "../shared/meta/index.ts";
import type { FacebookDelivery } from "./delivery.ts";
import { facts } from "./limits.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const reel = z.object({ created_time: maybe(z.string()) });

/** Reels of the last 24 hours, whoever made them; one more than allowed at most. Throws as the Graph client does. */
export async function reelsToday(session: Session): Promise<number> {
  const since = session.now() - DAY_MS;
  const query = { fields: "created_time", limit: facts.maxReelsPerDay + 1 };
  const reels = await listAll(session, { path: `/${session.remoteId}/video_reels`, query }, reel, () => true);
  return reels.filter(({ created_time: at }) => at !== undefined && Date.parse(at) >= since).length;
}

/** Throws rate_limited when the day's reels are used up. Where Facebook does not tell, it will refuse by itself. */
export async function mustHaveRoom({ session }: FacebookDelivery): Promise<void> {
  const used = await reelsToday(session).catch((error: unknown) => {
    if (error instanceof PlatformError && error.kind !== "signed_out") return 0;
    throw error;
  });
  if (used < facts.maxReelsPerDay) return;
  throw new PlatformError("rate_limited", {
    code: "reels_per_day",
    message: `This Page has had the ${facts.maxReelsPerDay} reels that Facebook takes from apps within 24 hours.`,
    remedy: "Nothing to do: it is tried again every hour.",
    until: session.now() + HOUR_MS,
  });
}
