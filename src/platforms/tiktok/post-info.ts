/** What TikTok is told about a post besides its files. */
import type { TikTokDelivery } from "./follow.ts";
import type { Json } from "./client.ts";
import { disclosure } from "./options.ts";

/** Choices that direct video and photo posts share. The toggles ask what to allow, TikTok asks what to forbid. */
function directInfo({ options }: TikTokDelivery): Json {
  const { yourBrand, branded } = disclosure(options);
  return {
    privacy_level: options.privacyLevel,
    disable_comment: !options.allowComment,
    brand_content_toggle: branded,
    brand_organic_toggle: yourBrand,
  };
}

export function directVideoInfo(delivery: TikTokDelivery): Json {
  const { options, text } = delivery;
  return {
    ...directInfo(delivery),
    ...(text === "" ? {} : { title: text }),
    disable_duet: !options.allowDuet,
    disable_stitch: !options.allowStitch,
    is_aigc: options.isAigc,
    ...(options.coverTimestampMs === undefined ? {} : { video_cover_timestamp_ms: options.coverTimestampMs }),
  };
}

export function photoInfo(delivery: TikTokDelivery): Json {
  const { options, text } = delivery;
  return {
    ...(options.mode === "direct" ? { ...directInfo(delivery), auto_add_music: options.autoAddMusic } : {}),
    ...(options.title === "" ? {} : { title: options.title }),
    ...(text === "" ? {} : { description: text }),
  };
}
