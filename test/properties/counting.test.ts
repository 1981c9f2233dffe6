/** How texts are counted, held against counters written another way: by walking code points instead of by patterns. */
import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { messageOf } from "../../src/platforms/facebook/options.ts";
import { captionOf, countsOf } from "../../src/platforms/instagram/options.ts";
import { descriptionOf, tagCharacters, utf8Bytes } from "../../src/platforms/youtube/options.ts";

/** Text as people write it: words, tags, names, addresses, emoji that join, flags, marks that combine, line ends of all kinds. */
const piece = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 12 }),
  fc.string({ unit: "binary", maxLength: 6 }),
  fc.constantFrom(
    "#tag",
    "#день",
    "##",
    "#1",
    "#a#b",
    "@mira.okafor",
    "mail@example.org",
    "@@x",
    "https://example.org/a?b=c#frag",
    "👩‍👩‍👧‍👦",
    "🇫🇷",
    "e\u0301",
    "ﷺ",
    "\r\n",
    "\r",
    "\n",
    " ",
    "\u200d",
    "_",
  ),
);
const text = fc.array(piece, { maxLength: 20 }).map((parts) => parts.join(""));

/** Line ends as platforms store them, by hand. */
function singleFeeds(input: string): string {
  let out = "";
  for (let i = 0; i < input.length; i += 1) {
    if (input[i] !== "\r") out += input[i]!;
    else if (input[i + 1] !== "\n") out += "\n";
  }
  return out;
}

const isWord = (sign: string | undefined): boolean =>
  sign !== undefined && (sign === "_" || /^[\p{L}\p{M}\p{N}]$/u.test(sign));
const isName = (sign: string | undefined): boolean => sign !== undefined && /^[A-Za-z0-9._]$/.test(sign);

/** A tag is a # with at least one word sign after it; it ends where those end. */
function tagsIn(input: string): number {
  const signs = [...input];
  let found = 0;
  for (let i = 0; i < signs.length; i += 1) {
    if (signs[i] !== "#" || !isWord(signs[i + 1])) continue;
    found += 1;
    while (isWord(signs[i + 1])) i += 1;
  }
  return found;
}

/** A mention is an @ with a name after it and no word, point or underscore before it. */
function mentionsIn(input: string): number {
  const signs = [...input];
  let found = 0;
  for (let i = 0; i < signs.length; i += 1) {
    const before = signs[i - 1];
    const inWord = before !== undefined && (/^[\p{L}\p{N}]$/u.test(before) || before === "_" || before === ".");
    if (signs[i] !== "@" || inWord || !isName(signs[i + 1])) continue;
    found += 1;
    while (isName(signs[i + 1])) i += 1;
  }
  return found;
}

function bytesOf(input: string): number {
  let bytes = 0;
  for (const sign of input) {
    const point = sign.codePointAt(0)!;
    // A half of a pair is written as the replacement character: three bytes.
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return bytes;
}

test("Instagram: characters are UTF-16 units after line ends became one; tags and mentions as walked", () => {
  fc.assert(
    fc.property(text, (input) => {
      const caption = singleFeeds(input);
      assert.equal(captionOf(input), caption);
      const counts = countsOf(input);
      let units = 0;
      for (const sign of caption) units += sign.codePointAt(0)! > 0xffff ? 2 : 1;
      assert.deepEqual(counts, { characters: units, hashtags: tagsIn(caption), mentions: mentionsIn(caption) });
    }),
    { numRuns: 500 },
  );
});

test("YouTube: a description is counted in bytes of UTF-8; Facebook and YouTube store the same line ends", () => {
  fc.assert(
    fc.property(text, (input) => {
      const stored = singleFeeds(input);
      assert.equal(descriptionOf(input), stored);
      assert.equal(messageOf(input), stored);
      assert.equal(utf8Bytes(stored), bytesOf(stored));
    }),
    { numRuns: 500 },
  );
});

test("YouTube: tags use up their signs, a comma between two, and quotes around those with a space", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 20 }), { maxLength: 12 }), (tags) => {
      const written = tags.map((tag) => (tag.includes(" ") ? `"${tag}"` : tag)).join(",");
      assert.equal(tagCharacters(tags), written.length);
    }),
  );
});
