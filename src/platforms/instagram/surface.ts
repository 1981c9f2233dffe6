/** What a post becomes on Instagram: one image, a carousel, a reel, or a story. */
import type { MediaFacts } from "../contract.ts";
import type { InstagramOptions } from "./options.ts";

export type Surface = "image" | "carousel" | "reel" | "story";

/** The surface that the chosen kind and the files lead to. */
export function surfaceOf(kind: InstagramOptions["kind"], media: readonly Pick<MediaFacts, "kind">[]): Surface {
  if (kind !== "feed") return kind;
  if (media.length > 1) return "carousel";
  // 2026-11: a single video in the feed is a reel since November 2023.
  // https://developers.facebook.com/documentation/instagram-platform/content-publishing
  return media[0]?.kind === "video" ? "reel" : "image";
}

/** What Instagram calls it when the post is read back. */
export function productOf(surface: Surface): "FEED" | "REELS" | "STORY" {
  return surface === "reel" ? "REELS" : surface === "story" ? "STORY" : "FEED";
}

/** Stories carry neither text, nor co-authors, nor comments. */
export function takesText(surface: Surface): boolean {
  return surface !== "story";
}

/** The image whose description is a choice of the post rather than of the file. */
export function altTextOf(chosen: InstagramOptions, file: MediaFacts, alone: boolean): string {
  return (alone ? chosen.altText : "") || file.altText;
}
