/** Everything that can be known to be wrong before TikTok is asked. */
import type { Draft, Preparation, Problem } from "../contract.ts";
import { BRANDED_PRIVATE, DISCLOSE_WHICH } from "./demanded.ts";
import { PHOTO, VIDEO } from "./limits.ts";
import { mediaProblems } from "./media.ts";
import { disclosure, options, type Options } from "./options.ts";
import { readPreparation, type Prepared } from "./prepare.ts";

/** The reasons why this draft cannot go out as it is; empty when it can. Pure. */
export function validate(draft: Draft, preparation: Preparation | null): Problem[] {
  const read = options.safeParse(draft.options);
  if (!read.success) {
    const fields = [...new Set(read.error.issues.map((issue) => String(issue.path[0] ?? "options")))];
    return fields.map((field) => problem(field, "That is not a value TikTok knows here.", "Choose again."));
  }
  const prepared = readPreparation(preparation);
  return [
    ...unknownOptions(draft),
    ...mediaProblems(draft, read.data, prepared),
    ...addressProblems(draft),
    ...textProblems(draft, read.data),
    ...modeProblems(read.data, prepared),
    ...(read.data.mode === "direct" ? directProblems(draft, read.data, prepared) : []),
  ];
}

function problem(field: string, message: string, remedy: string): Problem {
  return { field, message, remedy };
}

function unknownOptions(draft: Draft): Problem[] {
  return Object.keys(draft.options)
    .filter((name) => !Object.hasOwn(options.shape, name))
    .map((name) => problem(name, `TikTok has no option called ${name}.`, "Remove it."));
}

function addressProblems({ media, publicHttps }: Draft): Problem[] {
  if (publicHttps !== false || !media.some((file) => file.kind === "image")) return [];
  return [
    problem(
      "media",
      "TikTok fetches photos from this install, which has no public https address.",
      "Send a video, or let the operator set PUBLIC_URL to an https address that can be reached from outside.",
    ),
  ];
}

function textProblems(draft: Draft, chosen: Options): Problem[] {
  const photos = draft.media.some((file) => file.kind === "image");
  const found: Problem[] = [];
  // No caption travels with a video draft, so none can be too long.
  const max = photos ? PHOTO.maxText : chosen.mode === "direct" ? VIDEO.maxText : Infinity;
  if (draft.text.length > max) {
    const over = draft.text.length - max;
    found.push(problem("text", `The text is ${over} characters too long for TikTok.`, `Keep it to ${max} characters.`));
  }
  if (photos && chosen.title.length > PHOTO.maxTitle) {
    found.push(problem("title", "The title is too long for TikTok.", `Keep it to ${PHOTO.maxTitle} characters.`));
  }
  return found;
}

function modeProblems(chosen: Options, prepared: Prepared | null): Problem[] {
  if (!prepared) return [];
  const direct = chosen.mode === "direct";
  if (direct && !prepared.canPostDirectly) {
    return [
      problem(
        "mode",
        "This account has not allowed direct posts.",
        "Send it to the inbox, or connect the account again and allow it.",
      ),
    ];
  }
  if (!direct && !prepared.canSendDrafts) {
    return [problem("mode", "This account has not allowed drafts.", "Connect the account again and allow it.")];
  }
  const { block } = prepared;
  const banned = block?.code === "spam_risk_user_banned_from_posting";
  return block && (direct || banned) ? [problem("mode", block.message, block.remedy)] : [];
}

function directProblems(draft: Draft, chosen: Options, prepared: Prepared | null): Problem[] {
  const found: Problem[] = [];
  const { open, yourBrand, branded } = disclosure(chosen);
  const levels = prepared?.creator?.privacyLevels;
  if (!chosen.privacyLevel) {
    found.push(
      problem(
        "privacyLevel",
        "TikTok asks you to choose who can see it; there is no default.",
        "Choose who can see it.",
      ),
    );
  } else if (levels && !levels.includes(chosen.privacyLevel)) {
    found.push(
      problem(
        "privacyLevel",
        "This TikTok account does not offer that choice at the moment.",
        "Choose again who can see it.",
      ),
    );
  }
  if (open && !yourBrand && !branded) {
    found.push(
      problem(
        "discloseContent",
        DISCLOSE_WHICH,
        "Choose Your brand, Branded content or both, or switch the disclosure off.",
      ),
    );
  }
  if (branded && chosen.privacyLevel === "SELF_ONLY") {
    found.push(problem("privacyLevel", BRANDED_PRIVATE, "Let others see it, or switch Branded content off."));
  }
  if (!chosen.musicConsent) {
    found.push(
      problem(
        "musicConsent",
        "TikTok needs your agreement to its Music Usage Confirmation.",
        "Read it and switch the agreement on.",
      ),
    );
  }
  const video = draft.media.find((file) => file.kind === "video");
  if (video?.durationMs && chosen.coverTimestampMs !== undefined && chosen.coverTimestampMs > video.durationMs) {
    found.push(
      problem("coverTimestampMs", "The cover frame lies after the end of the video.", "Choose an earlier moment."),
    );
  }
  return found;
}
