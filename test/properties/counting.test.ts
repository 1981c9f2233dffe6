/** How texts are counted, held against counters written another way: by walking code points instead of by patterns. */
import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import type { Draft } from "../../src/platforms/contract.ts";
import { facebook } from "../../src/platforms/facebook/index.ts";
import { messageOf } from "../../src/platforms/facebook/options.ts";
import { captionOf, countsOf } from "../../src/platforms/instagram/options.ts";
import { tiktok } from "../../src/platforms/tiktok/index.ts";
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
    "#\u0301x",
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

/** UTF-16 units: two for what lies beyond the first plane. */
function unitsOf(input: string): number {
  let units = 0;
  for (const sign of input) units += sign.codePointAt(0)! > 0xffff ? 2 : 1;
  return units;
}

test("Instagram: characters are UTF-16 units after line ends became one; tags and mentions as walked", () => {
  fc.assert(
    fc.property(text, (input) => {
      const caption = singleFeeds(input);
      assert.equal(captionOf(input), caption);
      const counts = countsOf(input);
      assert.deepEqual(counts, {
        characters: unitsOf(caption),
        hashtags: tagsIn(caption),
        mentions: mentionsIn(caption),
      });
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

const clip = {
  id: "1",
  name: "clip.mp4",
  bytes: 5_000_000,
  width: 1080,
  height: 1920,
  durationMs: 20_000,
  altText: "",
};
const video = {
  ...clip,
  kind: "video",
  mime: "video/mp4",
  videoCodec: "avc",
  audioCodec: "aac",
  frameRate: 30,
  rotation: 0,
};
const photo = { ...video, kind: "image", mime: "image/jpeg", durationMs: null, videoCodec: null, audioCodec: null };

const direct = { mode: "direct", privacyLevel: "PUBLIC_TO_EVERYONE", musicConsent: true };
/** Every text that Facebook and TikTok limit: how it is refused, in which field, and beyond how many UTF-16 units. */
const limited: Array<[string, number, string, (written: string) => Draft["options"], (written: string) => object]> = [
  ["facebook", 63_206, "text", () => ({}), (text) => ({ text, media: [] })],
  ["facebook", 255, "title", (title) => ({ title }), () => ({ text: "", media: [video] })],
  ["tiktok", 2200, "text", () => direct, (text) => ({ text, media: [video] })],
  ["tiktok", 4000, "text", () => direct, (text) => ({ text, media: [photo] })],
  ["tiktok", 90, "title", (title) => ({ ...direct, title }), () => ({ text: "", media: [photo] })],
];

test("Facebook and TikTok: the last UTF-16 unit that fits is taken, and one more is not", () => {
  fc.assert(
    fc.property(text, fc.constantFrom(...limited), fc.constantFrom("a", "👍"), (input, limit, filling) => {
      const [platform, most, field, options, rest] = limit;
      for (const off of [-1, 0, 1]) {
        let words = "x";
        for (const sign of singleFeeds(input).trim()) if (unitsOf(words + sign) < most + off) words += sign;
        const room = most + off - unitsOf(words);
        const written = words + filling.repeat(Math.floor(room / filling.length)) + "b".repeat(room % filling.length);
        const draft = { assets: {}, dueAt: null, ...rest(written), options: options(written) } as unknown as Draft;
        const problems = (platform === "facebook" ? facebook : tiktok).validate(draft, null);
        const about = problems.filter((one) => one.field === field);
        assert.equal(
          about.length,
          off > 0 ? 1 : 0,
          `${platform} ${field} of ${most + off}: ${JSON.stringify(problems)}`,
        );
      }
    }),
    { numRuns: 60 },
  );
});
