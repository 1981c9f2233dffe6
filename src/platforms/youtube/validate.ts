/** The checks that need no network: why a draft cannot go to YouTube as it is. */
import type { Draft, MediaFacts, Problem } from "../contract.ts";
import type { YoutubePreparation } from "./channel.ts";
import { facts } from "./limits.ts";
import { descriptionOf, readOptions, tagCharacters, utf8Bytes, type YoutubeOptions } from "./options.ts";

const MINUTE = 60_000;

/** Problems in the order of the form; empty when YouTube will take the draft as far as can be known here. */
export function problemsOf(draft: Draft, preparation: YoutubePreparation | null): Problem[] {
  const { chosen, unreadable } = readOptions(draft.options);
  return [
    ...unreadable.map(unreadableOption),
    ...mediaProblems(draft.media, preparation),
    ...textProblems(draft.text),
    ...titleProblems(chosen.title),
    ...tagProblems(chosen.tags),
    ...choiceProblems(chosen, unreadable, preparation),
    ...thumbnailProblems(chosen, draft.assets),
  ];
}

const problem = (field: string, message: string, remedy: string): Problem => ({ field, message, remedy });

function unreadableOption(name: string): Problem {
  return problem(name, "YouTube does not know this choice.", "Choose one of the values that are offered.");
}

function mediaProblems(media: readonly MediaFacts[], preparation: YoutubePreparation | null): Problem[] {
  const [video] = media;
  if (!video) return [problem("media", "A YouTube post needs a video.", "Add one video.")];
  if (media.some((file) => file.kind !== "video")) {
    return [
      problem("media", "YouTube takes videos here, not images or sound alone.", "Leave one video and nothing else."),
    ];
  }
  if (media.length > 1) return [problem("media", "YouTube takes one video per post.", "Leave one video.")];
  const found: Problem[] = [];
  if (!video.mime.startsWith("video/") && video.mime !== "application/octet-stream") {
    found.push(problem("media", "YouTube does not take this kind of file.", "Use a video file such as MP4."));
  }
  if (video.bytes === 0) found.push(problem("media", "The video is empty.", "Upload the file again."));
  if (video.bytes > facts.maxBytes) {
    found.push(problem("media", "The video is larger than 256 GB.", "Export it smaller."));
  }
  return [...found, ...lengthProblems(video.durationMs ?? 0, preparation?.longUploads ?? null)];
}

function lengthProblems(durationMs: number, longUploads: string | null): Problem[] {
  if (durationMs > facts.maxDurationMs) {
    return [problem("media", "The video is longer than 12 hours.", "Cut it into parts.")];
  }
  if (durationMs <= facts.maxUnverifiedDurationMs || longUploads === null || longUploads === "allowed") return [];
  const minutes = facts.maxUnverifiedDurationMs / MINUTE;
  return [
    problem(
      "media",
      `This channel may upload videos of up to ${minutes} minutes; this one is longer.`,
      "Verify the channel by phone at youtube.com/verify, or use a shorter video.",
    ),
  ];
}

function textProblems(text: string): Problem[] {
  const description = descriptionOf(text);
  const bytes = utf8Bytes(description);
  const found = signProblems("text", "description", description);
  if (bytes > facts.maxDescriptionBytes) {
    const over = bytes - facts.maxDescriptionBytes;
    found.push(
      problem(
        "text",
        `The description takes ${bytes} bytes; YouTube allows ${facts.maxDescriptionBytes}.`,
        `Shorten it by ${over} bytes. Emoji and most scripts other than Latin take two to four bytes a character.`,
      ),
    );
  }
  return found;
}

function titleProblems(title: string): Problem[] {
  if (title.trim() === "")
    return [problem("title", "The video has no title.", "Write a title of 1 to 100 characters.")];
  const found = signProblems("title", "title", title);
  if (/[\n\r\t]/.test(title)) found.push(problem("title", "The title has more than one line.", "Keep it on one line."));
  if (title.length > facts.maxTitleCharacters) {
    const over = title.length - facts.maxTitleCharacters;
    found.push(
      problem(
        "title",
        `The title has ${title.length} characters; YouTube allows 100.`,
        `Shorten it by ${over} characters.`,
      ),
    );
  }
  return found;
}

function tagProblems(tags: readonly string[]): Problem[] {
  const found = tags.flatMap((tag) => signProblems("tags", "tags", tag)).slice(0, 1);
  if (tags.some((tag) => tag.includes(",") || tag.trim() === "")) {
    found.push(problem("tags", "A tag is empty or holds a comma.", "Separate tags with commas and leave none empty."));
  }
  const used = tagCharacters(tags);
  if (used > facts.maxTagCharacters) {
    found.push(
      problem(
        "tags",
        `The tags take ${used} characters; YouTube allows ${facts.maxTagCharacters}.`,
        "Remove some. The commas count, and a tag with a space in it counts two more.",
      ),
    );
  }
  return found;
}

/** YouTube refuses angle brackets and control characters in every text field. */
function signProblems(field: string, name: string, text: string): Problem[] {
  const found: Problem[] = [];
  if (/[<>]/.test(text)) {
    found.push(problem(field, `YouTube allows no < or > in the ${name}.`, "Take these signs out."));
  }
  if (/[\u0000-\u0008\u000b-\u001f\u007f]/.test(text)) {
    found.push(problem(field, `There are invisible control characters in the ${name}.`, "Type the line again."));
  }
  return found;
}

function choiceProblems(
  chosen: YoutubeOptions,
  unreadable: readonly string[],
  preparation: YoutubePreparation | null,
): Problem[] {
  const found: Problem[] = [];
  const missing = (name: "privacyStatus" | "madeForKids") => chosen[name] === undefined && !unreadable.includes(name);
  if (missing("privacyStatus")) {
    found.push(
      problem("privacyStatus", "Nobody has chosen who can see the video.", "Choose public, unlisted or private."),
    );
  }
  if (missing("madeForKids")) {
    found.push(problem("madeForKids", "YouTube asks whether the video is made for kids.", "Choose yes or no."));
  }
  const categories = preparation?.categories;
  if (categories?.length && !categories.some((category) => category.id === chosen.categoryId)) {
    found.push(problem("categoryId", "YouTube does not offer that category.", "Choose one from the list."));
  }
  if (chosen.playlistId && preparation?.mayUsePlaylists === false) {
    found.push(
      problem(
        "playlistId",
        "This channel was connected without the permission for playlists.",
        "Connect it again with every permission ticked, or choose no playlist.",
      ),
    );
  }
  return found;
}

function thumbnailProblems(chosen: YoutubeOptions, assets: Draft["assets"]): Problem[] {
  if (!chosen.thumbnailMediaId) return [];
  const image = assets[chosen.thumbnailMediaId];
  const field = "thumbnailMediaId";
  if (!image) return [problem(field, "The thumbnail is no longer among your media.", "Choose it again.")];
  const types: readonly string[] = facts.thumbnailTypes;
  if (image.kind !== "image" || !types.includes(image.mime)) {
    return [problem(field, "YouTube takes thumbnails as JPEG or PNG.", "Choose a JPEG or PNG image.")];
  }
  if (image.bytes === 0 || image.bytes > facts.maxThumbnailBytes) {
    return [problem(field, "The thumbnail is empty or larger than 50 MB.", "Choose a smaller image.")];
  }
  return [];
}
