/** What a delivery to Facebook must remember to go on after a restart. */
import { z } from "zod";

const count = z.number().int().nonnegative();
const id = z.string().min(1);

/** Photos that are uploaded and not to be seen yet, in the post's order. */
const photos = z.object({ phase: z.literal("photos"), photoIds: z.array(id), since: count });

/** An ordinary video on its way, piece by piece; `start` and `end` are the piece that Facebook wants next. */
const chunks = z.object({
  phase: z.literal("chunks"),
  videoId: id,
  sessionId: id,
  start: count,
  end: count,
  restarts: count,
});

/** A reel or a story's video on its way to the upload host. `address` is where the bytes go. */
const hosted = z.object({
  phase: z.literal("hosted"),
  videoId: id,
  address: id,
  /** The host said that it has the whole file. */
  sent: z.boolean(),
  looks: count,
  restarts: count,
});

/** Everything is there but the one request that makes it public, or that request has been sent. */
const ready = z.object({
  phase: z.literal("ready"),
  photoIds: z.array(id),
  videoId: id.nullable(),
  sessionId: id.nullable(),
  /** When the deciding request was first begun, UTC ms; null = never. */
  firstSentAt: count.nullable(),
  /** How often its answer was lost and Facebook then turned out not to have the post. */
  doubts: count,
  /** Looks that found nothing since the last doubt, and when they began. */
  looks: count,
  firstLookAt: count.nullable(),
  /** Since when Facebook refuses to say anything. */
  refusedSince: count.nullable(),
  /** Facebook made no card of the link: it stands in the text. */
  plainLink: z.boolean().default(false),
  /** Facebook said, without any doubt, that it does not have the whole video: it is sent anew. */
  uploadLost: z.boolean().default(false),
  /** How often that was done. */
  restarts: count.default(0),
  /** The video goes whole with the deciding request, which alone names it. */
  whole: z.boolean().default(false),
});

/** Facebook has it; processing, link and first comment may be open. */
const landed = z.object({
  phase: z.literal("landed"),
  postId: id.nullable(),
  videoId: id.nullable(),
  photoIds: z.array(id),
  landedAt: count,
  looks: count,
  comment: z.enum(["none", "open", "sent"]),
  warnings: z.array(z.string()),
  /** How often the link of what is live was looked for. */
  linkLooks: count.default(0),
});

export const checkpoint = z.discriminatedUnion("phase", [photos, chunks, hosted, ready, landed]);

export type Photos = z.infer<typeof photos>;
export type Chunks = z.infer<typeof chunks>;
export type Hosted = z.infer<typeof hosted>;
export type Ready = z.infer<typeof ready>;
export type Landed = z.infer<typeof landed>;
export type FacebookCheckpoint = z.infer<typeof checkpoint>;

/** All is uploaded and nothing was decided yet. */
export function readyWith(
  parts: Partial<Pick<Ready, "photoIds" | "videoId" | "sessionId" | "restarts" | "whole">>,
): Ready {
  return {
    phase: "ready",
    photoIds: [],
    videoId: null,
    sessionId: null,
    firstSentAt: null,
    doubts: 0,
    looks: 0,
    firstLookAt: null,
    refusedSince: null,
    plainLink: false,
    uploadLost: false,
    restarts: 0,
    whole: false,
    ...parts,
  };
}
