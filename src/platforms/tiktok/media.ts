/** Which files TikTok takes: one video, or 1 to 35 photos. */
import type { Draft, MediaFacts, Problem } from "../contract.ts";
import { PHOTO, VIDEO } from "./limits.ts";
import type { Options } from "./options.ts";
import type { Prepared } from "./prepare.ts";

/** The problems of a draft's files. Facts that were not measured are not held against a file. */
export function mediaProblems(draft: Draft, chosen: Options, prepared: Prepared | null): Problem[] {
  const { media } = draft;
  const videos = media.filter((file) => file.kind === "video");
  const photos = media.filter((file) => file.kind === "image");
  if (media.length === 0) return [problem("TikTok needs a video or photos.", "Add one video, or up to 35 photos.")];
  if (videos.length + photos.length < media.length) {
    return [problem("TikTok takes no sound files.", "Remove them.")];
  }
  if (videos.length > 0 && photos.length > 0) {
    return [problem("TikTok does not mix a video and photos in one post.", "Keep either the video or the photos.")];
  }
  if (videos.length > 1) return [problem("TikTok takes one video per post.", "Keep one of them.")];
  const [video] = videos;
  if (video) return videoProblems(video, maxSeconds(chosen, prepared));
  const each = photos.flatMap(photoProblems);
  if (photos.length <= PHOTO.maxCount) return each;
  return [
    problem(`TikTok takes at most ${PHOTO.maxCount} photos in a post.`, `Remove ${photos.length - PHOTO.maxCount}.`),
    ...each,
  ];
}

function problem(message: string, remedy: string): Problem {
  return { field: "media", message, remedy };
}

/** Direct posts go by the creator's own maximum, drafts by TikTok's. Null: not known now. */
function maxSeconds(chosen: Options, prepared: Prepared | null): number | null {
  return chosen.mode === "direct" ? (prepared?.creator?.maxVideoSeconds ?? null) : VIDEO.maxDraftSeconds;
}

function videoProblems(video: MediaFacts, longest: number | null): Problem[] {
  const found: Problem[] = [];
  const { name } = video;
  if (!includes(VIDEO.mimes, video.mime)) {
    found.push(problem(`TikTok does not take ${name}: it is ${video.mime}.`, "Save it as MP4, MOV or WebM."));
  }
  if (video.videoCodec !== null && !includes(VIDEO.codecs, video.videoCodec.toLowerCase())) {
    found.push(
      problem(
        `TikTok does not take ${name}: its picture is coded as ${video.videoCodec}.`,
        "Save it as MP4 with H.264.",
      ),
    );
  }
  const rate = video.frameRate === null ? null : Math.round(video.frameRate * 100) / 100;
  if (rate !== null && (rate < VIDEO.minFrameRate || rate > VIDEO.maxFrameRate)) {
    found.push(problem(`${name} has ${rate} frames a second.`, "TikTok takes 23 to 60; save it again at 30."));
  }
  const sides = [video.width, video.height].filter((side) => side !== null);
  if (sides.some((side) => side < VIDEO.minSide || side > VIDEO.maxSide)) {
    found.push(
      problem(
        `${name} measures ${video.width} × ${video.height} pixels.`,
        "TikTok takes 360 to 4096 a side; 1080 × 1920 is best.",
      ),
    );
  }
  if (video.bytes < 1) found.push(problem(`${name} is empty.`, "Upload it again."));
  if (video.bytes > VIDEO.maxBytes)
    found.push(problem(`${name} is larger than 4 GB.`, "Save it with a lower bit rate."));
  if (longest !== null && video.durationMs !== null && video.durationMs > longest * 1000) {
    found.push(
      problem(`${name} is longer than ${longest} seconds, the most TikTok takes from this account.`, "Cut it."),
    );
  }
  return found;
}

/**
 * True for a photo that TikTok takes untouched. Any other is handed over as a JPEG of at most 1080 × 1920 pixels, because
 * TikTok refuses the whole post for one that is larger or of another format.
 */
export function goesAsItIs({ mime, width, height }: MediaFacts): boolean {
  if (!includes(PHOTO.nativeMimes, mime)) return false;
  if (width === null || height === null) return true;
  // TikTok's "1080p" lies or stands: the shorter side counts first.
  return Math.min(width, height) <= PHOTO.maxShortSide && Math.max(width, height) <= PHOTO.maxLongSide;
}

function photoProblems(photo: MediaFacts): Problem[] {
  const { name } = photo;
  if (photo.bytes < 1) return [problem(`${name} is empty.`, "Upload it again.")];
  if (!goesAsItIs(photo) || photo.bytes <= PHOTO.maxBytes) return [];
  return [problem(`${name} is larger than 20 MB.`, "Save it as a smaller JPEG.")];
}

function includes(list: readonly string[], value: string): boolean {
  return list.includes(value);
}
