/** Every number and list that Facebook holds a post to. */
import type { Limits } from "../contract.ts";

const MB = 1_000_000;

// 2026-11: https://developers.facebook.com/docs/graph-api/reference/page/photos/ names 10 MB, but the live refusal
// (1366046) says 4 MB for JPEG and PNG, and a story's photo is uploaded by the same call. Video numbers come from
// https://developers.facebook.com/documentation/video-api/reference/error-codes
export const facts = {
  maxTextCharacters: 63_206,
  maxReelTextCharacters: 2200,
  maxTitleCharacters: 255,
  maxCommentCharacters: 8000,
  maxPhotos: 10,
  maxPhotoBytes: 4 * MB,
  photoTypes: ["image/jpeg", "image/png", "image/gif", "image/bmp", "image/tiff"],
  /** Facebook does not take these; they are offered as JPEG at an address of this install. */
  convertedPhotoTypes: ["image/webp", "image/avif", "image/heic", "image/heif"],
  minVideoBytes: 1024,
  maxVideoBytes: 2000 * MB,
  minVideoMs: 1000,
  maxVideoMs: 40 * 60_000,
  videoTypes: ["video/mp4", "video/quicktime"],
  maxReelBytes: 1000 * MB,
  reelTypes: ["video/mp4"],
  reelCodecs: ["avc", "h264", "hevc", "h265", "vp9", "av1"],
  minReelMs: 3000,
  maxReelMs: 90_000,
  maxStoryMs: 60_000,
  minReelWidth: 540,
  minReelHeight: 960,
  minReelFrameRate: 24,
  maxReelFrameRate: 60,
  maxReelsPerDay: 30,
} as const;

export const limits: Limits = {
  sources: [
    "https://developers.facebook.com/docs/pages-api/posts",
    "https://developers.facebook.com/docs/graph-api/reference/page/photos/",
    "https://developers.facebook.com/documentation/video-api/guides/reels-publishing",
    "https://developers.facebook.com/docs/page-stories-api/",
    "https://developers.facebook.com/documentation/video-api/reference/error-codes",
    "https://developers.facebook.com/docs/graph-api/overview/rate-limiting/",
  ],
  checkedOn: "2026-11-22",
  // A Page's allowance grows with the people it reaches, so no number can be given: Meta's usage headers are heeded instead.
  rates: [],
  concurrency: { perChannel: 1, perPlatform: 16 },
  facts,
};
