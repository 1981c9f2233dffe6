/** After a lost answer: what TikTok itself says became of the post. Reads only. */
import { PlatformError, type Verdict } from "../contract.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { chunkAfter } from "./chunks.ts";
import { processing, readStatus, tooOld, type Journey, type TikTokDelivery } from "./follow.ts";
import { MINUTE } from "./limits.ts";
import { resume } from "./publish.ts";
import { fetchStatus, slowDelay, type Status } from "./status.ts";
import { findPost } from "./videos.ts";

/** How long a photo post without a publish_id is looked for. */
const SEARCH_FOR = 15 * MINUTE;

type TikTokVerdict = Verdict<Checkpoint>;

/** Throws PlatformError("rejected") when TikTok says that the post failed. */
export async function reconcile(delivery: TikTokDelivery, from: Checkpoint): Promise<TikTokVerdict> {
  switch (from.phase) {
    case "fresh":
      return { verdict: "absent", checkpoint: from };
    case "photos":
      return search(delivery, from);
    case "upload":
      return ask(delivery, { ...from, since: delivery.now(), polls: 0 }, from);
    case "processing":
      return ask(delivery, from, from);
    case "inbox":
    case "link":
      // Settled already: the slow look of resume reads only.
      return { verdict: "landed", outcome: await resume(delivery, from) };
  }
}

async function ask(delivery: TikTokDelivery, journey: Journey, from: Checkpoint): Promise<TikTokVerdict> {
  const status = await known(delivery, journey.publishId);
  if (status === null) return { verdict: "unknown" };
  const reading = await readStatus(delivery, journey, status);
  switch (reading.kind) {
    case "outcome":
      return { verdict: "landed", outcome: reading.outcome };
    case "again":
      return { verdict: "absent", checkpoint: { phase: "fresh", restarts: journey.restarts + 1 } };
    case "underway":
      break;
  }
  if (from.phase === "upload") {
    const { uploaded } = reading;
    if (uploaded === null) {
      const wait = slowDelay(delivery.now() - from.openedAt);
      return { verdict: "later", lookAgainAt: delivery.now() + wait, checkpoint: from };
    }
    // Same publish_id, same upload: going on with it cannot make a second post.
    if (uploaded < from.size) return { verdict: "absent", checkpoint: { ...from, sent: chunkAfter(from, uploaded) } };
  }
  if (tooOld(delivery, journey.since)) return { verdict: "unknown" };
  const { publishId, since, polls, restarts } = journey;
  return { verdict: "landed", outcome: processing(delivery, { publishId, since, polls, restarts }) };
}

/** Null when TikTok does not know the id. */
async function known(delivery: TikTokDelivery, publishId: string): Promise<Status | null> {
  try {
    return await fetchStatus(delivery.session, publishId);
  } catch (error) {
    if (error instanceof PlatformError && error.kind === "unknown_outcome") return null;
    throw error;
  }
}

/** Without a publish_id only a public post can be recognised, by its text and its time. */
async function search(
  delivery: TikTokDelivery,
  from: Extract<Checkpoint, { phase: "photos" }>,
): Promise<TikTokVerdict> {
  const { mode, privacyLevel, title } = delivery.options;
  if (mode !== "direct" || privacyLevel !== "PUBLIC_TO_EVERYONE") return { verdict: "unknown" };
  const found = await findPost(delivery.session, { text: delivery.text || title, since: from.sentAt }).catch(
    refusedToSay,
  );
  if (found === undefined) return { verdict: "unknown" };
  if (found) return { verdict: "landed", outcome: { state: "published", remoteId: found.id, url: found.url } };
  if (delivery.now() - from.sentAt >= SEARCH_FOR) return { verdict: "unknown" };
  return { verdict: "later", lookAgainAt: delivery.now() + MINUTE, checkpoint: from };
}

/** A refused question is no answer about the post. */
function refusedToSay(error: unknown): undefined {
  if (error instanceof PlatformError && error.kind === "rejected") return undefined;
  throw error;
}
