/** Looks for this very post on the profile: same words, same kind, the right time, and only one; never the newest at a guess. */
import { z } from "zod";
import { graphId } from "../shared/meta/index.ts";
import { askAll } from "./client.ts";
import { surfaceIn, type InstagramDelivery } from "./delivery.ts";
import { captionOf } from "./options.ts";
import { productOf, takesText } from "./surface.ts";

/** Our clock and Instagram's may differ by this much. */
const SLACK_MS = 60_000;

const entry = z.object({
  id: graphId,
  caption: z.string().optional(),
  permalink: z.string().optional(),
  timestamp: z.string(),
  media_type: z.string().optional(),
  media_product_type: z.string().optional(),
});

export interface Found {
  id: string;
  url: string | null;
}

/** The one post that fits what was sent at `since` (UTC ms); null when none or several fit. Throws as `askAll` does. */
export async function findPost(delivery: InstagramDelivery, since: number): Promise<Found | null> {
  const surface = surfaceIn(delivery);
  const from = since - SLACK_MS;
  const story = surface === "story";
  const list = await askAll(
    delivery.session,
    {
      path: `/${delivery.session.remoteId}/${story ? "stories" : "media"}`,
      query: {
        fields: "id,caption,permalink,timestamp,media_type,media_product_type",
        ...(story ? {} : { since: Math.floor(from / 1000), limit: 50 }),
      },
      signal: delivery.signal,
    },
    entry,
    (page) => page.some((post) => Date.parse(post.timestamp) < from),
  );
  const words = takesText(surface) ? captionOf(delivery.text).trim() : null;
  const [match, ...more] = list.filter(
    (post) =>
      Date.parse(post.timestamp) >= from &&
      (words === null || (post.caption ?? "").trim() === words) &&
      (post.media_product_type ?? productOf(surface)) === productOf(surface) &&
      (post.media_type === "CAROUSEL_ALBUM") === (surface === "carousel"),
  );
  return match && more.length === 0 ? { id: match.id, url: match.permalink ?? null } : null;
}
