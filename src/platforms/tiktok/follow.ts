/** From what TikTok says about a publish_id to what is true of the publication. */
import { PlatformError, type Delivery, type Outcome } from "../contract.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { failedPost, worthAnotherTry } from "./failures.ts";
import { DAY, HOUR } from "./limits.ts";
import type { Options } from "./options.ts";
import { pollDelay, slowDelay, type Status } from "./status.ts";
import { postLink } from "./videos.ts";

export type TikTokDelivery = Delivery<Options, Checkpoint>;
export type TikTokOutcome = Outcome<Checkpoint>;

/** One publish_id on its way: `since` is when the present phase began (UTC ms). */
export interface Journey {
  publishId: string;
  since: number;
  polls: number;
  restarts: number;
}

/** How often TikTok's own faults are answered with a new upload. */
export const MOST_RESTARTS = 1;

export type Reading =
  | { kind: "outcome"; outcome: TikTokOutcome }
  /** Still with TikTok, or still uploading. */
  | { kind: "underway"; uploaded: number | null }
  /** It failed for good at TikTok, but a new upload may go well. */
  | { kind: "again" };

/** Throws PlatformError when the post failed for good. */
export async function readStatus(delivery: TikTokDelivery, journey: Journey, status: Status): Promise<Reading> {
  switch (status.name) {
    case "PUBLISH_COMPLETE":
      return { kind: "outcome", outcome: await published(delivery, journey.publishId, status.postIds, delivery.now()) };
    case "SEND_TO_USER_INBOX":
      return { kind: "outcome", outcome: inInbox(delivery, journey.publishId, delivery.now()) };
    case "FAILED":
      if (worthAnotherTry(status.failReason) && journey.restarts < MOST_RESTARTS) return { kind: "again" };
      throw failedPost(status.failReason);
    default:
      return { kind: "underway", uploaded: status.uploadedBytes };
  }
}

/** Live. Without an id yet, and if the post may be public, it is looked for until a day has passed since `since`. */
export async function published(
  delivery: TikTokDelivery,
  publishId: string,
  ids: readonly string[],
  since: number,
): Promise<TikTokOutcome> {
  const [id] = ids;
  const kind = delivery.media.some((file) => file.kind === "image") ? "photo" : "video";
  if (id) return { state: "published", remoteId: id, url: await postLink(delivery.session, id, kind) };
  const { mode, privacyLevel } = delivery.options;
  const mayBePublic = mode === "inbox" || privacyLevel === "PUBLIC_TO_EVERYONE";
  const age = delivery.now() - since;
  if (!mayBePublic || age >= DAY) return { state: "published", remoteId: null, url: null };
  return {
    state: "published",
    remoteId: null,
    url: null,
    checkpoint: { phase: "link", publishId, since },
    lookAgainAt: delivery.now() + slowDelay(age),
  };
}

/** In the creator's inbox since `since`; TikTok is said to keep an untouched draft for about a day. */
export function inInbox(delivery: TikTokDelivery, publishId: string, since: number): TikTokOutcome {
  const age = delivery.now() - since;
  if (age >= 2 * DAY) {
    throw new PlatformError("rejected", {
      code: "inbox_expired",
      message: "The draft was not finished in the TikTok app within about a day, and TikTok lets such drafts go.",
      remedy: "Send it again, or, if it was finished after all, mark it as published.",
    });
  }
  return {
    state: "in_inbox",
    checkpoint: { phase: "inbox", publishId, since },
    lookAgainAt: delivery.now() + (age < DAY ? slowDelay(age) : HOUR),
    expiresAt: since + DAY,
  };
}

/** Everything is with TikTok: look again soon, later ever more slowly. */
export function processing(delivery: TikTokDelivery, journey: Journey): TikTokOutcome {
  const age = delivery.now() - journey.since;
  return {
    state: "waiting",
    checkpoint: { phase: "processing", ...journey },
    lookAgainAt: delivery.now() + pollDelay(journey.polls, age),
  };
}

/** After a day without an end nobody can say what became of it. */
export function tooOld(delivery: TikTokDelivery, since: number): boolean {
  return delivery.now() - since >= DAY;
}
