/** What Instagram refuses in the parameters of a container before it fetches anything. */
import { GraphRefusal, invalid } from "../meta/refusal.ts";
import type { Host } from "./gate.ts";
import type { Container } from "./store.ts";

export interface Order {
  mediaType: Container["mediaType"];
  child: boolean;
  caption: string;
  children: string[];
  imageUrl: string;
  videoUrl: string;
  coverUrl: string;
  resumable: boolean;
  thumbOffset: number;
  choices: Record<string, unknown>;
}

/** Reads the parameters as strictly as Instagram does. Throws the refusal with its subcode. */
export function orderFrom(values: Readonly<Record<string, string>>, host: Host): Order {
  const mediaType = typeOf(values["media_type"] ?? "");
  const child = values["is_carousel_item"] === "true";
  const resumable = values["upload_type"] === "resumable";
  if (resumable && host === "graph.instagram.com") throw invalid("The parameter upload_type is not supported.");
  const { image_url: imageUrl = "", video_url: videoUrl = "", cover_url: coverUrl = "" } = values;
  const order: Order = {
    mediaType,
    child,
    caption: child || mediaType === "STORIES" ? "" : captionFrom(values["caption"] ?? ""),
    children: mediaType === "CAROUSEL" ? childrenFrom(values["children"] ?? "") : [],
    imageUrl,
    videoUrl,
    coverUrl,
    resumable,
    thumbOffset: wholeNumber(values["thumb_offset"] ?? "0", "thumb_offset"),
    choices: choicesFrom(values, mediaType, child),
  };
  mustHaveFile(order);
  return order;
}

function typeOf(name: string): Container["mediaType"] {
  if (name === "" || name === "IMAGE") return "";
  if (name === "VIDEO" || name === "REELS" || name === "STORIES" || name === "CAROUSEL") return name;
  throw invalid(`Unknown media type: ${name}`, 2207023);
}

function mustHaveFile({ mediaType, child, imageUrl, videoUrl, resumable }: Order): void {
  const video = videoUrl !== "" || resumable;
  switch (mediaType) {
    case "":
      if (imageUrl === "") throw video ? unknownType() : invalid("The parameter image_url is required.");
      return;
    case "VIDEO":
      // 2023-11: a video of its own is a reel; VIDEO is for parts of a carousel.
      if (!child) throw unknownType();
      if (!video) throw invalid("The parameter video_url is required.");
      return;
    case "REELS":
      if (child) throw unknownType();
      if (!video) throw invalid("The parameter video_url is required.");
      return;
    case "STORIES":
      if (imageUrl === "" && !video) throw invalid("The parameter image_url or video_url is required.");
      return;
    case "CAROUSEL":
      return;
  }
}

function unknownType(): GraphRefusal {
  return invalid("The video format is no longer supported on its own: use media_type=REELS.", 2207023);
}

function captionFrom(text: string): string {
  const tags = (text.match(/#[\p{L}\p{M}\p{N}_]+/gu) ?? []).length;
  const names = (text.match(/(?<![\p{L}\p{N}_.])@[A-Za-z0-9._]+/gu) ?? []).length;
  if (text.length <= 2200 && tags <= 30 && names <= 20) return text;
  throw new GraphRefusal(36004, "The caption was too long.", {
    subcode: 2207010,
    words: "The caption can have at most 2,200 characters, 30 hashtags, and 20 @ tags.",
  });
}

function childrenFrom(list: string): string[] {
  const ids = list
    .replace(/[[\]"\s]/g, "")
    .split(",")
    .filter(Boolean);
  if (ids.length >= 2 && ids.length <= 10) return ids;
  throw invalid(
    "Your post won't work as a carousel. Carousels need at least 2 photos/videos and no more than 10.",
    2207028,
  );
}

function choicesFrom(values: Readonly<Record<string, string>>, mediaType: string, child: boolean) {
  const choices: Record<string, unknown> = {};
  const story = mediaType === "STORIES";
  const altText = values["alt_text"];
  if (altText !== undefined) {
    if (mediaType !== "") throw invalid("param alt_text is not allowed");
    if (altText.length > 1000) throw invalid("param alt_text is too long");
    choices["altText"] = altText;
  }
  if (values["collaborators"] !== undefined) {
    if (child || story) throw invalid("param collaborators is not allowed");
    choices["collaborators"] = collaboratorsFrom(values["collaborators"]);
  }
  if (mediaType === "REELS") {
    choices["shareToFeed"] = values["share_to_feed"] !== "false";
    choices["thumbOffset"] = Number(values["thumb_offset"] ?? 0);
  }
  for (const name of ["is_ai_generated", "is_paid_partnership"]) {
    if (values[name] === undefined) continue;
    if (child) throw invalid(`param ${name} is not allowed`);
    choices[name] = values[name] === "true";
  }
  return choices;
}

function collaboratorsFrom(text: string): string[] {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    list = null;
  }
  const good =
    Array.isArray(list) && list.length <= 3 && list.every((name) => /^[A-Za-z0-9._]{1,30}$/.test(String(name)));
  if (good) return list as string[];
  throw invalid("param collaborators must be a list of at most 3 usernames");
}

function wholeNumber(text: string, name: string): number {
  if (/^\d{1,12}$/.test(text)) return Number(text);
  throw invalid(`param ${name} must be a whole number`);
}
