/** The choices of an Instagram post, from a form or from the API, and how its text is counted. */
import { z } from "zod";

/** Forms send words where JSON has booleans, and an untouched field sends "". */
const unset = (value: unknown) => (value === "" || value === null ? undefined : value);
const formFlag = (value: unknown) => (value === "true" ? true : value === "false" ? false : unset(value));
const formNumber = (value: unknown) =>
  typeof value === "string" && /^\d{1,9}$/.test(value.trim()) ? Number(value) : unset(value);
const formNames = (value: unknown) => {
  const list = typeof value === "string" ? value.split(",") : value;
  if (!Array.isArray(list)) return unset(value);
  return list.map((name: unknown) => (typeof name === "string" ? name.trim().replace(/^@/, "") : name)).filter(Boolean);
};

const flag = (fallback: boolean) => z.preprocess(formFlag, z.boolean().default(fallback));
const words = z.preprocess(unset, z.string().default(""));

export const options = z.object({
  kind: z
    .preprocess(unset, z.enum(["feed", "reel", "story"]).default("feed"))
    .describe("Several files in feed make a carousel; one video in feed becomes a reel, as in Instagram's app"),
  altText: words.describe("For the one image of a post; in a carousel each image's own text counts"),
  coverTimestampMs: z
    .preprocess(formNumber, z.number().int().nonnegative().optional())
    .describe("Reels: the frame that becomes the cover, ms from the start"),
  coverMediaId: z.preprocess(unset, z.string().optional()).describe("Reels: an image as cover; it wins over the frame"),
  shareToFeed: flag(true).describe("Reels: false shows it on the Reels tab only"),
  collaborators: z
    .preprocess(formNames, z.array(z.string()).default([]))
    .describe("Usernames that are invited as co-authors"),
  firstComment: words.describe("Written below it once it is out"),
  isAiGenerated: flag(false).describe("Made by AI; Instagram labels it"),
  isPaidPartnership: flag(false).describe("Somebody paid for it; Instagram labels it"),
});

export type InstagramOptions = z.infer<typeof options>;

/** Reads unchecked options: what cannot be read is left at its default and named in `unreadable`. */
export function readOptions(input: Readonly<Record<string, unknown>>): {
  chosen: InstagramOptions;
  unreadable: string[];
} {
  const parsed = options.safeParse(input);
  if (parsed.success) return { chosen: parsed.data, unreadable: [] };
  const unreadable = [...new Set(parsed.error.issues.map((issue) => String(issue.path[0] ?? "")))];
  const rest = Object.fromEntries(Object.entries(input).filter(([name]) => !unreadable.includes(name)));
  return { chosen: options.parse(rest), unreadable };
}

/** The text as it is sent: with single line feeds, as Instagram stores it. */
export function captionOf(text: string): string {
  return text.replace(/\r\n?/g, "\n");
}

/** What Instagram counts in a caption or comment: characters (UTF-16), #words and @names. */
export function countsOf(text: string): { characters: number; hashtags: number; mentions: number } {
  const caption = captionOf(text);
  return {
    characters: caption.length,
    hashtags: caption.match(/#[\p{L}\p{M}\p{N}_]+/gu)?.length ?? 0,
    mentions: caption.match(/(?<![\p{L}\p{N}_.])@[A-Za-z0-9._]+/gu)?.length ?? 0,
  };
}
