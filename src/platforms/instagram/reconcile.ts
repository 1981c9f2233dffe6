/** After an unknown outcome: asks the container, then the profile, and changes nothing. */
import type { Verdict } from "../contract.ts";
import type { Deciding, InstagramCheckpoint, Landed } from "./checkpoint.ts";
import { landedFrom } from "./deciding.ts";
import { orNull, type InstagramDelivery } from "./delivery.ts";
import { failure, lapsed } from "./failures.ts";
import { HOUR, MINUTE } from "./limits.ts";
import { beginning, MOST_RESTARTS } from "./preparing.ts";
import { findPost, type Found } from "./search.ts";
import { standingOf, waitBefore, type Standing } from "./standing.ts";

/** A request whose answer was lost may still be at work; only after this is "not published" believed. */
const SETTLES_MS = 5000;
/** How long a post is looked for when its container cannot be read. */
const SEARCH_MS = 10 * MINUTE;
/** Pauses before the same container is tried again, by tries: answers in doubt are often a block against spam. */
const COOL_DOWNS_MS = [0, MINUTE / 2, 10 * MINUTE, HOUR, 4 * HOUR];

type InstagramVerdict = Verdict<InstagramCheckpoint>;

/** Throws PlatformError when Instagram gave no answer, and rejected when it says that publishing failed for good. */
export async function reconcile(delivery: InstagramDelivery, at: InstagramCheckpoint): Promise<InstagramVerdict> {
  switch (at.phase) {
    case "preparing":
      return { verdict: "absent", checkpoint: at };
    case "deciding":
      return judge(delivery, at, await standingOf(delivery.session, at.containerId, delivery.signal));
    case "landed":
      return landed(delivery, at);
  }
}

async function judge(delivery: InstagramDelivery, at: Deciding, standing: Standing): Promise<InstagramVerdict> {
  const now = delivery.now();
  switch (standing.is) {
    case "published":
      return landed(delivery, withFound(delivery, at, await orNull(findPost(delivery, at.firstSentAt))));
    case "processing":
      return later(at, now + waitBefore(at.tries, now - at.sentAt));
    case "ready":
      if (now - at.sentAt < SETTLES_MS) return later(at, at.sentAt + SETTLES_MS);
      return { verdict: "absent", checkpoint: { ...at, unreadableSince: null, notBefore: now + coolDown(at.tries) } };
    case "failed":
    case "expired":
      return unlessFound(delivery, at, () => startOver(delivery, at, standing));
    case "unreadable":
      return unlessFound(delivery, at, () => wait(delivery, at));
  }
}

function coolDown(tries: number): number {
  return COOL_DOWNS_MS[tries - 1] ?? COOL_DOWNS_MS.at(-1)!;
}

/** The profile decides where the container cannot be trusted to. */
async function unlessFound(
  delivery: InstagramDelivery,
  at: Deciding,
  otherwise: () => InstagramVerdict,
): Promise<InstagramVerdict> {
  const found = await findPost(delivery, at.firstSentAt);
  return found ? landed(delivery, withFound(delivery, at, found)) : otherwise();
}

function startOver(delivery: InstagramDelivery, at: Deciding, standing: Standing): InstagramVerdict {
  if (at.restarts >= MOST_RESTARTS) throw standing.is === "failed" ? failure(standing) : lapsed();
  return { verdict: "absent", checkpoint: beginning(delivery, at.restarts + 1) };
}

function wait(delivery: InstagramDelivery, at: Deciding): InstagramVerdict {
  const now = delivery.now();
  const unreadableSince = at.unreadableSince ?? now;
  if (now - unreadableSince >= SEARCH_MS) return { verdict: "unknown" };
  return later({ ...at, unreadableSince }, now + MINUTE);
}

function later(checkpoint: Deciding, lookAgainAt: number): InstagramVerdict {
  return { verdict: "later", lookAgainAt, checkpoint };
}

function withFound(delivery: InstagramDelivery, at: Deciding, found: Found | null): Landed {
  const known = landedFrom(delivery, at, found?.id ?? null);
  return { ...known, url: found?.url ?? null };
}

/** The link and the comment are left to `resume`: this step only reads. */
function landed(delivery: InstagramDelivery, at: Landed): InstagramVerdict {
  const open = at.mediaId === null || at.url === null || at.comment !== "none";
  return {
    verdict: "landed",
    outcome: {
      state: "published",
      remoteId: at.mediaId,
      url: at.url,
      ...(open ? { checkpoint: at, lookAgainAt: delivery.now() } : {}),
    },
  };
}
