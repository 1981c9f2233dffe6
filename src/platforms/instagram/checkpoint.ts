/** What a delivery to Instagram must remember to go on after a restart. */
import { z } from "zod";

const time = z.number().int();
const count = z.number().int().nonnegative();

/** One container: what Instagram keeps, unseen, until it is published. It lives for a day. */
const container = z.object({
  id: z.string().min(1),
  createdAt: time,
  /** The address for its bytes, where the file is sent rather than fetched; null once they are there. */
  sendTo: z.string().nullable(),
  ready: z.boolean(),
  /** Since when its status cannot be read. */
  unreadableSince: time.nullable(),
});

/** Containers are made, fetched and processed; nobody sees anything yet. */
const preparing = z.object({
  phase: z.literal("preparing"),
  /** One for each file of the post, in order; null = still to be made. */
  parts: z.array(container.nullable()),
  /** The carousel itself. */
  whole: container.nullable(),
  since: time,
  looks: count,
  /** How often something was made anew because Instagram failed or let it lapse. */
  restarts: count,
});

/** The one visible request for this container was begun, or is about to be repeated. */
const deciding = z.object({
  phase: z.literal("deciding"),
  containerId: z.string().min(1),
  createdAt: time,
  /** When it was first and last sent. */
  firstSentAt: time,
  sentAt: time,
  tries: count,
  unreadableSince: time.nullable(),
  /** Not to be repeated before. */
  notBefore: time,
  restarts: count,
  /** An answer was in doubt once: from then on nothing but this container may be published. */
  doubted: z.boolean().default(false),
  /** How often Instagram said that it does not have this container. */
  gone: count.default(0),
});

/** Instagram has published it; its id, link and first comment may be open. */
const landed = z.object({
  phase: z.literal("landed"),
  mediaId: z.string().nullable(),
  url: z.string().nullable(),
  sentAt: time,
  landedAt: time,
  looks: count,
  /** "sent": the request was begun and its answer is not known. */
  comment: z.enum(["none", "open", "sent"]),
});

export const checkpoint = z.discriminatedUnion("phase", [preparing, deciding, landed]);

export type Container = z.infer<typeof container>;
export type Preparing = z.infer<typeof preparing>;
export type Deciding = z.infer<typeof deciding>;
export type Landed = z.infer<typeof landed>;
export type InstagramCheckpoint = Preparing | Deciding | Landed;
