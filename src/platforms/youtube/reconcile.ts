/** After an unknown outcome: asks the upload, then the channel, and changes nothing. */
import type { Verdict } from "../contract.ts";
import type { Landed, Search, Sending, YoutubeCheckpoint } from "./checkpoint.ts";
import { videoOf, type YoutubeDelivery } from "./delivery.ts";
import { asPlatformError } from "./errors.ts";
import { landedAs } from "./publish.ts";
import { findUpload } from "./search.ts";
import { probe, type Answer } from "./wire.ts";

/** A new video can be missing from the channel's list for a while: "absent" needs this many listings over this time. */
const LISTINGS = 3;
const LISTING_MS = 10 * 60_000;
const BETWEEN_LISTINGS_MS = 5 * 60_000;
/** When not even a listing can be had, a person is asked after this long. */
const GIVE_UP_MS = 6 * 3_600_000;

const NEVER: Search = { listings: 0, firstListingAt: null, failures: 0, firstFailureAt: null };

export async function reconcile(delivery: YoutubeDelivery, at: YoutubeCheckpoint): Promise<Verdict<YoutubeCheckpoint>> {
  if (at.phase === "landed") return landed(delivery, at);
  const answer = await askUpload(delivery, at);
  switch (answer?.is) {
    case "video":
      return landed(delivery, landedAs(delivery, answer.video));
    case "stored":
      // Every byte stored but no video yet: it may still appear.
      if (answer.bytes >= videoOf(delivery).bytes) return failed(delivery, at);
      return { verdict: "absent", checkpoint: { phase: "sending", sessionUrl: at.sessionUrl, offset: answer.bytes } };
    case "gone":
      return searchChannel(delivery, at);
    default:
      return failed(delivery, at);
  }
}

/** What the upload's own address says; null when it says nothing. */
async function askUpload(delivery: YoutubeDelivery, at: Sending): Promise<Answer | null> {
  const { session, signal } = delivery;
  const ask = () => probe(session, at.sessionUrl, videoOf(delivery).bytes, signal);
  try {
    const answer = await ask();
    if (answer.is !== "unauthorised") return answer;
    await session.renew();
    return await ask();
  } catch (error) {
    asPlatformError(error);
    return null;
  }
}

async function searchChannel(delivery: YoutubeDelivery, at: Sending): Promise<Verdict<YoutubeCheckpoint>> {
  const now = delivery.now();
  let found: string | null;
  try {
    found = await findUpload(delivery);
  } catch (error) {
    asPlatformError(error);
    return failed(delivery, at);
  }
  if (found) return landed(delivery, landedAs(delivery, { id: found }));
  const before = at.search ?? NEVER;
  const firstListingAt = before.firstListingAt ?? now;
  const listings = before.listings + 1;
  if (listings >= LISTINGS && now - firstListingAt >= LISTING_MS) return { verdict: "absent" };
  const search: Search = { ...before, listings, firstListingAt, failures: 0, firstFailureAt: null };
  return { verdict: "later", lookAgainAt: now + BETWEEN_LISTINGS_MS, checkpoint: { ...at, search } };
}

/** No answer to be had: asked again, ever more slowly, and in the end given to a person. */
function failed(delivery: YoutubeDelivery, at: Sending): Verdict<YoutubeCheckpoint> {
  const now = delivery.now();
  const before = at.search ?? NEVER;
  const firstFailureAt = before.firstFailureAt ?? now;
  if (before.failures >= LISTINGS && now - firstFailureAt >= GIVE_UP_MS) return { verdict: "unknown" };
  const search: Search = { ...before, failures: before.failures + 1, firstFailureAt };
  const wait = Math.min(2 ** before.failures * 5000, 15 * 60_000);
  return { verdict: "later", lookAgainAt: now + wait, checkpoint: { ...at, search } };
}

function landed(delivery: YoutubeDelivery, at: Landed): Verdict<YoutubeCheckpoint> {
  const outcome = { state: "waiting", checkpoint: at, lookAgainAt: delivery.now() } as const;
  return { verdict: "landed", outcome };
}
