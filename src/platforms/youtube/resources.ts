/** The parts of YouTube's resources that are read here; counters arrive as strings and any may be missing. */
import { z } from "zod";

/** Nothing hangs on these: what is missing, or comes as something else, counts as not said. */
const word = z.string().optional().catch(undefined);
const thumbnails = z
  .record(z.string(), z.object({ url: z.string() }))
  .optional()
  .catch(undefined);

/** A list without hits may come without `items`. */
const listOf = <T extends z.ZodType>(item: T) =>
  z.object({
    items: z
      .array(item)
      .nullish()
      .transform((items) => items ?? []),
    nextPageToken: word,
  });

export const channelList = listOf(
  z.object({
    id: z.string(),
    snippet: z.object({ title: z.string(), customUrl: word, country: word, thumbnails }),
    contentDetails: z
      .object({ relatedPlaylists: z.object({ uploads: word }) })
      .optional()
      .catch(undefined),
    status: z.object({ longUploadsStatus: word }).optional().catch(undefined),
  }),
);

export const categoryList = listOf(
  z.object({
    id: z.coerce.string().regex(/^\d+$/),
    snippet: z.object({ title: z.string(), assignable: z.boolean().optional().catch(undefined) }),
  }),
);

export const playlistList = listOf(z.object({ id: z.string(), snippet: z.object({ title: z.string() }) }));

export const playlistItemList = listOf(
  z.object({
    snippet: z.object({
      title: z.string(),
      publishedAt: z.string(),
      resourceId: z.object({ videoId: z.string() }),
    }),
  }),
);

/** Only whether there is one matters. */
export const anyList = listOf(z.unknown());

/** Counters are strings; one that comes as a number is the same count. */
const counter = z.coerce.string().regex(/^\d+$/).optional().catch(undefined);

export const video = z.object({
  id: z.string().min(1),
  snippet: z.object({ title: word, channelId: word }).optional().catch(undefined),
  status: z
    .object({ uploadStatus: word, failureReason: word, rejectionReason: word, privacyStatus: word })
    .optional()
    .catch(undefined),
  processingDetails: z.object({ processingStatus: word, processingFailureReason: word }).optional().catch(undefined),
  paidProductPlacementDetails: z
    .object({ hasPaidProductPlacement: z.boolean().optional() })
    .optional()
    .catch(undefined),
  fileDetails: z.object({ fileSize: counter, fileName: word }).optional().catch(undefined),
  statistics: z.object({ viewCount: counter, likeCount: counter, commentCount: counter }).optional().catch(undefined),
});

export const videoList = listOf(video);
export type Video = z.infer<typeof video>;

/** The address of the smallest picture that is still sharp in a list. */
export function pictureOf(pictures: z.infer<typeof thumbnails>): string | null {
  return pictures?.["default"]?.url ?? Object.values(pictures ?? {})[0]?.url ?? null;
}
