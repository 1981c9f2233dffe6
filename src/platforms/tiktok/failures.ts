/** Why TikTok gave up on a post after taking it in: fail_reason in plain words. */
import { PlatformError } from "../contract.ts";

interface Reason {
  message: string;
  remedy: string;
  /** TikTok's own fault, or the line's: worth one new upload. */
  again?: boolean;
}

const FIX_FILE = "Nothing was published. Replace the file and send the post again.";

// 2026-11: https://developers.tiktok.com/doc/content-posting-api-reference-get-video-status
const REASONS: Readonly<Record<string, Reason>> = {
  file_format_check_failed: final(
    "TikTok could not read the file's format.",
    `${FIX_FILE} MP4 with H.264 is safe; photos as JPEG.`,
  ),
  duration_check_failed: final("TikTok found the video too long or too short for this account.", FIX_FILE),
  frame_rate_check_failed: final(
    "TikTok refused the video's frame rate.",
    `${FIX_FILE} It must lie between 23 and 60 frames a second.`,
  ),
  picture_size_check_failed: final(
    "TikTok refused the size of the picture.",
    `${FIX_FILE} Videos: 360 to 4096 pixels a side; photos: at most 1080 × 1920.`,
  ),
  internal: {
    ...final("TikTok had a fault of its own while processing.", "Nothing was published. Send the post again."),
    again: true,
  },
  video_pull_failed: {
    ...final(
      "TikTok could not fetch the video.",
      "Check that this install's public address answers, and send it again.",
    ),
    again: true,
  },
  photo_pull_failed: {
    ...final(
      "TikTok could not fetch the photos.",
      "Check that this install's public https address answers from outside, and send the post again.",
    ),
    again: true,
  },
  publish_cancelled: final(
    "The post was called off before TikTok published it.",
    "Send it again if it should go out after all.",
  ),
  // About this post only: by the time it is read, the channel may have been connected again.
  auth_removed: final(
    "The creator withdrew Postern's access while TikTok was processing. Nothing was published.",
    "Connect this TikTok account again under Channels, then send the post again.",
  ),
  spam_risk_too_many_posts: final(
    "TikTok published nothing: the account has reached today's limit over all apps.",
    "Send the post again tomorrow, or post it in the TikTok app.",
  ),
  spam_risk_user_banned_from_posting: final(
    "TikTok has banned this account from posting.",
    "Open the TikTok app: the notice there says why and how to appeal.",
  ),
  spam_risk_text: final(
    "TikTok took the text for spam or against its rules.",
    "Change the text and send the post again.",
  ),
  spam_risk: final(
    "TikTok took the post for spam or against its rules.",
    "Look at the notice in the TikTok app before sending it again.",
  ),
};

function final(message: string, remedy: string): Reason {
  return { message, remedy };
}

/** True when a new upload may go well although nothing was changed. */
export function worthAnotherTry(reason: string): boolean {
  return Object.hasOwn(REASONS, reason) && REASONS[reason]?.again === true;
}

/** The error for a post that ended in FAILED. */
export function failedPost(reason: string): PlatformError {
  const known = Object.hasOwn(REASONS, reason) ? REASONS[reason] : undefined;
  const { message, remedy } =
    known ??
    final(
      `TikTok could not publish it and gave the reason “${reason || "none"}”.`,
      "Look in the TikTok app, then send it again.",
    );
  return new PlatformError("rejected", { code: reason || "failed", message, remedy });
}
