/** Which files Instagram takes, by what the post becomes. Facts that were not measured are not held against a file. */
import type { MediaFacts, Problem } from "../contract.ts";
import { facts } from "./limits.ts";
import type { Surface } from "./surface.ts";

const MB = 1024 * 1024;
const EXPORT = "Export it as MP4 with H.264 video and AAC sound.";

/** The problems of a post's files, each named once. */
export function mediaProblems(surface: Surface, media: readonly MediaFacts[]): Problem[] {
  const count = countProblem(surface, media);
  if (count) return [count];
  return media.flatMap((file) =>
    fileProblems(surface, file).map(({ message, remedy }) => ({
      field: "media",
      message: media.length > 1 ? `${file.name}: ${message}` : message,
      remedy,
    })),
  );
}

type Fault = Omit<Problem, "field">;

const fault = (message: string, remedy: string): Fault => ({ message, remedy });

function countProblem(surface: Surface, media: readonly MediaFacts[]): Problem | null {
  const problem = (message: string, remedy: string): Problem => ({ field: "media", message, remedy });
  if (media.length === 0) {
    return problem("Instagram needs a photo or a video; it takes no text alone.", "Add one, or up to ten.");
  }
  if (media.some((file) => file.kind === "audio")) {
    return problem("Instagram takes no sound files.", "Leave photos and videos only.");
  }
  switch (surface) {
    case "reel":
      if (media.length === 1 && media[0]?.kind === "video") return null;
      return problem("A reel is one video.", "Leave one video, or choose a post in the feed.");
    case "story":
      return media.length === 1 ? null : problem("A story is one photo or one video.", "Leave one file.");
    case "carousel":
      if (media.length <= facts.maxCarousel) return null;
      return problem(
        "A carousel holds at most 10 photos and videos.",
        `Take away ${media.length - facts.maxCarousel}.`,
      );
    case "image":
      return null;
  }
}

function fileProblems(surface: Surface, file: MediaFacts): Fault[] {
  if (file.bytes === 0) return [fault("The file is empty.", "Upload it again.")];
  return file.kind === "image" ? imageProblems(surface, file) : videoProblems(surface, file);
}

function imageProblems(surface: Surface, file: MediaFacts): Fault[] {
  const found = sizeOfImage(file);
  // 2026-11: 9:16 is refused in the feed, a story takes any shape.
  const ratio = ratioOf(file);
  if (surface === "story" || ratio === null) return found;
  if (ratio < facts.minFeedRatio || ratio > facts.maxFeedRatio) {
    found.push(
      fault(
        `The image is ${file.width} × ${file.height} pixels, which is too ${ratio < 1 ? "tall" : "wide"} for the feed.`,
        "Crop it to a shape between 4:5 and 1.91:1, or post it as a story.",
      ),
    );
  }
  return found;
}

/**
 * A JPEG that fits 1080 × 1920 goes out as it is, everything else as a smaller JPEG made for it; so only the former's own size is
 * known beforehand.
 */
export function sizeOfImage({ mime, bytes, width, height }: MediaFacts): Fault[] {
  const [short, long] = [Math.min(width ?? 0, height ?? 0), Math.max(width ?? 0, height ?? 0)];
  const asItIs = mime === "image/jpeg" && short <= 1080 && long <= 1920;
  if (!asItIs || bytes <= facts.maxImageBytes) return [];
  return [fault("The image is larger than 8 MB.", "Save it as a smaller JPEG.")];
}

function videoProblems(surface: Surface, file: MediaFacts): Fault[] {
  const found: Fault[] = [];
  const types: readonly string[] = facts.videoTypes;
  if (!types.includes(file.mime)) found.push(fault("Instagram takes videos as MP4 or MOV.", EXPORT));
  const most = surface === "story" ? facts.maxStoryVideoBytes : facts.maxReelBytes;
  if (file.bytes > most) {
    found.push(fault(`The video is larger than ${most / MB} MB.`, "Export it smaller or shorter."));
  }
  return [...found, ...lengthProblems(surface, file), ...pictureProblems(surface, file), ...streamProblems(file)];
}

function lengthProblems(surface: Surface, { durationMs }: MediaFacts): Fault[] {
  if (durationMs === null) return [];
  if (durationMs < facts.minReelDurationMs) {
    return [fault("The video is shorter than 3 seconds.", "Use a longer video.")];
  }
  const most = {
    image: facts.maxReelDurationMs,
    reel: facts.maxReelDurationMs,
    story: facts.maxStoryDurationMs,
    carousel: facts.maxCarouselVideoDurationMs,
  }[surface];
  if (durationMs <= most) return [];
  const words = most > 60_000 ? `${most / 60_000} minutes` : `${most / 1000} seconds`;
  const where = { image: "here", reel: "in a reel", story: "in a story", carousel: "in a carousel" }[surface];
  return [fault(`The video is longer than the ${words} that Instagram allows ${where}.`, "Cut it shorter.")];
}

function pictureProblems(surface: Surface, file: MediaFacts): Fault[] {
  const found: Fault[] = [];
  if (file.width !== null && file.width > facts.maxVideoWidth) {
    found.push(
      fault(
        `The video is ${file.width} pixels wide; Instagram takes at most ${facts.maxVideoWidth}.`,
        "Export it with 1080 × 1920 pixels.",
      ),
    );
  }
  const ratio = ratioOf(file);
  const least = surface === "story" ? facts.minStoryRatio : facts.minReelRatio;
  if (ratio !== null && (ratio < least || ratio > facts.maxReelRatio)) {
    found.push(fault("The video's shape is too extreme for Instagram.", "Use 9:16, 4:5, 1:1 or 16:9."));
  }
  return found;
}

// 2026-11: names as the media room measures them, beside the common ones.
const VIDEO_CODECS = ["avc", "h264", "hevc", "h265"];

function streamProblems(file: MediaFacts): Fault[] {
  const found: Fault[] = [];
  if (file.videoCodec !== null && !VIDEO_CODECS.includes(file.videoCodec.toLowerCase())) {
    found.push(fault(`Instagram does not take video in ${file.videoCodec}.`, EXPORT));
  }
  if (file.audioCodec !== null && !/^(mp4a|aac)/i.test(file.audioCodec)) {
    found.push(fault(`Instagram does not take sound in ${file.audioCodec}.`, EXPORT));
  }
  const rate = file.frameRate;
  if (rate !== null && (Math.round(rate) < facts.minFrameRate || Math.round(rate) > facts.maxFrameRate)) {
    found.push(
      fault(`The video has ${Math.round(rate)} frames a second; Instagram takes 23 to 60.`, "Export it with 30."),
    );
  }
  const bits = file.durationMs ? (file.bytes * 8000) / file.durationMs : 0;
  if (bits > facts.maxVideoBitsPerSecond) {
    found.push(fault("The video has more than 25 megabits a second.", "Export it with a lower bit rate."));
  }
  return found;
}

/** Width by height with the two decimals that Instagram's own table has; null when not measured. */
function ratioOf({ width, height }: MediaFacts): number | null {
  return width && height ? Math.round((width / height) * 100) / 100 : null;
}
