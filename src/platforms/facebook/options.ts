/** The choices of a Facebook post, from a form or from the API, and what they make of it. */
import { z } from "zod";
import type { MediaFacts } from "../contract.ts";

/** An untouched form field sends "". */
const unset = (value: unknown) => (value === "" || value === null ? undefined : value);
const words = z.preprocess(unset, z.string().default(""));

export const options = z.object({
  kind: z.preprocess(unset, z.enum(["feed", "reel", "story"]).default("feed")),
  title: words.describe("Of a video"),
  link: words.describe("A public address that a post without media shows as a card"),
  firstComment: words.describe("Written below it once it is out"),
});

export type FacebookOptions = z.infer<typeof options>;

/** Reads unchecked options: what cannot be read is left at its default and named in `unreadable`. */
export function readOptions(input: Readonly<Record<string, unknown>>): {
  chosen: FacebookOptions;
  unreadable: string[];
} {
  const parsed = options.safeParse(input);
  if (parsed.success) return { chosen: parsed.data, unreadable: [] };
  const unreadable = [...new Set(parsed.error.issues.map((issue) => String(issue.path[0] ?? "")))];
  const rest = Object.fromEntries(Object.entries(input).filter(([name]) => !unreadable.includes(name)));
  return { chosen: options.parse(rest), unreadable };
}

/** What goes out, each by a road of its own. */
export type Surface = "text" | "photos" | "video" | "reel" | "photo_story" | "video_story";

export function surfaceOf(kind: FacebookOptions["kind"], media: readonly Pick<MediaFacts, "kind">[]): Surface {
  const video = media.some((file) => file.kind === "video");
  if (kind === "reel") return "reel";
  if (kind === "story") return video ? "video_story" : "photo_story";
  return video ? "video" : media.length > 0 ? "photos" : "text";
}

/** The text as it is sent: single line feeds, as Facebook stores it. */
export function messageOf(text: string): string {
  return text.replace(/\r\n?/g, "\n");
}

/** What a post without a card says: the text, and the link unless it stands there already. */
export function messageWithLink(text: string, link: string): string {
  const words = messageOf(text);
  return words.includes(link) ? words : `${words}\n\n${link}`;
}

/** True for an address that Facebook can take as a link: a public host, http or https, not facebook.com itself. */
export function isLink(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, username } = new URL(address);
  const facebook = /(^|\.)(facebook\.com|fb\.com|fb\.me)$/.test(hostname);
  return /^https?:$/.test(protocol) && hostname.includes(".") && username === "" && !facebook;
}
