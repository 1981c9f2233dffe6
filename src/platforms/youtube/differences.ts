/** Compares what YouTube made of a video with what was asked for. */
import type { Landed } from "./checkpoint.ts";
import type { YoutubeDelivery } from "./delivery.ts";
import type { Video } from "./resources.ts";

/** The checkpoint with a warning for each difference, each said once. */
export function withDifferences(delivery: YoutubeDelivery, at: Landed, video: Video): Landed {
  const { privacyStatus: asked } = delivery.options;
  const got = video.status?.privacyStatus;
  const channelId = video.snippet?.channelId;
  const found: string[] = [];
  if (got && asked && got !== asked) {
    found.push(
      `YouTube made the video ${got} instead of ${asked}. The channel's own settings can cause this; change it in YouTube Studio.`,
    );
  }
  if (channelId && delivery.session.remoteId && channelId !== delivery.session.remoteId) {
    found.push(
      "The video is on another YouTube channel than the one connected here. Connect the channel again and choose it at Google's page.",
    );
  }
  // 2026-11: whether an app may set it is not documented, so YouTube's own word is read back.
  // https://developers.google.com/youtube/v3/docs/videos#paidProductPlacementDetails
  if (delivery.options.hasPaidPromotion && video.paidProductPlacementDetails?.hasPaidProductPlacement === false) {
    found.push("YouTube did not take over the notice of paid promotion. Switch it on in YouTube Studio.");
  }
  return withWarnings(at, found);
}

export function withWarnings(at: Landed, found: readonly string[]): Landed {
  return { ...at, warnings: [...at.warnings, ...found.filter((warning) => !at.warnings.includes(warning))] };
}
