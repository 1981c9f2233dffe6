/** The compose form for Facebook: what it shows for each kind of post, and what the checks refuse. */
import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import type { Draft, MediaFacts, RichText } from "../../../src/platforms/contract.ts";
import { facebook } from "../../../src/platforms/facebook/index.ts";
import { facts } from "../../../src/platforms/facebook/limits.ts";
import { isLink, options } from "../../../src/platforms/facebook/options.ts";
import type { FacebookPreparation } from "../../../src/platforms/facebook/pages.ts";

const clip: MediaFacts = {
  id: "clip",
  kind: "video",
  name: "clip.mp4",
  mime: "video/mp4",
  bytes: 5_000_000,
  width: 1080,
  height: 1920,
  durationMs: 20_000,
  videoCodec: "avc",
  audioCodec: "aac",
  frameRate: 29.97,
  rotation: 0,
  altText: "",
};
const photo: MediaFacts = { ...clip, id: "photo", kind: "image", name: "vase.jpg", mime: "image/jpeg", bytes: 900_000 };
const preparation: FacebookPreparation = {
  name: "Mira Okafor Ceramics",
  handle: "@miraokaforceramics",
  avatarUrl: null,
  mayComment: true,
  reelsToday: 2,
};

const draft = (change: Partial<Draft> = {}, chosen: object = {}): Draft => ({
  text: "What the kiln gave back.",
  media: [],
  assets: {},
  dueAt: null,
  ...change,
  options: { ...chosen },
});
const withClip = (change: Partial<MediaFacts> = {}, chosen: object = {}) =>
  draft({ media: [{ ...clip, ...change }] }, chosen);
const withPhoto = (change: Partial<MediaFacts> = {}, chosen: object = {}) =>
  draft({ media: [{ ...photo, ...change }] }, chosen);
const reel = { kind: "reel" };
const story = { kind: "story" };

const plain = (text: RichText) => text.map((part) => (typeof part === "string" ? part : part.text)).join("");
const many = (count: number) => Array.from({ length: count }, (_, n) => ({ ...photo, id: `p${n}` }));

const refused: Array<[string, string, Draft, (FacebookPreparation | null)?]> = [
  ["nothing at all", "text", draft({ text: "  " })],
  ["a text of 63,207", "text", draft({ text: "x".repeat(63_207) })],
  ["a reel's text of 2,201", "text", { ...withClip({}, reel), text: "x".repeat(2201) }],
  ["eleven photos", "media", draft({ media: many(11) })],
  ["a photo and a video", "media", draft({ media: [photo, clip] })],
  ["two videos", "media", draft({ media: [clip, { ...clip, id: "b" }] })],
  ["sound alone", "media", draft({ media: [{ ...clip, kind: "audio", mime: "audio/mpeg" }] })],
  ["a photo over 4 MB", "media", withPhoto({ bytes: 4_000_001 })],
  ["an empty photo", "media", withPhoto({ bytes: 0 })],
  ["an SVG", "media", withPhoto({ mime: "image/svg+xml" })],
  ["a video under 1 KB", "media", withClip({ bytes: 1023 })],
  ["a video over 2 GB", "media", withClip({ bytes: 2_000_000_001 })],
  ["a video of 41 minutes", "media", withClip({ durationMs: 41 * 60_000 })],
  ["a video of half a second", "media", withClip({ durationMs: 500 })],
  ["a WebM", "media", withClip({ mime: "video/webm" })],
  ["a reel without a video", "media", draft({}, reel)],
  ["a reel of a photo", "media", withPhoto({}, reel)],
  ["a reel of 91 seconds", "media", withClip({ durationMs: 91_000 }, reel)],
  ["a reel of 2 seconds", "media", withClip({ durationMs: 2000 }, reel)],
  ["a reel over 1 GB", "media", withClip({ bytes: 1_000_000_001 }, reel)],
  ["a reel as QuickTime", "media", withClip({ mime: "video/quicktime" }, reel)],
  ["a reel too small", "media", withClip({ width: 480, height: 854 }, reel)],
  ["a reel too narrow", "media", withClip({ width: 540, height: 1200 }, reel)],
  ["a reel of 15 frames a second", "media", withClip({ frameRate: 15 }, reel)],
  ["a reel of 120 frames a second", "media", withClip({ frameRate: 120 }, reel)],
  ["a reel in an old codec", "media", withClip({ videoCodec: "mpeg4" }, reel)],
  ["a story without anything", "media", draft({}, story)],
  ["a story of two photos", "media", draft({ media: many(2) }, story)],
  ["a story of 61 seconds", "media", withClip({ durationMs: 61_000 }, story)],
  ["a title on a text", "title", draft({}, { title: "Kiln" })],
  ["a title on a story", "title", withClip({}, { ...story, title: "Kiln" })],
  ["a title of 256", "title", withClip({}, { title: "x".repeat(256) })],
  ["a link beside a photo", "link", withPhoto({}, { link: "https://example.org/" })],
  ["half a link", "link", draft({}, { link: "example.org/page" })],
  ["a link to this machine", "link", draft({}, { link: "http://localhost/page" })],
  ["a link to facebook.com", "link", draft({}, { link: "https://www.facebook.com/page" })],
  ["a comment under a story", "firstComment", withPhoto({}, { ...story, firstComment: "Hello" })],
  ["a blank comment", "firstComment", draft({}, { firstComment: " \n" })],
  ["a comment of 8,001", "firstComment", draft({}, { firstComment: "x".repeat(8001) })],
  [
    "a comment without permission",
    "firstComment",
    draft({}, { firstComment: "Hello" }),
    { ...preparation, mayComment: false },
  ],
  ["an unknown kind", "kind", draft({}, { kind: "album" })],
  ["a title that is no text", "title", withClip({}, { title: 7 })],
];
for (const [what, field, some, known = preparation] of refused) {
  test(`refused: ${what}`, () => {
    const problems = facebook.validate(some, known);
    assert.deepEqual(
      problems.map((problem) => problem.field),
      [field],
    );
    for (const problem of problems) assert.ok(problem.message.endsWith(".") && problem.remedy.endsWith("."));
  });
}

const allowed: Array<[string, Draft]> = [
  ["words", draft()],
  ["a link alone", draft({ text: "" }, { link: "https://example.org/page?a=b" })],
  ["a text of 63,206", draft({ text: "x".repeat(63_206) })],
  ["line ends as forms send them", draft({ text: `${"x".repeat(63_205)}\r\n` })],
  ["a photo without words", { ...withPhoto(), text: "" }],
  ["ten photos", draft({ media: many(10) })],
  ["a photo of 4 MB", withPhoto({ bytes: 4_000_000 })],
  ["a large WebP, which is converted", withPhoto({ mime: "image/webp", bytes: 9_000_000 })],
  ["a video of 40 minutes", withClip({ durationMs: 40 * 60_000 })],
  ["a wide QuickTime video", withClip({ mime: "video/quicktime", width: 320, height: 180 })],
  ["a reel", withClip({}, { ...reel, title: "Kiln", firstComment: "Hello" })],
  ["a reel at the edges", withClip({ durationMs: 90_000, width: 540, height: 960, frameRate: 23.976 }, reel)],
  ["a wide reel", withClip({ width: 1920, height: 1080 }, reel)],
  [
    "a reel that nobody measured",
    withClip({ width: null, height: null, durationMs: null, frameRate: null, videoCodec: null }, reel),
  ],
  ["a story of a minute with words that stay here", withClip({ durationMs: 60_000 }, story)],
  ["a story of a photo", withPhoto({}, story)],
];
for (const [what, some] of allowed) {
  test(`allowed: ${what}`, () => {
    assert.deepEqual(facebook.validate(some, preparation), []);
    assert.deepEqual(facebook.validate(some, null), []);
  });
}

const names = (some: Draft) => facebook.panel(some, preparation).fields.map((field) => field.name);

test("the form offers what fits the kind of post, and keeps what must be emptied", () => {
  assert.deepEqual(names(draft()), ["kind", "link", "firstComment"]);
  assert.deepEqual(names(withPhoto()), ["kind", "firstComment"]);
  assert.deepEqual(names(withClip()), ["kind", "title", "firstComment"]);
  assert.deepEqual(names(withClip({}, reel)), ["kind", "audience", "title", "firstComment"]);
  assert.deepEqual(names(withClip({}, story)), ["kind"]);
  assert.deepEqual(names(withPhoto({}, { link: "https://example.org", title: "x" })), [
    "kind",
    "title",
    "link",
    "firstComment",
  ]);
});

test("a reel shows its audience, with nothing but Public to choose, and says how it will be used", () => {
  const panel = facebook.panel(withClip({}, reel), preparation);
  const audience = panel.fields.find((field) => field.name === "audience");
  assert.deepEqual([audience?.disabled, audience?.choices?.map((choice) => choice.label)], [true, ["Public"]]);
  assert.match(plain(panel.consent[0]?.text ?? []), /public reel of Mira Okafor Ceramics/);
  assert.equal(facebook.panel(draft(), preparation).consent.length, 0);
});

test("counters, notices and preview follow the kind", () => {
  const counters = (some: Draft) => facebook.panel(some, null).counters.map(({ used, max }) => [used, max]);
  assert.deepEqual(counters(draft({ text: "a\r\nb" })), [[3, 63_206]]);
  assert.deepEqual(counters(withClip({}, reel))[0]?.[1], 2200);
  assert.deepEqual(counters(withClip({}, story)), []);
  const notices = (some: Draft, known = preparation) =>
    facebook
      .panel(some, known)
      .notices.map((notice) => plain(notice.text))
      .join(" ");
  assert.match(notices(withPhoto({}, story)), /carries no text/);
  assert.match(notices(withPhoto({ mime: "image/webp" })), /public https address/);
  assert.match(notices(withPhoto({ mime: "image/png", bytes: 2_000_000 })), /PNG files above 1 MB/);
  assert.match(notices(withClip({}, reel), { ...preparation, reelsToday: 28 }), /28 reels/);
  assert.equal(notices(draft()), "");
  const preview = (some: Draft) => {
    const { shape, as, text } = facebook.panel(some, null).preview;
    return [shape, as, text === "" ? "no text" : "text"];
  };
  assert.deepEqual(preview(draft()), ["feed", "Post", "text"]);
  assert.deepEqual(preview(draft({ media: many(2) })), ["feed", "Photos", "text"]);
  assert.deepEqual(preview(withClip({}, reel)), ["phone", "Reel", "text"]);
  assert.deepEqual(preview(withClip({}, story)), ["story", "Story", "no text"]);
});

test("a Page without the permission for comments says so before anything is written", () => {
  const panel = facebook.panel(draft(), { ...preparation, mayComment: false });
  const field = panel.fields.find((one) => one.name === "firstComment");
  assert.equal(field?.disabled, true);
  assert.match(plain(field?.hint ?? []), /permission for comments/);
});

test("forms and the API choose alike; the usual kind is a post", () => {
  const usual = { kind: "feed", title: "", link: "", firstComment: "" };
  assert.deepEqual(options.parse({ kind: "", title: "", link: null, extra: 1 }), usual);
  assert.deepEqual(options.parse({}), usual);
  assert.equal(options.parse({ kind: "reel" }).kind, "reel");
});

test("links: whole addresses of public hosts other than Facebook's", () => {
  for (const good of ["https://example.org", "http://a.example.org/x?y#z", "https://notfacebook.com/"])
    assert.ok(isLink(good), good);
  for (const bad of [
    "",
    "javascript:alert(1)",
    "ftp://example.org",
    "https://u@example.org",
    "https://m.facebook.com/x",
    "https://fb.me/x",
  ])
    assert.ok(!isLink(bad), bad);
});

test("no draft makes the form or the checks stumble", () => {
  const media = fc.array(fc.constantFrom(clip, photo, { ...clip, kind: "audio" as const }), { maxLength: 12 });
  const any = fc.dictionary(fc.constantFrom("kind", "title", "link", "firstComment", "x"), fc.anything());
  fc.assert(
    fc.property(fc.string(), media, any, (text, files, chosen) => {
      const some = { ...draft({ text, media: files }), options: chosen };
      const panel = facebook.panel(some, null);
      assert.equal(panel.fields[0]?.name, "kind");
      const known = ["text", "media", "kind", "title", "link", "firstComment"];
      for (const problem of facebook.validate(some, null)) assert.ok(known.includes(problem.field));
    }),
    { numRuns: 300 },
  );
});

test("every number that the checks use is told to the API and dated", () => {
  assert.equal(facebook.limits.facts, facts);
  assert.match(facebook.limits.checkedOn, /^\d{4}-\d\d-\d\d$/);
  assert.ok(facebook.limits.sources.every((source) => source.startsWith("https://developers.facebook.com/")));
});
