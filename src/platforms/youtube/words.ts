/** Plain words for what YouTube says became of a video. */

interface Words {
  message: string;
  remedy: string;
}

const words = (message: string, remedy: string): Words => ({ message, remedy });
const dispute = "Open YouTube Studio in a browser: it shows the details and how to object.";

// 2026-11: https://developers.google.com/youtube/v3/docs/videos#status.failureReason
export const failures: Readonly<Record<string, Words>> = {
  conversion: words("YouTube could not convert the video.", "Export it as MP4 with H.264 and AAC, then try again."),
  invalidFile: words("YouTube could not read the file.", "Export it as MP4 with H.264 and AAC, then try again."),
  emptyFile: words("YouTube says that the file is empty.", "Upload the file again."),
  tooSmall: words("YouTube says that the file is too small to be a video.", "Upload the whole file again."),
  codec: words("YouTube does not know the video's codec.", "Export it with H.264 and AAC, then try again."),
  uploadAborted: words("YouTube says that the upload was broken off.", "Try again."),
  uploadFailed: words("YouTube says that the upload failed.", "Try again."),
  transcodeFailed: words(
    "YouTube could not convert the video.",
    "Export it as MP4 with H.264 and AAC, then try again.",
  ),
  streamingFailed: words("YouTube could not prepare the video for playing.", "Try again."),
};

// 2026-11: https://developers.google.com/youtube/v3/docs/videos#status.rejectionReason
export const rejections: Readonly<Record<string, Words>> = {
  copyright: words("YouTube rejected the video because of copyright.", dispute),
  claim: words("YouTube rejected the video because somebody claims its content.", dispute),
  trademark: words("YouTube rejected the video because of a trademark.", dispute),
  legal: words("YouTube rejected the video for legal reasons.", dispute),
  inappropriate: words("YouTube rejected the video as inappropriate.", dispute),
  termsOfUse: words("YouTube rejected the video because it breaks its terms.", dispute),
  duplicate: words(
    "YouTube rejected the video because the channel has the same one already.",
    "Look for the earlier video on the channel; there is no need to send it again.",
  ),
  length: words(
    "YouTube rejected the video because it is too long for this channel.",
    "Verify the channel by phone at youtube.com/verify, or use a shorter video.",
  ),
  uploaderAccountClosed: words("YouTube rejected the video because the account is closed.", "Connect another channel."),
  uploaderAccountSuspended: words("YouTube rejected the video because the account is suspended.", dispute),
};

export const deleted = words(
  "The video was deleted on YouTube before it was ready.",
  "If that was not meant, schedule it again.",
);

export const missing = words(
  "YouTube took the video, but it is no longer on the channel.",
  "Look at the channel in YouTube Studio before you send it again.",
);

/** The words for a reason; one that is new to us is quoted as it came. */
export function wordsFor(table: Readonly<Record<string, Words>>, reason: string, verb: string): Words {
  return (
    (Object.hasOwn(table, reason) && table[reason]) ||
    words(`YouTube ${verb} the video${reason ? ` (${reason})` : ""}.`, dispute)
  );
}
