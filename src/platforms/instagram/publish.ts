/** The steps of an Instagram post: prepare unseen, publish with one request, then its comment and its link. */
import { PlatformError } from "../contract.ts";
import type { Deciding, InstagramCheckpoint, Landed, Preparing } from "./checkpoint.ts";
import { mustBeReachable } from "./addresses.ts";
import { askToPublish, decidingFor, landedFrom, MOST_GONE } from "./deciding.ts";
import type { InstagramDelivery, InstagramOutcome } from "./delivery.ts";
import { failure, lapsed } from "./failures.ts";
import { finish } from "./finish.ts";
import { CONTAINER_LIFE_MS, MINUTE } from "./limits.ts";
import { beginning, MOST_RESTARTS, prepareContainers } from "./preparing.ts";
import { mustHaveQuota } from "./quota.ts";
import { standingOf, waitBefore } from "./standing.ts";

/** A pause longer than this is told. */
const PATIENCE_MS = 15 * MINUTE;

/** First step. Nothing is on the profile before the one request that publishes. */
export async function publish(delivery: InstagramDelivery): Promise<InstagramOutcome> {
  await mustBeReachable(delivery);
  await mustHaveQuota(delivery);
  return prepare(delivery, beginning(delivery, 0));
}

/** Next step, safe to repeat: the same containers, the same request. */
export async function resume(delivery: InstagramDelivery, at: InstagramCheckpoint): Promise<InstagramOutcome> {
  switch (at.phase) {
    case "preparing":
      return prepare(delivery, at);
    case "deciding":
      return publishAgain(delivery, at);
    case "landed":
      return finish(delivery, at);
  }
}

async function prepare(delivery: InstagramDelivery, from: Preparing): Promise<InstagramOutcome> {
  const result = await prepareContainers(delivery, from);
  const { at } = result;
  if (result.is === "waiting") return waiting(delivery, at);
  const deciding = decidingFor(result.target, at.restarts, delivery.now());
  return result.is === "published" ? already(delivery, deciding) : decide(delivery, deciding);
}

function waiting(delivery: InstagramDelivery, at: Preparing): InstagramOutcome {
  const missing = at.parts.includes(null);
  const wait = missing ? 1000 : waitBefore(at.looks, delivery.now() - at.since);
  return { state: "waiting", checkpoint: { ...at, looks: at.looks + 1 }, lookAgainAt: delivery.now() + wait };
}

async function decide(delivery: InstagramDelivery, at: Deciding): Promise<InstagramOutcome> {
  const landed = await askToPublish(delivery, at);
  return finish(delivery, landed);
}

/** The fence stands open again: refused, or not there. The container itself says what may be done. */
async function publishAgain(delivery: InstagramDelivery, at: Deciding): Promise<InstagramOutcome> {
  const now = delivery.now();
  if (now < at.notBefore - PATIENCE_MS) throw pause(at.notBefore);
  if (now < at.notBefore) return { state: "waiting", checkpoint: at, lookAgainAt: at.notBefore };
  const standing = await standingOf(delivery.session, at.containerId, delivery.signal);
  switch (standing.is) {
    case "published":
      return already(delivery, at);
    case "ready":
      return decide(delivery, { ...at, unreadableSince: null });
    case "unreadable":
      if (!at.doubted && (at.gone >= MOST_GONE || now - at.createdAt >= CONTAINER_LIFE_MS)) return anew(delivery, at);
      // A container is published once at most, so trying the same one again is safe whatever it cannot show.
      return decide(delivery, { ...at, unreadableSince: at.unreadableSince ?? now });
    case "processing":
      return { state: "waiting", checkpoint: at, lookAgainAt: now + waitBefore(at.tries, now - at.firstSentAt) };
    case "failed":
      if (at.restarts >= MOST_RESTARTS) throw failure(standing);
      return anew(delivery, at);
    case "expired":
      return anew(delivery, at);
  }
}

function pause(until: number): PlatformError {
  return new PlatformError("rate_limited", {
    code: "4/2207051",
    message:
      "Instagram blocks what this account does for now, because it looks like spam to it. Nothing is published yet.",
    remedy: "Nothing to do: the same post is tried again later. Posting less often helps.",
    until,
    sent: false,
  });
}

function anew(delivery: InstagramDelivery, at: Deciding): Promise<InstagramOutcome> {
  if (at.restarts >= MOST_RESTARTS) throw lapsed();
  const from = beginning(delivery, at.restarts + 1);
  delivery.save(from);
  delivery.note("Prepared anew");
  return prepare(delivery, from);
}

/** Found published without having been sent just now: the fence is set first, so that it cannot be called off as unsent. */
function already(delivery: InstagramDelivery, at: Deciding): Promise<InstagramOutcome> {
  const landed: Landed = landedFrom(delivery, at, null);
  delivery.commit(at);
  delivery.save(landed);
  return finish(delivery, landed);
}
