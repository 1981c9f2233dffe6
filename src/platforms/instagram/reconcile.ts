/** After an unknown outcome: asks the container, then the profile, and changes nothing. */
import type { Verdict } from "../contract.ts";
import type { Deciding, InstagramCheckpoint, Landed } from "./checkpoint.ts";
import { DOUBTED_TRIES, landedFrom } from "./deciding.ts";
import { orNull, type InstagramDelivery } from "./delivery.ts";
import { failure, lapsed } from "./failures.ts";
import { CONTAINER_LIFE_MS, HOUR, MINUTE } from "./limits.ts";
import { beginning, MOST_RESTARTS } from "./preparing.ts";
import { findPost, findPosts, type Found } from "./search.ts";
import { standingOf, waitBefore, type Standing } from "./standing.ts";

/** A request whose answer was lost may still be at work; only after this is "not published" believed. */
const SETTLES_MS = 5000;
/** How long a post is looked for when its container cannot be read. */
const SEARCH_MS = 10 * MINUTE;
/** Pauses before the same container is tried again, by tries. A block against spam brings a longer one of its own. */
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
      return absent(delivery, { ...at, unreadableSince: null });
    case "failed":
    case "expired":
      return unlessFound(delivery, at, () => startOver(delivery, at, standing));
    case "unreadable":
      return unlessFound(delivery, at, (several) => wait(delivery, at, several));
  }
}

/** The same container again, and only that one: it can be published once at most. */
function absent(delivery: InstagramDelivery, at: Deciding): InstagramVerdict {
  const pause = COOL_DOWNS_MS[at.tries - 1] ?? COOL_DOWNS_MS.at(-1)!;
  const notBefore = Math.max(at.notBefore, delivery.now() + pause);
  return { verdict: "absent", checkpoint: { ...at, notBefore, doubted: true } };
}

/** The profile decides where the container cannot be trusted to. */
async function unlessFound(
  delivery: InstagramDelivery,
  at: Deciding,
  otherwise: (several: boolean) => InstagramVerdict,
): Promise<InstagramVerdict> {
  // A refused reading says nothing about the post.
  const [found, ...more] = (await orNull(findPosts(delivery, at.firstSentAt))) ?? [];
  return found && more.length === 0 ? landed(delivery, withFound(delivery, at, found)) : otherwise(more.length > 0);
}

function startOver(delivery: InstagramDelivery, at: Deciding, standing: Standing): InstagramVerdict {
  if (at.restarts >= MOST_RESTARTS) throw standing.is === "failed" ? failure(standing) : lapsed();
  return { verdict: "absent", checkpoint: beginning(delivery, at.restarts + 1) };
}

/** Nothing is told for long enough: the same container may be tried again, a few times, before a person is asked. */
function wait(delivery: InstagramDelivery, at: Deciding, several: boolean): InstagramVerdict {
  const now = delivery.now();
  const unreadableSince = at.unreadableSince ?? now;
  if (now - at.sentAt < SEARCH_MS) return later({ ...at, unreadableSince }, now + MINUTE);
  if (several || at.tries >= DOUBTED_TRIES || now - at.createdAt >= CONTAINER_LIFE_MS) return { verdict: "unknown" };
  return absent(delivery, { ...at, unreadableSince });
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
