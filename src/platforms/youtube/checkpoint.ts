/** What a delivery to YouTube must remember to go on after a restart. */
import { z } from "zod";

const count = z.number().int().nonnegative();

/** How often an unanswered question was put since the fence, and since when (UTC ms). */
const search = z.object({
  /** Complete listings of the channel's uploads that did not hold the video. */
  listings: count,
  firstListingAt: count.nullable(),
  /** Attempts that brought no listing at all. */
  failures: count,
  firstFailureAt: count.nullable(),
});

/** Bytes are on their way; the video does not exist before the last one. `sessionUrl` works like a password. */
const sending = z.object({
  phase: z.literal("sending"),
  sessionUrl: z.string().min(1),
  offset: count,
  /** The request with the last byte was begun: the video may exist. */
  deciding: z.boolean().optional(),
  search: search.optional(),
});

/** The video exists; its thumbnail, playlist and processing may be open. */
const landed = z.object({
  phase: z.literal("landed"),
  videoId: z.string().min(1),
  landedAt: count,
  looks: count,
  short: z.boolean(),
  thumbnailDone: z.boolean(),
  /** It was too early for it; it is set once YouTube has processed the video. */
  thumbnailLater: z.boolean().optional(),
  playlistDone: z.boolean(),
  warnings: z.array(z.string()),
});

export const checkpoint = z.discriminatedUnion("phase", [sending, landed]);

export type Search = z.infer<typeof search>;
export type Sending = z.infer<typeof sending>;
export type Landed = z.infer<typeof landed>;
export type YoutubeCheckpoint = Sending | Landed;
