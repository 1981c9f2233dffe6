/** YouTube's reasons for refusing a request: what each means, in plain words, and what to do. */
import type { ProblemKind } from "../contract.ts";

/** When a limit ends: at midnight Pacific time, a day from now, or shortly. */
export type Wait = "pacific_midnight" | "day" | "hour" | "minute";

export interface Reason {
  kind: ProblemKind;
  message: string;
  remedy: string;
  wait?: Wait;
}

const tryAgain = "Nothing to do: it is tried again.";
const atMidnight = "Nothing to do: it goes on after midnight Pacific time, when Google's day begins.";
const askYoutube = "Open YouTube Studio in a browser: it says there what is wrong with the channel.";

const rejected = (message: string, remedy: string): Reason => ({ kind: "rejected", message, remedy });
const transient = (message: string): Reason => ({ kind: "transient", message, remedy: tryAgain });
const limited = (message: string, wait: Wait, remedy: string): Reason => ({
  kind: "rate_limited",
  message,
  remedy,
  wait,
});

// 2026-11: https://developers.google.com/youtube/v3/docs/errors and /core_errors
export const reasons: Readonly<Record<string, Reason>> = {
  authError: {
    kind: "signed_out",
    message: "YouTube no longer accepts this channel's sign-in.",
    remedy: "Connect the channel again.",
  },
  insufficientPermissions: {
    kind: "signed_out",
    message: "This channel was connected without a permission that is needed here.",
    remedy: "Connect the channel again and leave every permission ticked.",
  },
  youtubeSignupRequired: rejected(
    "This Google account has no YouTube channel.",
    "Create a channel at youtube.com with this account, then connect again.",
  ),
  accessNotConfigured: rejected(
    "YouTube Data API v3 is not enabled in this install's Google Cloud project.",
    "An administrator must enable it in the Google Cloud console and wait a few minutes.",
  ),

  uploadsPerDay: limited("This install's 100 YouTube uploads for today are used up.", "pacific_midnight", atMidnight),
  quotaExceeded: limited("This install's YouTube quota for today is used up.", "pacific_midnight", atMidnight),
  uploadLimitExceeded: limited(
    "YouTube lets this channel upload no more videos for now.",
    "day",
    "Nothing to do: it is tried again in 24 hours. A channel verified at youtube.com/verify may upload more.",
  ),
  rateLimitExceeded: limited("YouTube asks for a slower pace.", "minute", tryAgain),
  uploadRateLimitExceeded: limited("YouTube takes no more thumbnails from this channel for now.", "hour", tryAgain),
  internalError: transient("YouTube had an error of its own."),
  backendError: transient("YouTube is not available at the moment."),

  invalidTitle: rejected("YouTube did not accept the title.", "Use 1 to 100 characters without the signs < and >."),
  invalidDescription: rejected(
    "YouTube did not accept the description.",
    "Use at most 5,000 bytes without the signs < and >.",
  ),
  invalidTags: rejected("YouTube did not accept the tags.", "Use fewer or shorter tags, without the signs < and >."),
  invalidCategoryId: rejected("YouTube does not offer that category.", "Choose another category."),
  invalidFilename: rejected("YouTube did not accept the file's name.", "Rename the file and upload it again."),
  invalidPublishAt: rejected("YouTube did not accept the time.", "Choose another time."),
  invalidVideoMetadata: rejected(
    "YouTube did not accept this combination of choices.",
    "Look through title, category and visibility, then try again.",
  ),
  mediaBodyRequired: rejected("YouTube received no video.", "Choose the video again."),
  badContent: rejected("YouTube does not take this kind of file.", "Use a video file such as MP4."),
  uploadTooLarge: rejected("The video is larger than YouTube takes.", "Use a file of at most 256 GB."),

  forbiddenPrivacySetting: rejected(
    "YouTube does not let this channel use that visibility.",
    "Choose another visibility.",
  ),
  forbiddenLicenseSetting: rejected(
    "YouTube does not let this channel use that license.",
    "Choose the standard license.",
  ),
  forbidden: rejected("YouTube does not let this channel do that.", askYoutube),
  accountDelegationForbidden: rejected("This sign-in may not act for the channel.", "Connect as the channel's owner."),
  channelClosed: rejected("This YouTube channel is closed.", "Connect another channel."),
  channelSuspended: rejected("YouTube has suspended this channel.", askYoutube),
  authenticatedUserAccountClosed: rejected(
    "The YouTube account behind this channel is closed.",
    "Connect another channel.",
  ),
  authenticatedUserAccountSuspended: rejected("YouTube has suspended the account behind this channel.", askYoutube),
  authenticatedUserNotChannel: rejected(
    "The Google account behind this sign-in has no channel to act for.",
    "Connect again and choose the channel.",
  ),

  invalidImage: rejected("YouTube could not read the image.", "Use a JPEG or PNG of at most 50 MB."),
  videoNotFound: rejected("YouTube does not find that video.", "Look at the channel: it may have been deleted there."),
  playlistNotFound: rejected("YouTube does not find that playlist.", "Choose another playlist."),
  playlistContainsMaximumNumberOfVideos: rejected("That playlist is full.", "Choose another playlist."),
};

/** Names that mean the same as a row above. */
export const sameAs: Readonly<Record<string, string>> = {
  authorizationRequired: "authError",
  UNAUTHENTICATED: "authError",
  ACCESS_TOKEN_SCOPE_INSUFFICIENT: "insufficientPermissions",
  SERVICE_DISABLED: "accessNotConfigured",
  dailyLimitExceeded: "quotaExceeded",
  userRateLimitExceeded: "rateLimitExceeded",
  RESOURCE_EXHAUSTED: "rateLimitExceeded",
  imageFormatUnsupported: "invalidImage",
  imageTooTall: "invalidImage",
  imageTooWide: "invalidImage",
  mediaTypeNotAllowed: "badContent",
};
