/** Meta's codes for videos: what is wrong with the file or its upload, in plain words. */
import type { Reason } from "./reasons.ts";

const EXPORT = "Export it as MP4 with H.264 video and AAC sound, then send it again.";

const file = (message: string, remedy: string = EXPORT): Reason => ({ kind: "rejected", message, remedy });
const again = (message: string): Reason => ({
  kind: "transient",
  message,
  remedy: "Nothing to do: the upload is tried again.",
});

// 2026-11: https://developers.facebook.com/documentation/video-api/reference/error-codes
export const videoReasons: Readonly<Record<string, Reason>> = {
  "6000": file(
    "Facebook says that there is a problem with the video file.",
    `${EXPORT} If it is one already, try again.`,
  ),
  "6001": file(
    "Facebook says that there is a problem with the video file.",
    `${EXPORT} If it is one already, try again.`,
  ),
  "1363005": file(
    "This sign-in may not change videos of the Page.",
    "Somebody with full control of the Page connects it again.",
  ),
  "1363019": again("Facebook had a problem with the upload."),
  "1363020": file("Facebook received no video.", "Choose the video again."),
  "1363021": again("Facebook had a problem with the upload."),
  "1363022": file("The video is smaller than 1 KB.", "Choose the whole file."),
  "1363023": file("The video is larger than Facebook takes.", "Export it smaller."),
  "1363024": file("Facebook does not take this kind of video."),
  "1363025": file("The video is shorter than one second.", "Use a longer video."),
  "1363026": file("The video is longer than 40 minutes.", "Cut it into parts."),
  "1363030": again("The upload took Facebook too long."),
  "1363031": file("Facebook says that the file is not a video."),
  "1363032": file("Facebook says that the file is damaged or not a video."),
  "1363033": again("Facebook had a problem with the upload."),
  "1363037": again("Facebook and Postern disagree about how much has arrived."),
  "1363040": file("The reel is too wide or too tall.", "Use a shape between 16:9 and 9:16; 9:16 is best."),
  "1363041": again("Facebook has closed the upload."),
  "1363042": file(
    "This sign-in may not upload videos to the Page.",
    "Somebody with full control of the Page connects it again.",
  ),
  "1363045": again("Facebook received another number of bytes than announced."),
  "1363047": file("Facebook could not convert the video."),
  "1363127": file("The reel has too few pixels.", "Use at least 540 by 960; 1080 by 1920 is best."),
  "1363128": file("The reel is shorter than 3 or longer than 90 seconds.", "Cut it, or post it as an ordinary video."),
  "1363129": file("The reel has fewer than 24 or more than 60 frames a second.", "Export it with 30 frames a second."),
  "1609010": file("Facebook could not convert the video."),
};

/** The words for a code that a video's status names; one that is new to us is quoted as it came. */
export function videoProblem(code: string, said: string): { message: string; remedy: string } {
  const known = videoReasons[code];
  if (known && known.kind === "rejected") return known;
  return {
    message: said ? `Facebook could not process the video: ${said}` : "Facebook could not process the video.",
    remedy: EXPORT,
  };
}
