/** The checks that need no network: why a draft cannot go to Instagram as it is. */
import type { Draft, Problem } from "../contract.ts";
import { facts } from "./limits.ts";
import { mediaProblems, sizeOfImage } from "./media-rules.ts";
import { countsOf, readOptions, type InstagramOptions } from "./options.ts";
import type { Prepared } from "./prepare.ts";
import { altTextOf, surfaceOf, takesText, type Surface } from "./surface.ts";

const problem = (field: string, message: string, remedy: string): Problem => ({ field, message, remedy });

/** Problems in the order of the form; empty when Instagram will take the draft as far as can be known here. */
export function problemsOf(draft: Draft, prepared: Prepared | null): Problem[] {
  const { chosen, unreadable } = readOptions(draft.options);
  const surface = surfaceOf(chosen.kind, draft.media);
  const text = takesText(surface);
  return [
    ...unreadable.map((name) =>
      problem(name, "Instagram does not know this choice.", "Choose one of the values that are offered."),
    ),
    ...mediaProblems(surface, draft.media),
    ...addressProblems(draft, chosen, surface, prepared),
    ...(text ? wordProblems("text", "text", draft.text) : []),
    ...altTextProblems(draft, chosen, surface),
    ...(surface === "reel" ? coverProblems(draft, chosen) : []),
    ...(text ? collaboratorProblems(chosen.collaborators) : []),
    ...(text ? commentProblems(chosen.firstComment, prepared) : []),
  ];
}

/** Images are always fetched; a video is where the way of signing in takes no bytes, which only an answer tells. */
function addressProblems(
  draft: Draft,
  chosen: InstagramOptions,
  surface: Surface,
  prepared: Prepared | null,
): Problem[] {
  if (draft.publicHttps !== false) return [];
  const problems = (field: string, what: string): Problem[] => [
    problem(
      field,
      `Instagram fetches ${what} from this install, which has no public https address.`,
      "The operator sets PUBLIC_URL to an https address that can be reached from outside.",
    ),
  ];
  if (draft.media.some((file) => file.kind === "image")) return problems("media", "photos");
  if (draft.media.length > 0 && prepared?.takesBytes === false) return problems("media", "videos");
  return surface === "reel" && chosen.coverMediaId ? problems("coverMediaId", "the cover") : [];
}

function wordProblems(field: string, name: string, text: string): Problem[] {
  const { characters, hashtags, mentions } = countsOf(text);
  const found: Problem[] = [];
  if (characters > facts.maxCaptionCharacters) {
    const over = characters - facts.maxCaptionCharacters;
    found.push(problem(field, `The ${name} has ${characters} characters; Instagram allows 2,200.`, shorten(over)));
  }
  if (hashtags > facts.maxHashtags) {
    found.push(
      problem(
        field,
        `The ${name} has ${hashtags} hashtags; Instagram allows ${facts.maxHashtags}.`,
        `Take out ${hashtags - facts.maxHashtags}.`,
      ),
    );
  }
  if (mentions > facts.maxMentions) {
    found.push(
      problem(
        field,
        `The ${name} mentions ${mentions} accounts; Instagram allows ${facts.maxMentions}.`,
        `Take out ${mentions - facts.maxMentions}.`,
      ),
    );
  }
  return found;
}

const shorten = (over: number) => `Shorten it by ${over} character${over === 1 ? "" : "s"}.`;

function altTextProblems(draft: Draft, chosen: InstagramOptions, surface: Surface): Problem[] {
  if (surface !== "image" && surface !== "carousel") return [];
  const alone = surface === "image";
  return draft.media.flatMap((file) => {
    const over = file.kind === "image" ? altTextOf(chosen, file, alone).length - facts.maxAltTextCharacters : 0;
    if (over <= 0) return [];
    const whose = alone ? "The alternative text" : `The alternative text of ${file.name}`;
    return [problem(alone ? "altText" : "media", `${whose} is longer than 1,000 characters.`, shorten(over))];
  });
}

function coverProblems(draft: Draft, chosen: InstagramOptions): Problem[] {
  const { coverMediaId, coverTimestampMs } = chosen;
  if (coverMediaId) {
    const image = draft.assets[coverMediaId];
    if (!image) return [problem("coverMediaId", "The cover is no longer among your media.", "Choose it again.")];
    if (image.kind !== "image" || image.bytes === 0) {
      return [problem("coverMediaId", "The cover must be an image.", "Choose an image.")];
    }
    return sizeOfImage(image).map(({ remedy }) =>
      problem("coverMediaId", "The cover's image is larger than 8 MB.", remedy),
    );
  }
  const durationMs = draft.media[0]?.durationMs;
  if (coverTimestampMs === undefined || !durationMs || coverTimestampMs < durationMs) return [];
  return [problem("coverTimestampMs", "The cover's moment lies after the end of the video.", "Choose an earlier one.")];
}

function collaboratorProblems(names: readonly string[]): Problem[] {
  const found: Problem[] = [];
  const bad = names.find((name) => !/^[A-Za-z0-9._]{1,30}$/.test(name));
  if (bad !== undefined) {
    found.push(
      problem("collaborators", `“${bad}” is not an Instagram name.`, "Write names as they are, without links."),
    );
  }
  if (names.length > facts.maxCollaborators) {
    found.push(
      problem(
        "collaborators",
        "Instagram takes at most 3 co-authors.",
        `Take out ${names.length - facts.maxCollaborators}.`,
      ),
    );
  }
  return found;
}

function commentProblems(comment: string, prepared: Prepared | null): Problem[] {
  if (comment.trim() === "") return [];
  const found = wordProblems("firstComment", "first comment", comment);
  if (prepared?.mayComment === false) {
    found.push(
      problem(
        "firstComment",
        "This channel was connected without the permission for comments.",
        "Connect it again with every permission ticked, or leave the first comment empty.",
      ),
    );
  }
  return found;
}
