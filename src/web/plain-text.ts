/** What strangers wrote, brought into a form that a line of a page, a cookie or a table can hold. */

/** One line of text without control or direction characters, at most so many code points. The two joiners stay: emoji and many scripts need them. */
export function plainText(text: string, most: number): string {
  const clean = text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/gu, " ")
    .replace(/ {2,}/g, " ")
    .trim();
  return [...clean].slice(0, most).join("").trim();
}
