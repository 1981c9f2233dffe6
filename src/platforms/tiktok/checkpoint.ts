/** What a TikTok delivery remembers between its steps. */
import { z } from "zod";

const time = z.number().int();
const restarts = z.number().int();

export const checkpoint = z.discriminatedUnion("phase", [
  /** A new upload is to be opened: the one before is known to have come to nothing. */
  z.object({ phase: z.literal("fresh"), restarts }),
  /** An upload is open; `sent` chunks are stored. `finalSent`: the last chunk may have arrived. */
  z.object({
    phase: z.literal("upload"),
    publishId: z.string(),
    uploadUrl: z.string(),
    openedAt: time,
    size: z.number().int(),
    chunk: z.number().int(),
    count: z.number().int(),
    sent: z.number().int(),
    finalSent: z.boolean(),
    restarts,
  }),
  /** Photos were handed over and no publish_id came back yet. */
  z.object({ phase: z.literal("photos"), sentAt: time, restarts }),
  /** TikTok has everything and works on it. */
  z.object({ phase: z.literal("processing"), publishId: z.string(), since: time, polls: z.number().int(), restarts }),
  /** In the creator's inbox. */
  z.object({ phase: z.literal("inbox"), publishId: z.string(), since: time }),
  /** Published; the public id is not known yet. */
  z.object({ phase: z.literal("link"), publishId: z.string(), since: time }),
]);

export type Checkpoint = z.infer<typeof checkpoint>;
export type UploadCheckpoint = Extract<Checkpoint, { phase: "upload" }>;
/** The phases in which only status/fetch has something to say. */
export type FollowedCheckpoint = Extract<Checkpoint, { phase: "processing" | "inbox" | "link" }>;
