/** Instagram's codes: what each means, in plain words, and what to do; what is not here stands in Meta's shared table. */
import type { Reason, Reasons } from "../shared/meta/index.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const AGAIN = "Nothing to do: it is tried again.";
const RECONNECT = "Connect the channel again.";
const EXPORT = "Export it as MP4 with H.264 video and AAC sound, at most 1920 pixels wide, then send it again.";
const OPEN_APP = "Open the Instagram app and follow the notice there, then send it again.";
const REACHABLE =
  "Postern tries again. If it stays, the operator checks that this install's public https address answers from outside, without a sign-in, a bot check or a redirect.";

const rejected = (message: string, remedy: string, quote = false): Reason => ({
  kind: "rejected",
  message,
  remedy,
  quote,
});
const transient = (message: string, remedy = AGAIN): Reason => ({ kind: "transient", message, remedy });
const limited = (message: string, waitMs: number, remedy = AGAIN): Reason => ({
  kind: "rate_limited",
  message,
  remedy,
  waitMs,
});
const signedOut = (message: string, remedy = RECONNECT): Reason => ({ kind: "signed_out", message, remedy });

const fetchFailed = transient("Instagram could not fetch the file from this install.", REACHABLE);
const tooSlow = transient("Instagram waited too long for the file from this install.", REACHABLE);
const unconvertible = rejected("Instagram could not process the video.", EXPORT);
const shopping = rejected("Instagram refused the product tags.", "Send the post without them.");
const gone = transient("Instagram no longer keeps what was prepared for this post.", "It is prepared anew.");
const unfinished = transient("Instagram could not finish preparing the file.");

// 2026-11: https://developers.facebook.com/documentation/instagram-platform/instagram-graph-api/reference/error-codes
export const reasons: Reasons = {
  "1": transient("Instagram had an error of its own."),
  "2": transient("Instagram is not available at the moment."),
  "-1": transient("Instagram had an error of its own."),
  "-2": transient("Instagram had an error of its own."),
  "4": limited("This install's app has used up what Instagram allows it in an hour.", HOUR),
  "10": rejected(
    "Instagram does not let this channel do that: a permission is missing.",
    `${RECONNECT} Leave every permission ticked.`,
    true,
  ),
  "12": rejected("Instagram does not know this account by the id that is kept of it.", RECONNECT),
  "17": limited("Instagram asks for a slower pace.", 10 * MINUTE),
  "25": rejected("Instagram has restricted this account.", OPEN_APP),
  "32": limited("Instagram asks for a slower pace.", 10 * MINUTE),
  "613": limited("Instagram asks for a slower pace.", HOUR),
  "80002": limited("This account has used up what Instagram allows it for now.", 10 * MINUTE),
  "100": rejected("Instagram refused the request as it was written.", "Change what is named and send it again.", true),
  "100/33": rejected(
    "Instagram does not find it, or does not show it to this sign-in.",
    `If posts fail again, check that the account is still a professional one. ${RECONNECT}`,
  ),
  "190": signedOut("Instagram no longer accepts this channel's sign-in."),
  "190/458": signedOut("The person has removed this app from their account."),
  "190/460": signedOut("The person's password was changed, which ends every sign-in."),
  "190/463": signedOut("The sign-in has expired."),
  "200": rejected("Instagram does not let this channel do that.", `${RECONNECT} Leave every permission ticked.`, true),
  "352": unconvertible,
  "368": rejected(
    "Instagram has blocked this account from posting for a while, because of its rules against spam or abuse.",
    "Stop posting for some days and look in the Instagram app for a notice; posting on prolongs the block.",
  ),
  "9004": fetchFailed,
  "9007": limited("Instagram is not ready with the file yet.", 5 * SECOND),
  "9009": rejected("Instagram says that this account is not available.", OPEN_APP),
  "36000": rejected("The image is larger than 8 MB.", "Save it as a smaller JPEG."),
  "36001": rejected("Instagram takes images only as JPEG.", "Save it as a JPEG and send it again."),
  "36003": rejected("The image is too tall or too wide for the feed.", "Crop it to a shape between 4:5 and 1.91:1."),
  "36004": rejected("The text is too long for Instagram.", "Keep it to 2,200 characters and 30 hashtags."),
  "2207001": transient("Instagram had an error of its own."),
  "2207003": tooSlow,
  "2207004": rejected("The image is larger than 8 MB.", "Save it as a smaller JPEG."),
  "2207005": rejected("Instagram takes images only as JPEG.", "Save it as a JPEG and send it again."),
  "2207006": rejected(
    "Instagram does not find what was prepared, or does not show it to this sign-in.",
    `Send it again. If that fails as well: ${RECONNECT.toLowerCase()}`,
  ),
  "2207008": gone,
  "2207009": rejected("The image is too tall or too wide for the feed.", "Crop it to a shape between 4:5 and 1.91:1."),
  "2207010": rejected("The text is too long for Instagram.", "Keep it to 2,200 characters and 30 hashtags."),
  "2207020": gone,
  "2207023": rejected("Instagram does not know this kind of post.", "Choose another kind of post.", true),
  "2207026": rejected("Instagram does not take this kind of video.", EXPORT),
  "2207027": limited("Instagram is not ready with the file yet.", 5 * SECOND),
  "2207028": rejected("A carousel needs 2 to 10 photos or videos.", "Add or take away some."),
  "2207032": unfinished,
  "2207035": shopping,
  "2207036": shopping,
  "2207037": shopping,
  "2207040": rejected("The post names more than 20 people.", "Name at most 20."),
  "2207042": limited(
    "This account has used up the posts that Instagram lets apps make in 24 hours.",
    HOUR,
    "Nothing to do: it is tried again every hour. Posting in the Instagram app may still work.",
  ),
  "2207050": rejected("Instagram has restricted this account.", OPEN_APP),
  "2207051": limited(
    "Instagram blocks what this account does for now, because it looks like spam to it.",
    4 * HOUR,
    "Nothing to do: it is tried again in four hours. Posting less often helps.",
  ),
  "2207052": fetchFailed,
  "2207053": unfinished,
  "2207057": rejected("The cover's moment lies after the end of the video.", "Choose an earlier moment."),
  "2207076": unconvertible,
  "2207077": unconvertible,
  "2207081": rejected("This account may not make trial reels.", "Send it as an ordinary reel."),
  "2207082": transient("Instagram could not take the file in."),
  "2207085": unconvertible,
};
