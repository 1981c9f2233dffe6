/** The parts of YouTube's resources that are read here; counters arrive as strings and any may be missing. */
import { z } from "zod";

const thumbnails = z.record(z.string(), z.object({ url: z.string() })).optional();

/** A list without hits may come without `items`. */
const listOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item).default([]), nextPageToken: z.string().optional() });

export const channelList = listOf(
  z.object({
    id: z.string(),
    snippet: z.object({
      title: z.string(),
      customUrl: z.string().optional(),
      country: z.string().optional(),
      thumbnails,
    }),
    contentDetails: z.object({ relatedPlaylists: z.object({ uploads: z.string().optional() }) }).optional(),
    status: z.object({ longUploadsStatus: z.string().optional() }).optional(),
  }),
);

export const categoryList = listOf(
  z.object({ id: z.string(), snippet: z.object({ title: z.string(), assignable: z.boolean().optional() }) }),
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

const counter = z.string().regex(/^\d+$/).optional();

export const video = z.object({
  id: z.string().min(1),
  snippet: z.object({ title: z.string().optional(), channelId: z.string().optional() }).optional(),
  status: z
    .object({
      uploadStatus: z.string().optional(),
      failureReason: z.string().optional(),
      rejectionReason: z.string().optional(),
      privacyStatus: z.string().optional(),
    })
    .optional(),
  processingDetails: z
    .object({ processingStatus: z.string().optional(), processingFailureReason: z.string().optional() })
    .optional(),
  fileDetails: z.object({ fileSize: counter, fileName: z.string().optional() }).optional(),
  statistics: z.object({ viewCount: counter, likeCount: counter, commentCount: counter }).optional(),
});

export const videoList = listOf(video);
export type Video = z.infer<typeof video>;

/** The address of the smallest picture that is still sharp in a list. */
export function pictureOf(pictures: z.infer<typeof thumbnails>): string | null {
  return pictures?.["default"]?.url ?? Object.values(pictures ?? {})[0]?.url ?? null;
}
