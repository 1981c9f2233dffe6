/** The checks that need no network: why a draft cannot go to Facebook as it is. */
import type { Draft, Problem } from "../contract.ts";
import { facts } from "./limits.ts";
import { mediaProblems } from "./media.ts";
import { isLink, messageOf, readOptions, surfaceOf, type FacebookOptions, type Surface } from "./options.ts";
import type { FacebookPreparation } from "./pages.ts";

/** Problems in the order of the form; empty when Facebook will take the draft as far as can be known here. */
export function problemsOf(draft: Draft, preparation: FacebookPreparation | null): Problem[] {
  const { chosen, unreadable } = readOptions(draft.options);
  const surface = surfaceOf(chosen.kind, draft.media);
  return [
    ...unreadable.map((name) => problem(name, "Facebook does not know this choice.", "Choose one that is offered.")),
    ...mediaProblems(surface, draft.media),
    ...addressProblems(draft),
    ...textProblems(surface, messageOf(draft.text), chosen),
    ...titleProblems(surface, chosen.title),
    ...linkProblems(surface, chosen.link),
    ...commentProblems(surface, messageOf(chosen.firstComment), preparation),
  ];
}

const problem = (field: string, message: string, remedy: string): Problem => ({ field, message, remedy });

function addressProblems({ media, publicHttps }: Draft): Problem[] {
  const types: readonly string[] = facts.photoTypes;
  const fetched = media.filter((file) => file.kind === "image" && !types.includes(file.mime));
  if (publicHttps !== false || fetched.length === 0) return [];
  return [
    problem(
      "media",
      `Facebook would fetch ${fetched.map((file) => file.name).join(", ")} as JPEG from this install, which has no public https address.`,
      "Upload it as JPEG or PNG, or let the operator set PUBLIC_URL to an https address that can be reached from outside.",
    ),
  ];
}

function textProblems(surface: Surface, text: string, { link }: FacebookOptions): Problem[] {
  if (surface === "text" && text.trim() === "" && link === "") {
    return [problem("text", "The post is empty.", "Write a text, or add a link, a photo or a video.")];
  }
  const most = mostCharacters(surface);
  if (text.length <= most) return [];
  const over = text.length - most;
  return [
    problem(
      "text",
      `The text has ${text.length} characters; Facebook allows ${most}.`,
      `Shorten it by ${over} characters.`,
    ),
  ];
}

/** No text travels with a story, so none can be too long. */
export function mostCharacters(surface: Surface): number {
  if (surface.endsWith("_story")) return Infinity;
  return surface === "reel" ? facts.maxReelTextCharacters : facts.maxTextCharacters;
}

function titleProblems(surface: Surface, title: string): Problem[] {
  if (title === "") return [];
  if (surface !== "video" && surface !== "reel") {
    return [problem("title", "Facebook shows titles on videos and reels only.", "Remove the title.")];
  }
  if (title.length <= facts.maxTitleCharacters) return [];
  const over = title.length - facts.maxTitleCharacters;
  return [
    problem(
      "title",
      `The title has ${title.length} characters; Facebook allows 255.`,
      `Shorten it by ${over} characters.`,
    ),
  ];
}

function linkProblems(surface: Surface, link: string): Problem[] {
  if (link === "") return [];
  if (surface !== "text") {
    return [
      problem("link", "A link card and photos or videos cannot be in one post.", "Write the address into the text."),
    ];
  }
  if (isLink(link)) return [];
  return [
    problem(
      "link",
      "That is not an address that Facebook makes a link card of.",
      "Enter a whole address such as https://example.org/page; addresses at facebook.com go into the text.",
    ),
  ];
}

function commentProblems(surface: Surface, comment: string, preparation: FacebookPreparation | null): Problem[] {
  const field = "firstComment";
  if (comment === "") return [];
  if (surface.endsWith("_story")) return [problem(field, "A story has no comments.", "Remove the first comment.")];
  if (preparation?.mayComment === false) {
    return [
      problem(
        field,
        "This Page was connected without the permission or the task for comments.",
        "Connect it again with every box ticked by somebody with the task Community activity, or remove the comment.",
      ),
    ];
  }
  if (comment.trim() === "") return [problem(field, "The first comment is blank.", "Write something or remove it.")];
  if (comment.length <= facts.maxCommentCharacters) return [];
  const over = comment.length - facts.maxCommentCharacters;
  return [problem(field, "The first comment is too long.", `Shorten it by ${over} characters.`)];
}
