/** Every number and list that YouTube holds an upload to. */
import type { Limits } from "../contract.ts";

export const CHUNK_UNIT = 262_144;
/** One request carries at most this much, so a broken line costs little; smaller files go in one. */
export const CHUNK_BYTES = 128 * CHUNK_UNIT;

// 2026-11: https://developers.google.com/youtube/v3/docs/videos/insert and /thumbnails/set
export const facts = {
  maxBytes: 274_877_906_944,
  maxDurationMs: 12 * 3_600_000,
  // 2026-11: longer videos need a channel verified by phone. https://support.google.com/youtube/answer/71673
  maxUnverifiedDurationMs: 15 * 60_000,
  maxShortDurationMs: 3 * 60_000,
  maxTitleCharacters: 100,
  maxDescriptionBytes: 5000,
  maxTagCharacters: 500,
  maxThumbnailBytes: 52_428_800,
  thumbnailTypes: ["image/jpeg", "image/png"],
  privacyStatuses: ["public", "unlisted", "private"],
  licenses: ["youtube", "creativeCommon"],
  chunkBytes: CHUNK_BYTES,
} as const;

export const limits: Limits = {
  sources: [
    "https://developers.google.com/youtube/v3/docs/videos/insert",
    "https://developers.google.com/youtube/v3/determine_quota_cost",
    "https://developers.google.com/youtube/v3/docs/thumbnails/set",
    "https://support.google.com/youtube/answer/71673",
  ],
  checkedOn: "2026-11-22",
  rates: [
    {
      // 2026-06: videos.insert has a bucket of its own, 100 a day for the whole project.
      // https://developers.google.com/youtube/data/revision_history
      request: "POST www.googleapis.com/upload/youtube/v3/videos",
      per: "platform",
      max: 100,
      window: { dayIn: "America/Los_Angeles" },
    },
  ],
  concurrency: { perChannel: 1, perPlatform: 8 },
  facts,
};
