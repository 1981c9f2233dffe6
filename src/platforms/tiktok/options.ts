/** The choices a person makes for TikTok, read from a form or from JSON. */
import { z } from "zod";

const PRIVACY_LEVELS = ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "FOLLOWER_OF_CREATOR", "SELF_ONLY"] as const;

const PRIVACY_WORDS: Readonly<Record<string, string>> = {
  PUBLIC_TO_EVERYONE: "Everyone",
  MUTUAL_FOLLOW_FRIENDS: "Friends who follow each other",
  FOLLOWER_OF_CREATOR: "Followers",
  SELF_ONLY: "Only me",
};

/** What a privacy level is called on the form. */
export function privacyWords(level: string): string {
  return PRIVACY_WORDS[level] ?? level;
}

/** Forms send words, JSON sends booleans. */
const toggle = z
  .union([z.boolean(), z.enum(["true", "false", "on", "off", ""])])
  .transform((value) => value === true || value === "true" || value === "on");

const milliseconds = z
  .union([z.number().int().min(0).max(2_147_483_647), z.string().regex(/^\d{0,9}$/)])
  .transform((value) => (value === "" ? undefined : Number(value)));

export const options = z.object({
  /** `inbox`: a draft that the creator finishes in the app. `direct`: published by TikTok itself. */
  mode: z.enum(["direct", "inbox"]).default("inbox"),
  /** No default: TikTok wants it chosen each time. */
  privacyLevel: z
    .enum([...PRIVACY_LEVELS, ""])
    .transform((level) => level || undefined)
    .optional(),
  allowComment: toggle.prefault(false),
  allowDuet: toggle.prefault(false),
  allowStitch: toggle.prefault(false),
  /** Only the form's switch that opens the two below; an explicit false closes them. */
  discloseContent: toggle.optional(),
  yourBrand: toggle.prefault(false),
  brandedContent: toggle.prefault(false),
  isAigc: toggle.prefault(false),
  /** Frame for the cover, ms from the start. Videos only. */
  coverTimestampMs: milliseconds.optional(),
  /** Photos only. */
  autoAddMusic: toggle.prefault(false),
  /** Photos only, at most 90 UTF-16 units. */
  title: z.string().default(""),
  musicConsent: toggle.prefault(false),
});

export type Options = z.infer<typeof options>;

/** The options that can be read, each bad one replaced by its default: for drawing a form that is not finished. */
export function readableOptions(input: Readonly<Record<string, unknown>>): Options {
  const kept: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(options.shape)) {
    if (schema.safeParse(input[name]).success) kept[name] = input[name];
  }
  return options.parse(kept);
}

/** What is disclosed: nothing when the form's switch is off. */
export function disclosure(chosen: Options): { open: boolean; yourBrand: boolean; branded: boolean } {
  const closed = chosen.discloseContent === false;
  const yourBrand = !closed && chosen.yourBrand;
  const branded = !closed && chosen.brandedContent;
  return { open: chosen.discloseContent === true || yourBrand || branded, yourBrand, branded };
}
