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

/** What a client must give before TikTok publishes itself; `validate` sees to it. */
const forDirect = {
  if: { properties: { mode: { const: "direct" } }, required: ["mode"] },
  then: { properties: { musicConsent: { const: true } }, required: ["privacyLevel", "musicConsent"] },
};

export const options = z
  .object({
    mode: z
      .enum(["direct", "inbox"])
      .default("inbox")
      .describe("inbox: a draft that the creator finishes in the app; direct: published by TikTok itself"),
    privacyLevel: z
      .enum([...PRIVACY_LEVELS, ""])
      .transform((level) => level || undefined)
      .optional()
      .describe("Who can see it. Must be chosen for direct: TikTok wants no default"),
    allowComment: toggle.prefault(false).describe("Only direct"),
    allowDuet: toggle.prefault(false).describe("Only direct, videos only"),
    allowStitch: toggle.prefault(false).describe("Only direct, videos only"),
    discloseContent: toggle.optional().describe("The form's switch for the two below; an explicit false closes them"),
    yourBrand: toggle.prefault(false).describe("It promotes the creator or their own business"),
    brandedContent: toggle.prefault(false).describe("It promotes somebody else for something in return"),
    isAigc: toggle.prefault(false).describe("Made by AI; TikTok labels it"),
    coverTimestampMs: milliseconds.optional().describe("Frame for the cover, ms from the start. Videos only"),
    autoAddMusic: toggle.prefault(false).describe("TikTok chooses music. Photos only"),
    title: z.string().default("").describe("Photos only, at most 90 UTF-16 units"),
    musicConsent: toggle
      .prefault(false)
      .describe("The creator agrees to TikTok's Music Usage Confirmation; must be true for direct"),
  })
  .meta(forDirect);

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
