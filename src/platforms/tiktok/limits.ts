/** TikTok's numbers, with their pages and the day they were compared. */
import type { Limits } from "../contract.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

// 2026-11: https://developers.tiktok.com/doc/content-posting-api-media-transfer-guide
export const VIDEO = {
  mimes: ["video/mp4", "video/quicktime", "video/webm"],
  /** Names as the media room measures them, beside the common ones. */
  codecs: ["avc", "h264", "hevc", "h265", "vp8", "vp9"],
  minFrameRate: 23,
  maxFrameRate: 60,
  minSide: 360,
  maxSide: 4096,
  maxBytes: 4 * 1024 ** 3,
  /** Longest draft; direct posts go by the creator's own maximum. */
  maxDraftSeconds: 600,
  maxText: 2200,
} as const;

// 2026-11: https://developers.tiktok.com/doc/content-posting-api-reference-photo-post
// The pixel limit ("1080p") is what TikTok really takes: shorter side 1080, longer side 1920. Larger ones are shrunk.
export const PHOTO = {
  nativeMimes: ["image/jpeg", "image/webp"],
  maxCount: 35,
  maxBytes: 20_000_000,
  maxShortSide: 1080,
  maxLongSide: 1920,
  maxText: 4000,
  maxTitle: 90,
} as const;

const api = (path: string) => `POST open.tiktokapis.com/v2/${path}`;
const perMinute = (request: string, max: number, per: "channel" | "platform") => ({
  request,
  per,
  max,
  window: MINUTE,
});

export const limits: Limits = {
  sources: [
    "https://developers.tiktok.com/doc/tiktok-api-v2-rate-limit",
    "https://developers.tiktok.com/doc/content-posting-api-media-transfer-guide",
    "https://developers.tiktok.com/doc/content-posting-api-reference-direct-post",
    "https://developers.tiktok.com/doc/content-posting-api-reference-photo-post",
    "https://developers.tiktok.com/doc/content-sharing-guidelines",
  ],
  checkedOn: "2026-11-22",
  rates: [
    perMinute(api("post/publish/video/init/"), 6, "channel"),
    perMinute(api("post/publish/inbox/video/init/"), 6, "channel"),
    perMinute(api("post/publish/content/init/"), 6, "channel"),
    perMinute(api("post/publish/creator_info/query/"), 20, "channel"),
    perMinute(api("post/publish/status/fetch/"), 30, "channel"),
    perMinute("GET open.tiktokapis.com/v2/user/info/", 600, "platform"),
    perMinute(api("video/list/"), 600, "platform"),
    perMinute(api("video/query/"), 600, "platform"),
  ],
  concurrency: { perChannel: 2, perPlatform: 16 },
  facts: {
    videoMimes: VIDEO.mimes,
    videoCodecs: ["H.264", "H.265", "VP8", "VP9"],
    videoMinFrameRate: VIDEO.minFrameRate,
    videoMaxFrameRate: VIDEO.maxFrameRate,
    videoMinSide: VIDEO.minSide,
    videoMaxSide: VIDEO.maxSide,
    videoMaxBytes: VIDEO.maxBytes,
    videoMaxDraftSeconds: VIDEO.maxDraftSeconds,
    videoMaxText: VIDEO.maxText,
    photoMimes: PHOTO.nativeMimes,
    photoMaxCount: PHOTO.maxCount,
    photoMaxBytes: PHOTO.maxBytes,
    photoMaxShortSide: PHOTO.maxShortSide,
    photoMaxLongSide: PHOTO.maxLongSide,
    photoMaxText: PHOTO.maxText,
    photoMaxTitle: PHOTO.maxTitle,
    pendingDraftsPerDay: 5,
    directPostsPerDay: 15,
  },
};
