/** What a post is called in lists and at the head of its page: the beginning of what was written. */

/** The first line, cut at a word; "Without words" when there is none. */
export function titleOf(text: string, longest = 90): string {
  const first = text.trim().split("\n")[0]?.trim() ?? "";
  if (first === "") return "Without words";
  if (first.length <= longest) return first;
  const cut = first.slice(0, longest);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(" "), longest - 30)).trimEnd()}…`;
}
