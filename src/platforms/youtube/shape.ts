/** What YouTube will make of a video: a Short or an ordinary video. */
import type { MediaFacts } from "../contract.ts";
import { facts } from "./limits.ts";

/**
 * True for vertical or square videos of at most three minutes; width and height as shown, rotation applied.
 * 2026-11: there is no switch for it. https://support.google.com/youtube/answer/15424877
 */
export function isShort(media: Pick<MediaFacts, "kind" | "width" | "height" | "durationMs"> | undefined): boolean {
  if (media?.kind !== "video" || !media.width || !media.height || !media.durationMs) return false;
  return media.height >= media.width && media.durationMs <= facts.maxShortDurationMs;
}

export function videoAddress(videoId: string, short: boolean): string {
  return short ? `https://www.youtube.com/shorts/${videoId}` : `https://www.youtube.com/watch?v=${videoId}`;
}
