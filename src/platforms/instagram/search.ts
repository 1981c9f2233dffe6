/** Looks for this very post on the profile: same words, same kind, the right time, and only one; never the newest at a guess. */
import { z } from "zod";
import { PlatformError } from "../contract.ts";
import { graphId, maybe } from "../shared/meta/index.ts";
import { ask, askAll } from "./client.ts";
import { surfaceIn, type InstagramDelivery } from "./delivery.ts";
import { captionOf } from "./options.ts";
import { productOf, takesText } from "./surface.ts";

/** Our clock and Instagram's may differ by this much. */
const SLACK_MS = 60_000;

const FIELDS = "id,caption,permalink,timestamp,media_type,media_product_type";

const entry = z.object({
  id: graphId,
  caption: maybe(z.string()),
  permalink: maybe(z.string()),
  timestamp: maybe(z.string()),
  media_type: maybe(z.string()),
  media_product_type: maybe(z.string()),
});

type Entry = z.infer<typeof entry>;

export interface Found {
  id: string;
  url: string | null;
}

/** The one post that fits what was sent at `since` (UTC ms); null when none or several fit. Throws as `askAll` does. */
export async function findPost(delivery: InstagramDelivery, since: number): Promise<Found | null> {
  const [match, ...more] = await findPosts(delivery, since);
  return match && more.length === 0 ? match : null;
}

/** Every post that fits. Throws as `askAll` does. */
export async function findPosts(delivery: InstagramDelivery, since: number): Promise<Found[]> {
  const surface = surfaceIn(delivery);
  const from = since - SLACK_MS;
  const words = takesText(surface) ? captionOf(delivery.text).trim() : null;
  const fitting = (await recent(delivery, surface === "story" ? "stories" : "media", from)).filter(
    (post) =>
      timeOf(post) >= from &&
      (words === null || (post.caption ?? "").trim() === words) &&
      (post.media_product_type ?? productOf(surface)) === productOf(surface) &&
      (post.media_type === undefined || post.media_type.startsWith("CAROUSEL") === (surface === "carousel")),
  );
  return fitting.map(({ id, permalink }) => ({ id, url: permalink ?? null }));
}

async function recent(delivery: InstagramDelivery, edge: "media" | "stories", from: number): Promise<Entry[]> {
  const { session, signal } = delivery;
  const since = edge === "media" ? { since: Math.floor(from / 1000), limit: 50 } : {};
  const path = `/${session.remoteId}/${edge}`;
  const query = { fields: FIELDS, ...since };
  const old = (page: readonly Entry[]) => page.some((post) => timeOf(post) < from);
  try {
    return await askAll(session, { path, query, signal }, entry, old);
  } catch (error) {
    if (!(error instanceof PlatformError) || error.kind !== "rejected") throw error;
    return throughAccount(delivery, edge);
  }
}

// 2026-11: for days lists by their own address were refused while the same list below the account was not.
// https://github.com/gitroomhq/postiz-app/issues/1562
async function throughAccount({ session, signal }: InstagramDelivery, edge: "media" | "stories"): Promise<Entry[]> {
  const shape = z.object({ [edge]: z.object({ data: z.array(entry) }).optional() });
  const query = { fields: `${edge}.limit(50){${FIELDS}}` };
  const account = await ask(session, { method: "GET", path: `/${session.remoteId}`, query, signal }, shape);
  return (account as Partial<Record<string, { data: Entry[] }>>)[edge]?.data ?? [];
}

/** A post that does not say when it was made may be this one. */
function timeOf({ timestamp }: Entry): number {
  const at = timestamp === undefined ? Number.NaN : Date.parse(timestamp);
  return Number.isNaN(at) ? Infinity : at;
}
