/** The compose form for Instagram: what the checks refuse, how text is counted, and what the panel shows. */
import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import type { Draft, MediaFacts } from "../../../src/platforms/contract.ts";
import { instagram } from "../../../src/platforms/instagram/index.ts";
import { countsOf, options } from "../../../src/platforms/instagram/options.ts";
import type { Prepared } from "../../../src/platforms/instagram/prepare.ts";

const MB = 1024 * 1024;

const picture: MediaFacts = {
  id: "picture",
  kind: "image",
  name: "harbour.jpg",
  mime: "image/jpeg",
  bytes: 1000,
  width: 1080,
  height: 1350,
  durationMs: null,
  videoCodec: null,
  audioCodec: null,
  frameRate: null,
  rotation: 0,
  altText: "",
};
const clip: MediaFacts = {
  ...picture,
  id: "clip",
  kind: "video",
  name: "harbour.mp4",
  mime: "video/mp4",
  height: 1920,
  durationMs: 30_000,
  videoCodec: "avc",
  audioCodec: "aac",
  frameRate: 29.97,
};

const prepared: Prepared = {
  name: "Mira Okafor",
  handle: "@miraokafor",
  avatarUrl: null,
  quota: { used: 3, total: 50 },
  mayComment: true,
  takesBytes: false,
};

const draft = (change: Partial<Draft> = {}, chosen: object = {}): Draft => ({
  text: "First light.",
  media: [picture],
  assets: {},
  dueAt: null,
  ...change,
  options: { ...chosen },
});
const image = (facts: Partial<MediaFacts>) => draft({ media: [{ ...picture, ...facts }] });
const reel = (facts: Partial<MediaFacts> = {}, chosen: object = {}, more: Partial<Draft> = {}) =>
  draft({ media: [{ ...clip, ...facts }], ...more }, { kind: "reel", ...chosen });
const story = (file: MediaFacts) => draft({ media: [file] }, { kind: "story" });
const many = (count: number, facts: Partial<MediaFacts> = {}) =>
  draft({ media: Array.from({ length: count }, (_, n) => ({ ...picture, id: `p${n}`, name: `${n}.jpg`, ...facts })) });
const fieldsOf = (some: Draft, known: Prepared | null = prepared) =>
  instagram.validate(some, known).map((problem) => problem.field);

const refused: Array<[string, string, Draft, Prepared?]> = [
  ["text alone", "media", draft({ media: [] })],
  ["sound", "media", draft({ media: [{ ...clip, kind: "audio", mime: "audio/mpeg" }] })],
  ["eleven photos", "media", many(11)],
  ["a JPEG over 8 MB", "media", image({ bytes: 8 * MB + 1 })],
  ["an upright 9:16 photo in the feed", "media", image({ width: 1080, height: 1920 })],
  ["a panorama", "media", image({ width: 2000, height: 1000 })],
  ["an empty file", "media", image({ bytes: 0 })],
  [
    "one part of another shape",
    "media",
    draft({ media: [picture, { ...picture, id: "b", width: 500, height: 1000 }] }),
  ],
  ["a photo as reel", "media", draft({}, { kind: "reel" })],
  ["two videos as reel", "media", draft({ media: [clip, { ...clip, id: "b" }] }, { kind: "reel" })],
  ["two stories at once", "media", draft({ media: [picture, clip] }, { kind: "story" })],
  ["a reel of 2.9 seconds", "media", reel({ durationMs: 2900 })],
  ["a reel over 15 minutes", "media", reel({ durationMs: 900_001 })],
  ["a reel over 300 MB", "media", reel({ bytes: 300 * MB + 1, durationMs: 600_000 })],
  ["a reel in WebM", "media", reel({ mime: "video/webm" })],
  ["a reel in VP9", "media", reel({ videoCodec: "vp9" })],
  ["a reel with Opus", "media", reel({ audioCodec: "opus" })],
  ["a reel 2160 wide", "media", reel({ width: 2160, height: 3840 })],
  ["a reel of 12 frames a second", "media", reel({ frameRate: 12 })],
  ["a reel of 120 frames a second", "media", reel({ frameRate: 120 })],
  ["a reel of 30 megabits a second", "media", reel({ bytes: 30_000_000, durationMs: 8000 })],
  ["a story over a minute", "media", story({ ...clip, durationMs: 60_001 })],
  ["a story over 100 MB", "media", story({ ...clip, bytes: 100 * MB + 1, durationMs: 59_000 })],
  ["a story 1:11", "media", story({ ...clip, width: 100, height: 1100 })],
  ["a carousel's video over a minute", "media", draft({ media: [picture, { ...clip, durationMs: 61_000 }] })],
  ["2,201 characters", "text", draft({ text: "x".repeat(2201) })],
  ["31 hashtags", "text", draft({ text: "#a ".repeat(31) })],
  ["21 mentions", "text", draft({ text: "@a ".repeat(21) })],
  ["a long alternative text", "altText", draft({}, { altText: "x".repeat(1001) })],
  ["a long alternative text of one part", "media", many(2, { altText: "x".repeat(1001) })],
  ["a cover after the end", "coverTimestampMs", reel({}, { coverTimestampMs: 30_000 })],
  ["a cover that is gone", "coverMediaId", reel({}, { coverMediaId: "gone" })],
  ["a video as cover", "coverMediaId", reel({}, { coverMediaId: "c" }, { assets: { c: clip } })],
  ["four co-authors", "collaborators", draft({}, { collaborators: ["a", "b", "c", "d"] })],
  ["a co-author with a space", "collaborators", draft({}, { collaborators: ["late trains"] })],
  ["a comment with 31 hashtags", "firstComment", draft({}, { firstComment: "#a ".repeat(31) })],
  [
    "a comment without permission",
    "firstComment",
    draft({}, { firstComment: "Hi" }),
    { ...prepared, mayComment: false },
  ],
  ["an unknown kind", "kind", draft({}, { kind: "igtv" })],
  ["a word as cover's moment", "coverTimestampMs", reel({}, { coverTimestampMs: "soon" })],
];

for (const [what, field, some, known = prepared] of refused) {
  test(`refused: ${what}`, () => {
    const problems = instagram.validate(some, known);
    assert.deepEqual([...new Set(problems.map((problem) => problem.field))], [field]);
    for (const problem of problems) assert.ok(problem.message.endsWith(".") && problem.remedy.endsWith("."));
  });
}

const allowed: Array<[string, Draft]> = [
  ["a photo 4:5", draft()],
  ["a photo 1.91:1", image({ width: 1910, height: 1000 })],
  ["a photo for links, 1200 by 628", image({ width: 1200, height: 628 })],
  ["a small one; it is scaled", image({ width: 200, height: 200 })],
  ["exactly 8 MB", image({ bytes: 8 * MB })],
  ["a photo of 12 megapixels and 9 MB, made smaller on its way", image({ bytes: 9 * MB, width: 3024, height: 3780 })],
  ["a large PNG, converted on its way", image({ mime: "image/png", bytes: 20 * MB })],
  ["not measured", image({ width: null, height: null })],
  ["ten photos", many(10)],
  ["photo and video", draft({ media: [picture, clip] })],
  ["one video in the feed", draft({ media: [clip] })],
  ["a reel of 3 seconds", reel({ durationMs: 3000 })],
  ["a reel of 15 minutes", reel({ durationMs: 900_000 })],
  ["a wide reel", reel({ width: 1920, height: 1080 })],
  ["a reel in MOV with HEVC", reel({ mime: "video/quicktime", videoCodec: "hevc" })],
  ["a silent reel", reel({ audioCodec: null })],
  ["a photo story of any shape", story({ ...picture, width: 300, height: 3000 })],
  ["a story with a long text, which is not sent", { ...story(clip), text: "x".repeat(3000) }],
  ["2,200 characters", draft({ text: "x".repeat(2200) })],
  ["line ends as forms send them", draft({ text: "\r\n".repeat(2200) })],
  ["30 hashtags and 20 mentions", draft({ text: "#a ".repeat(30) + "@a ".repeat(20) })],
  ["addresses of mail are no mentions", draft({ text: "me@example.org ".repeat(25) })],
  ["a cover's moment of something else than a reel", draft({}, { coverTimestampMs: 99_999_999 })],
  ["a cover image", reel({}, { coverMediaId: "picture" }, { assets: { picture } })],
];
for (const [what, some] of allowed) {
  test(`allowed: ${what}`, () => {
    assert.deepEqual(fieldsOf(some), []);
    assert.deepEqual(fieldsOf(some, null), []);
  });
}

test("of several files the one at fault is named", () => {
  const [problem] = instagram.validate(
    draft({ media: [picture, { ...picture, name: "tower.jpg", width: 500, height: 1000 }] }),
    null,
  );
  assert.match(problem?.message ?? "", /^tower\.jpg: /);
});

test("counters count what is sent; the checks agree with them", () => {
  const piece = fc.constantFrom("#dawn ", "@mira ", "plain ", "# ", "#", "@", "é", "🌅", "\r\n", "a@b.c ", "#a#b ");
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 400 }), (pieces) => {
      const text = pieces.join("");
      const counts = countsOf(text);
      const panel = instagram.panel(draft({ text }), prepared);
      assert.deepEqual(
        panel.counters.map(({ used }) => used),
        [counts.characters, counts.hashtags, counts.mentions],
      );
      const over = panel.counters.some(({ used, max }) => used > max);
      assert.equal(fieldsOf(draft({ text })).includes("text"), over);
    }),
    { numRuns: 60 },
  );
  assert.deepEqual(countsOf("#a #b_c ##d @x.y no@no"), { characters: 22, hashtags: 3, mentions: 1 });
});

test("options from a form and from JSON mean the same; nothing unreadable breaks the panel", () => {
  const form = {
    kind: "reel",
    shareToFeed: "false",
    collaborators: "@a, b ,,c",
    coverTimestampMs: "1200",
    coverMediaId: "",
  };
  const json = { kind: "reel", shareToFeed: false, collaborators: ["a", "b", "c"], coverTimestampMs: 1200 };
  assert.equal(JSON.stringify(options.parse(form)), JSON.stringify(options.parse(json)));
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...Object.keys(options.shape)), fc.anything()), (wild) => {
      const some = { ...draft(), options: wild };
      assert.ok(instagram.panel(some, null).fields.length >= 4);
      for (const problem of instagram.validate(some, null)) assert.ok(problem.message);
    }),
    { numRuns: 60 },
  );
});

test("each kind of post has its own fields, name and shape", () => {
  const names = (some: Draft) => instagram.panel(some, prepared).fields.map((field) => field.name);
  assert.deepEqual(names(draft()), [
    "kind",
    "altText",
    "collaborators",
    "firstComment",
    "isAiGenerated",
    "isPaidPartnership",
  ]);
  assert.ok(!names(many(3)).includes("altText"));
  assert.ok(["coverTimestampMs", "coverMediaId", "shareToFeed"].every((name) => names(reel()).includes(name)));
  assert.deepEqual(names(story(clip)), ["kind", "isAiGenerated", "isPaidPartnership"]);
  const previews = [draft(), many(3), draft({ media: [clip] }), reel(), story(picture)].map((some) => {
    const { as, shape, mediaIds } = instagram.panel(some, prepared).preview;
    return `${as} ${shape} ${mediaIds.length}`;
  });
  assert.deepEqual(previews, ["Post photo 1", "Carousel photo 3", "Reel phone 1", "Reel phone 1", "Story story 1"]);
  const shown = new Set([draft(), reel(), story(clip)].flatMap(names));
  assert.deepEqual([...shown].sort(), Object.keys(options.shape).sort());
});

const notices = (some: Draft, known: Prepared | null = prepared) =>
  instagram.panel(some, known).notices.map(({ text }) => text.join(""));

test("the panel says what a person cannot guess", () => {
  assert.ok(notices(draft()).some((text) => text.includes("47 more times")));
  assert.ok(notices(draft()).some((text) => text.includes("PUBLIC_URL")));
  assert.ok(notices(draft()).some((text) => text.includes("only in the Instagram app")));
  assert.ok(notices(draft({ media: [clip] })).some((text) => text.includes("makes a reel")));
  assert.ok(notices(many(2)).some((text) => text.includes("crops every part")));
  assert.ok(notices(story(clip)).some((text) => text.includes("is not sent")));
  assert.equal(instagram.panel(story(clip), prepared).preview.text, "");
  const full = instagram.panel(draft(), { ...prepared, quota: { used: 50, total: 50 } });
  assert.ok(full.notices.some(({ tone }) => tone === "waiting"));
});

test("videos through Facebook need no public address, and nobody says so", () => {
  const byPage = { ...prepared, takesBytes: true };
  assert.ok(!notices(reel(), byPage).some((text) => text.includes("PUBLIC_URL")));
  assert.ok(notices(draft(), byPage).some((text) => text.includes("PUBLIC_URL")));
});

test("without the permission for comments the field is greyed and says why", () => {
  const field = instagram
    .panel(draft(), { ...prepared, mayComment: false })
    .fields.find(({ name }) => name === "firstComment");
  assert.ok(field?.disabled && field.hint);
});
