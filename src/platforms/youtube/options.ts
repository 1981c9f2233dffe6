/** The choices of a YouTube post, from a form or from the API, and how tags are counted. */
import { z } from "zod";

/** Forms send words where JSON has booleans, and an untouched field sends "". */
const formFlag = (value: unknown) => (value === "true" ? true : value === "false" ? false : unset(value));
const unset = (value: unknown) => (value === "" || value === null ? undefined : value);
const formTags = (value: unknown) =>
  typeof value === "string"
    ? value
        .split(",")
        .map((tag) => tag.trim())
        .filter(Boolean)
    : unset(value);

const flag = (fallback: boolean) => z.preprocess(formFlag, z.boolean().default(fallback));

/**
 * `title`, `privacyStatus` and `madeForKids` have no default that can go out: a person must have chosen, `validate` sees to
 * it; the schema that clients get says so.
 */
export const options = z
  .object({
    title: z.preprocess(unset, z.string().default("")),
    tags: z.preprocess(formTags, z.array(z.string()).default([])).describe("At most 500 characters together"),
    categoryId: z
      .preprocess(unset, z.string().regex(/^\d+$/).default("22"))
      .describe("YouTube's number; 22 is People & Blogs"),
    privacyStatus: z.preprocess(unset, z.enum(["public", "unlisted", "private"]).optional()),
    madeForKids: z.preprocess(formFlag, z.boolean().optional()).describe("Made for children, as the law means it"),
    containsSyntheticMedia: flag(false).describe("Realistic content that was altered or made by AI"),
    hasPaidPromotion: flag(false).describe("Somebody paid for a mention or placement"),
    license: z.preprocess(unset, z.enum(["youtube", "creativeCommon"]).default("youtube")),
    embeddable: flag(true).describe("Other sites may show it"),
    notifySubscribers: flag(true).describe("Tell subscribers when it is published"),
    playlistId: z.preprocess(unset, z.string().optional()).describe("Added to this playlist of the channel"),
    thumbnailMediaId: z.preprocess(unset, z.string().optional()).describe("An image of the library as thumbnail"),
  })
  .meta({ required: ["title", "privacyStatus", "madeForKids"] });

export type YoutubeOptions = z.infer<typeof options>;

/** Reads unchecked options: what cannot be read is left at its default and named in `unreadable`. */
export function readOptions(input: Readonly<Record<string, unknown>>): {
  chosen: YoutubeOptions;
  unreadable: string[];
} {
  const parsed = options.safeParse(input);
  if (parsed.success) return { chosen: parsed.data, unreadable: [] };
  const unreadable = [...new Set(parsed.error.issues.map((issue) => String(issue.path[0] ?? "")))];
  const rest = Object.fromEntries(Object.entries(input).filter(([name]) => !unreadable.includes(name)));
  return { chosen: options.parse(rest), unreadable };
}

/**
 * Characters that tags use up: their lengths, a comma between two, and two quotes around each that holds a space.
 * 2026-11: https://developers.google.com/youtube/v3/docs/videos#snippet.tags[]
 */
export function tagCharacters(tags: readonly string[]): number {
  const quoted = tags.reduce((sum, tag) => sum + tag.length + (tag.includes(" ") ? 2 : 0), 0);
  return quoted + Math.max(0, tags.length - 1);
}

/** The description as it is sent: the post's text with single line feeds, as YouTube stores it. */
export function descriptionOf(text: string): string {
  return text.replace(/\r\n?/g, "\n");
}

export function utf8Bytes(text: string): number {
  return Buffer.byteLength(text, "utf8");
}
