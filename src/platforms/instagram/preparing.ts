/** Makes everything that must exist before publishing, looks until Instagram has processed it, and makes anew what failed. */
import { PlatformError } from "../contract.ts";
import type { Container, Preparing } from "./checkpoint.ts";
import { about, makeCarousel, makePart, sendBytes } from "./containers.ts";
import { surfaceIn, type InstagramDelivery } from "./delivery.ts";
import { failure, lapsed, worthAnotherTry } from "./failures.ts";
import { CONTAINER_LIFE_MS, MINUTE } from "./limits.ts";
import { standingOf } from "./standing.ts";

/** How often something may be made anew. */
export const MOST_RESTARTS = 3;
/** A container whose status cannot be read for this long is taken for ready: publishing says if it is not. */
const UNREADABLE_MS = MINUTE;
/** Left of a container's day when it is no longer relied on. */
const MARGIN_MS = 15 * MINUTE;

export type Prepared =
  | { is: "ready"; target: Container; at: Preparing }
  /** An earlier try that looked refused has published it after all. */
  | { is: "published"; target: Container; at: Preparing }
  | { is: "waiting"; at: Preparing };

export function beginning(delivery: InstagramDelivery, restarts: number): Preparing {
  const parts = delivery.media.map(() => null);
  return { phase: "preparing", parts, whole: null, since: delivery.now(), looks: 0, restarts };
}

/** One step. Everything made is saved at once, so that no restart makes it twice. Throws PlatformError; final ones are rejected. */
export async function prepareContainers(delivery: InstagramDelivery, from: Preparing): Promise<Prepared> {
  let at = await makeMissing(delivery, from);
  const looked: Look[] = [];
  for (const [index, part] of at.parts.entries()) {
    const result = await look(delivery, at, part!, index);
    looked.push(result);
    at = put(delivery, at, index, result);
  }
  const parts = at.parts.filter((part) => part !== null);
  if (parts.length < at.parts.length || parts.some((part) => !part.ready)) return { is: "waiting", at };
  if (surfaceIn(delivery) !== "carousel") return end(looked[0]!, parts[0]!, at);
  if (!at.whole) {
    const whole = await makeWhole(delivery, at, parts);
    at = { ...(whole ? { ...at, whole } : withoutParts(at)), since: delivery.now(), looks: 0 };
    delivery.save(at);
    if (!whole) return { is: "waiting", at };
    delivery.note("Carousel put together");
  }
  const result = await look(delivery, at, at.whole!, null);
  at = put(delivery, at, null, result);
  return at.whole?.ready ? end(result, at.whole, at) : { is: "waiting", at };
}

/** The carousel; null when Instagram no longer has one of its parts. */
async function makeWhole(delivery: InstagramDelivery, at: Preparing, parts: Container[]): Promise<Container | null> {
  try {
    return await makeCarousel(delivery, parts);
  } catch (error) {
    const gone = error instanceof PlatformError && /(^|\/)22070(08|20)$/.test(error.code);
    if (!gone || at.restarts >= MOST_RESTARTS) throw error;
    delivery.note("Prepared anew", "Instagram no longer has a part of the carousel");
    return null;
  }
}

function withoutParts(at: Preparing): Preparing {
  return { ...at, parts: at.parts.map(() => null), restarts: at.restarts + 1 };
}

type Look = { is: "ready" | "published" | "waiting"; container: Container } | { is: "again" };

function end(result: Look, target: Container, at: Preparing): Prepared {
  return { is: result.is === "published" ? "published" : "ready", target, at };
}

async function makeMissing(delivery: InstagramDelivery, from: Preparing): Promise<Preparing> {
  let at = from;
  for (const [index, file] of delivery.media.entries()) {
    try {
      let part = at.parts[index] ?? null;
      if (!part) {
        part = await makePart(delivery, file);
        at = withPart(at, index, part);
        delivery.save(at);
        delivery.note(
          delivery.media.length > 1 ? `Instagram was told about ${file.name}` : "Instagram was told about the file",
        );
      }
      if (part.sendTo === null) continue;
      await sendBytes(delivery, file, part.sendTo);
      at = withPart(at, index, { ...part, sendTo: null });
      delivery.save(at);
    } catch (error) {
      throw about(delivery, file, error);
    }
  }
  return at;
}

function withPart(at: Preparing, index: number, part: Container | null): Preparing {
  return { ...at, parts: at.parts.map((old, n) => (n === index ? part : old)) };
}

/** Remembers a look; what is to be made anew is forgotten, and its successor made in the next step. */
function put(delivery: InstagramDelivery, at: Preparing, index: number | null, result: Look): Preparing {
  const container = result.is === "again" ? null : result.container;
  const before = index === null ? at.whole : at.parts[index];
  const next = index === null ? { ...at, whole: container } : withPart(at, index, container);
  const counted =
    result.is === "again" ? { ...next, restarts: at.restarts + 1, looks: 0, since: delivery.now() } : next;
  if (result.is === "again" || container?.ready !== before?.ready) delivery.save(counted);
  return counted;
}

async function look(delivery: InstagramDelivery, at: Preparing, part: Container, index: number | null): Promise<Look> {
  const now = delivery.now();
  if (now - part.createdAt > CONTAINER_LIFE_MS - MARGIN_MS) return again(delivery, at, "its day is over");
  // The one that is published is looked at each time; a carousel's parts once they are ready no more.
  if (part.ready && index !== null && at.parts.length > 1) return { is: "ready", container: part };
  const standing = await standingOf(delivery.session, part.id, delivery.signal);
  const seen = { ...part, unreadableSince: null };
  switch (standing.is) {
    case "ready":
      return { is: "ready", container: { ...seen, ready: true } };
    case "published":
      return { is: "published", container: { ...seen, ready: true } };
    case "processing":
      return { is: "waiting", container: { ...seen, ready: false } };
    case "expired":
      return again(delivery, at, "its day is over");
    case "failed":
      if (worthAnotherTry(standing) && at.restarts < MOST_RESTARTS) return again(delivery, at, "Instagram had a fault");
      throw about(delivery, index === null ? undefined : delivery.media[index], failure(standing));
    case "unreadable": {
      const since = part.unreadableSince ?? now;
      const ready = now - since >= UNREADABLE_MS;
      return { is: ready ? "ready" : "waiting", container: { ...part, ready, unreadableSince: since } };
    }
  }
}

function again(delivery: InstagramDelivery, at: Preparing, why: string): Look {
  if (at.restarts >= MOST_RESTARTS) throw lapsed();
  delivery.note("Prepared anew", why);
  return { is: "again" };
}
