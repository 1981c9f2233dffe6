/** What Facebook takes as photos, videos, reels and stories. */
import type { MediaFacts, Problem } from "../contract.ts";
import { facts } from "./limits.ts";
import type { Surface } from "./options.ts";

const problem = (message: string, remedy: string): Problem => ({ field: "media", message, remedy });
const EXPORT = "Export it as MP4 with H.264 video and AAC sound.";

/** Problems of the files for this kind of post, the first that stands in the way of the others alone. */
export function mediaProblems(surface: Surface, media: readonly MediaFacts[]): Problem[] {
  const wrong = numberProblem(surface, media);
  if (wrong) return [wrong];
  return media.flatMap((file) => (file.kind === "image" ? photoProblems(file) : videoProblems(surface, file)));
}

function numberProblem(surface: Surface, media: readonly MediaFacts[]): Problem | null {
  if (media.some((file) => file.kind === "audio")) {
    return problem("Facebook takes no sound without a picture.", "Use a photo or a video.");
  }
  if (surface === "reel" && (media.length !== 1 || media[0]?.kind !== "video")) {
    return problem("A reel is one video and nothing else.", "Leave one video, or choose another kind of post.");
  }
  if (surface.endsWith("_story") && media.length !== 1) {
    return problem("A story is one photo or one video.", "Leave one file, or choose another kind of post.");
  }
  if (surface === "video" && media.length !== 1) {
    return problem("Facebook takes either photos or one video in a post.", "Leave one video, or photos only.");
  }
  if (media.length > facts.maxPhotos) {
    return problem(`A post takes at most ${facts.maxPhotos} photos here.`, "Leave some out.");
  }
  return null;
}

function photoProblems(photo: MediaFacts): Problem[] {
  const { name, mime, bytes } = photo;
  const direct: readonly string[] = facts.photoTypes;
  const converted: readonly string[] = facts.convertedPhotoTypes;
  if (!direct.includes(mime) && !converted.includes(mime)) {
    return [problem(`Facebook does not take ${name}.`, "Save it as JPEG.")];
  }
  if (bytes === 0) return [problem(`${name} is empty.`, "Upload it again.")];
  if (direct.includes(mime) && bytes > facts.maxPhotoBytes) {
    return [
      problem(`${name} is larger than 4 MB.`, "Save it as a smaller JPEG; 2048 pixels on the long side are enough."),
    ];
  }
  return [];
}

function videoProblems(surface: Surface, video: MediaFacts): Problem[] {
  const reel = surface === "reel" || surface === "video_story";
  const types: readonly string[] = reel ? facts.reelTypes : facts.videoTypes;
  const maxBytes = reel ? facts.maxReelBytes : facts.maxVideoBytes;
  const found: Problem[] = [];
  if (!types.includes(video.mime)) found.push(problem(`Facebook does not take ${video.name} here.`, EXPORT));
  if (video.bytes < facts.minVideoBytes) {
    found.push(problem(`${video.name} is too small to be a video.`, "Upload the whole file again."));
  }
  if (video.bytes > maxBytes) {
    found.push(problem(`${video.name} is larger than ${maxBytes / 1_000_000_000} GB.`, "Export it smaller."));
  }
  found.push(...lengthProblems(surface, video.durationMs));
  return reel ? [...found, ...shapeProblems(video), ...streamProblems(video)] : found;
}

function lengthProblems(surface: Surface, durationMs: number | null): Problem[] {
  if (durationMs === null) return [];
  if (surface === "video") {
    if (durationMs < facts.minVideoMs) return [problem("The video is shorter than one second.", "Use a longer one.")];
    if (durationMs <= facts.maxVideoMs) return [];
    return [problem("The video is longer than 40 minutes.", "Cut it into parts.")];
  }
  const [what, most] = surface === "reel" ? ["reel", facts.maxReelMs] : ["story", facts.maxStoryMs];
  if (durationMs >= facts.minReelMs && durationMs <= most) return [];
  return [
    problem(`A ${what} lasts 3 to ${most / 1000} seconds; this video does not.`, "Cut it, or post it to the feed."),
  ];
}

/** Width and height as shown. Facebook tolerates 16:9 to 9:16 and wants 9:16. */
function shapeProblems({ width, height }: MediaFacts): Problem[] {
  if (width === null || height === null) return [];
  const [short, long] = [width, height].sort((a, b) => a - b) as [number, number];
  if (short < facts.minReelWidth || long < facts.minReelHeight) {
    return [problem("The video has fewer than 540 by 960 pixels.", "Use 1080 by 1920.")];
  }
  // A pixel of rounding is forgiven.
  if (short * 16 < long * 9 - 16) return [problem("The video is too wide or too tall.", "Use 1080 by 1920.")];
  return [];
}

function streamProblems({ frameRate, videoCodec }: MediaFacts): Problem[] {
  const found: Problem[] = [];
  // 23.976 frames a second are sold as 24.
  if (frameRate !== null && (frameRate < facts.minReelFrameRate - 0.1 || frameRate > facts.maxReelFrameRate + 0.1)) {
    found.push(problem("The video has fewer than 24 or more than 60 frames a second.", "Export it with 30."));
  }
  const codec = videoCodec?.toLowerCase().replace(/[^a-z0-9]/g, "");
  if (codec && !facts.reelCodecs.some((known) => codec.startsWith(known))) {
    found.push(problem("Facebook does not take this video's codec.", EXPORT));
  }
  return found;
}
