/** What TikTok is told about a post besides its files. */
import type { TikTokDelivery } from "./follow.ts";
import type { Json } from "./client.ts";
import { disclosure } from "./options.ts";
import type { Creator } from "./prepare.ts";

/**
 * Choices that direct video and photo posts share. The toggles ask what to allow, TikTok asks what to forbid; what the
 * creator has switched off in TikTok is never asked for.
 */
function directInfo({ options }: TikTokDelivery, creator: Creator | null): Json {
  const { yourBrand, branded } = disclosure(options);
  return {
    privacy_level: options.privacyLevel,
    disable_comment: !options.allowComment || (creator?.commentDisabled ?? false),
    brand_content_toggle: branded,
    brand_organic_toggle: yourBrand,
  };
}

export function directVideoInfo(delivery: TikTokDelivery, creator: Creator | null): Json {
  const { options, text } = delivery;
  return {
    ...directInfo(delivery, creator),
    ...(text === "" ? {} : { title: text }),
    disable_duet: !options.allowDuet || (creator?.duetDisabled ?? false),
    disable_stitch: !options.allowStitch || (creator?.stitchDisabled ?? false),
    is_aigc: options.isAigc,
    ...(options.coverTimestampMs === undefined ? {} : { video_cover_timestamp_ms: options.coverTimestampMs }),
  };
}

export function photoInfo(delivery: TikTokDelivery, creator: Creator | null): Json {
  const { options, text } = delivery;
  return {
    ...(options.mode === "direct" ? { ...directInfo(delivery, creator), auto_add_music: options.autoAddMusic } : {}),
    ...(options.title === "" ? {} : { title: options.title }),
    ...(text === "" ? {} : { description: text }),
  };
}
