/** Every number and list that Instagram holds a post to. */
import type { Limits } from "../contract.ts";
import { GRAPH_VERSION } from "../shared/meta/index.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
const MB = 1024 * 1024;

// 2026-11: https://developers.facebook.com/documentation/instagram-platform/instagram-graph-api/reference/ig-user/media
export const facts = {
  maxCaptionCharacters: 2200,
  maxHashtags: 30,
  maxMentions: 20,
  maxAltTextCharacters: 1000,
  maxCollaborators: 3,
  minCarousel: 2,
  // 2026-11: the app takes twenty, the API still ten.
  maxCarousel: 10,
  imageTypes: ["image/jpeg"],
  maxImageBytes: 8 * MB,
  minFeedRatio: 0.8,
  maxFeedRatio: 1.91,
  videoTypes: ["video/mp4", "video/quicktime"],
  videoCodecs: ["H.264", "H.265"],
  audioCodecs: ["AAC"],
  maxVideoWidth: 1920,
  minFrameRate: 23,
  maxFrameRate: 60,
  maxVideoBitsPerSecond: 25_000_000,
  maxReelBytes: 300 * MB,
  minReelDurationMs: 3000,
  maxReelDurationMs: 15 * MINUTE,
  minReelRatio: 0.01,
  maxReelRatio: 10,
  maxStoryVideoBytes: 100 * MB,
  maxStoryDurationMs: MINUTE,
  minStoryRatio: 0.1,
  maxCarouselVideoDurationMs: MINUTE,
  containersPerDay: 400,
} as const;

/** What is prepared for a post is kept this long by Instagram. */
export const CONTAINER_LIFE_MS = DAY;

const creations = (host: string) => ({
  request: `POST ${host}/${GRAPH_VERSION}/`,
  per: "channel" as const,
  max: facts.containersPerDay,
  window: DAY,
});

export const limits: Limits = {
  sources: [
    "https://developers.facebook.com/documentation/instagram-platform/content-publishing",
    "https://developers.facebook.com/documentation/instagram-platform/instagram-graph-api/reference/ig-user/media",
    "https://developers.facebook.com/documentation/instagram-platform/instagram-graph-api/reference/ig-user/content_publishing_limit",
    "https://developers.facebook.com/docs/graph-api/overview/rate-limiting/",
  ],
  checkedOn: "2026-11-22",
  rates: [creations("graph.instagram.com"), creations("graph.facebook.com")],
  // One after the other on one account: bursts have ended sign-ins.
  concurrency: { perChannel: 1, perPlatform: 16 },
  facts,
};
