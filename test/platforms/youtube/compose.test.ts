/** The compose form for YouTube: counting rules, fields without a default, and what the checks refuse. */
import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import type { Draft, MediaFacts, RichText } from "../../../src/platforms/contract.ts";
import type { YoutubePreparation } from "../../../src/platforms/youtube/channel.ts";
import { youtube } from "../../../src/platforms/youtube/index.ts";
import { facts } from "../../../src/platforms/youtube/limits.ts";
import { options, tagCharacters, utf8Bytes } from "../../../src/platforms/youtube/options.ts";
import { isShort } from "../../../src/platforms/youtube/shape.ts";

const clip: MediaFacts = {
  id: "clip",
  kind: "video",
  name: "clip.mp4",
  mime: "video/mp4",
  bytes: 1000,
  width: 1920,
  height: 1080,
  durationMs: 60_000,
  videoCodec: "avc",
  audioCodec: "aac",
  frameRate: 30,
  rotation: 0,
  altText: "",
};
const picture: MediaFacts = { ...clip, id: "picture", kind: "image", mime: "image/png", width: 1280, height: 720 };
const good = { title: "First light", privacyStatus: "public", madeForKids: false };

const draft = (change: Partial<Draft> = {}, chosen: object = {}): Draft => ({
  text: "What the morning looked like.",
  media: [clip],
  assets: {},
  dueAt: null,
  ...change,
  options: { ...good, ...chosen },
});

const preparation: YoutubePreparation = {
  name: "Mira Okafor",
  handle: "@miraokafor",
  avatarUrl: null,
  longUploads: "allowed",
  categories: [
    { id: "22", title: "People & Blogs" },
    { id: "10", title: "Music" },
  ],
  playlists: [{ id: "PL1", title: "Day by day" }],
  mayUsePlaylists: true,
};

const fieldsOf = (some: Draft, known: YoutubePreparation | null = preparation) =>
  youtube.validate(some, known).map((problem) => problem.field);
const plain = (text: RichText) => text.map((part) => (typeof part === "string" ? part : part.text)).join("");

test("a complete draft has no problems, with and without YouTube's facts", () => {
  assert.deepEqual(youtube.validate(draft(), preparation), []);
  assert.deepEqual(youtube.validate(draft(), null), []);
});

const long = (ms: number) => ({ media: [{ ...clip, durationMs: ms }] });
const refused: Array<[string, string, Draft, (YoutubePreparation | null)?]> = [
  ["no media", "media", draft({ media: [] })],
  ["an image", "media", draft({ media: [picture] })],
  ["a video and an image", "media", draft({ media: [clip, picture] })],
  ["two videos", "media", draft({ media: [clip, { ...clip, id: "b" }] })],
  ["an empty file", "media", draft({ media: [{ ...clip, bytes: 0 }] })],
  ["a file over 256 GB", "media", draft({ media: [{ ...clip, bytes: facts.maxBytes + 1 }] })],
  ["a file that is no video", "media", draft({ media: [{ ...clip, mime: "application/zip" }] })],
  ["more than 12 hours", "media", draft(long(12 * 3_600_000 + 1))],
  ["16 minutes, not verified", "media", draft(long(16 * 60_000)), { ...preparation, longUploads: "eligible" }],
  ["no title", "title", draft({}, { title: "" })],
  ["a blank title", "title", draft({}, { title: "   " })],
  ["a title of 101", "title", draft({}, { title: "x".repeat(101) })],
  ["a heart in the title", "title", draft({}, { title: "I <3 dawn" })],
  ["a title in two lines", "title", draft({}, { title: "one\ntwo" })],
  ["a bracket in the description", "text", draft({ text: "see -> here" })],
  ["a control character", "text", draft({ text: "bell \u0007" })],
  ["a description of 5001 bytes", "text", draft({ text: "x".repeat(4999) + "é" })],
  ["tags over 500", "tags", draft({}, { tags: ["x".repeat(250), "y".repeat(250)] })],
  ["a bracket in a tag", "tags", draft({}, { tags: ["a<b"] })],
  ["a comma in a tag", "tags", draft({}, { tags: ["a,b"] })],
  ["a number as category", "categoryId", draft({}, { categoryId: 22 })],
  ["a category that is not offered", "categoryId", draft({}, { categoryId: "18" })],
  ["no visibility", "privacyStatus", draft({}, { privacyStatus: undefined })],
  ["an unknown visibility", "privacyStatus", draft({}, { privacyStatus: "friends" })],
  ["no word about kids", "madeForKids", draft({}, { madeForKids: "" })],
  ["an unknown license", "license", draft({}, { license: "mit" })],
  [
    "a playlist without permission",
    "playlistId",
    draft({}, { playlistId: "PL1" }),
    { ...preparation, mayUsePlaylists: false },
  ],
  ["a thumbnail that is gone", "thumbnailMediaId", draft({}, { thumbnailMediaId: "picture" })],
  [
    "a WebP thumbnail",
    "thumbnailMediaId",
    draft({ assets: { picture: { ...picture, mime: "image/webp" } } }, { thumbnailMediaId: "picture" }),
  ],
  [
    "a thumbnail over 50 MB",
    "thumbnailMediaId",
    draft({ assets: { picture: { ...picture, bytes: facts.maxThumbnailBytes + 1 } } }, { thumbnailMediaId: "picture" }),
  ],
];

for (const [what, field, some, known = preparation] of refused) {
  test(`refused: ${what}`, () => {
    const problems = youtube.validate(some, known);
    assert.deepEqual(
      problems.map((problem) => problem.field),
      [field],
    );
    for (const problem of problems) assert.ok(problem.message.endsWith(".") && problem.remedy.endsWith("."));
  });
}

const allowed: Array<[string, Draft]> = [
  ["a title of 100", draft({}, { title: "x".repeat(100) })],
  ["a description of 5000 bytes", draft({ text: "x".repeat(4998) + "é" })],
  ["line ends as forms send them", draft({ text: "one\r\ntwo" + "\r\n".repeat(2490) })],
  ["tags of 500", draft({}, { tags: ["x".repeat(250), "y".repeat(249)] })],
  ["16 minutes, verified", draft(long(16 * 60_000))],
  ["exactly 12 hours", draft(long(12 * 3_600_000))],
  [
    "a JPEG thumbnail",
    draft({ assets: { picture: { ...picture, mime: "image/jpeg" } } }, { thumbnailMediaId: "picture" }),
  ],
  ["a playlist", draft({}, { playlistId: "PL1" })],
];

for (const [what, some] of allowed) test(`allowed: ${what}`, () => assert.deepEqual(fieldsOf(some), []));

test("a title counts UTF-16 units: fifty emoji are a hundred", () => {
  assert.deepEqual(fieldsOf(draft({}, { title: "🌅".repeat(50) })), []);
  assert.deepEqual(fieldsOf(draft({}, { title: "🌅".repeat(50) + "x" })), ["title"]);
});

test("the documented examples of tag counting", () => {
  assert.equal(tagCharacters(["Foo-Baz"]), 7);
  assert.equal(tagCharacters(["Foo Baz"]), 9);
  assert.equal(tagCharacters(["Foo-Baz", "Foo Baz"]), 17);
  assert.equal(tagCharacters([]), 0);
});

test("tags count as the quoted list would be written", () => {
  const tag = fc.string({ minLength: 1 }).filter((text) => !/[,"]/.test(text));
  fc.assert(
    fc.property(fc.array(tag, { maxLength: 12 }), (tags) => {
      const written = tags.map((each) => (each.includes(" ") ? `"${each}"` : each)).join(",");
      assert.equal(tagCharacters(tags), written.length);
    }),
  );
});

test("the description's counter is what goes over the wire", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 3000 }), (text) => {
      const counter = youtube.panel(draft({ text }), preparation).counters[0];
      assert.equal(counter?.used, new TextEncoder().encode(text.replace(/\r\n?/g, "\n")).length);
      assert.equal(
        fieldsOf(draft({ text })).includes("text"),
        (counter?.used ?? 0) > 5000 || /[<>\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(text),
      );
    }),
  );
  assert.equal(utf8Bytes("🌅"), 4);
});

test("options from a form and from JSON mean the same; nothing unreadable breaks the panel", () => {
  const form = {
    ...good,
    madeForKids: "false",
    tags: "a, b ,,c",
    embeddable: "false",
    playlistId: "",
    categoryId: "10",
  };
  const json = { ...good, tags: ["a", "b", "c"], embeddable: false, categoryId: "10" };
  assert.equal(JSON.stringify(options.parse(form)), JSON.stringify(options.parse(json)));
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...Object.keys(options.shape)), fc.anything()), (wild) => {
      const some = { ...draft(), options: wild };
      assert.ok(youtube.panel(some, null).fields.length >= 12);
      for (const problem of youtube.validate(some, null)) assert.ok(problem.message);
    }),
  );
});

test("visibility and made for kids have no default; every choice YouTube has is there", () => {
  const panel = youtube.panel({ ...draft(), options: {} }, preparation);
  const value = (name: string) => panel.fields.find((field) => field.name === name)?.value;
  assert.equal(value("privacyStatus"), "");
  assert.equal(value("madeForKids"), "");
  assert.deepEqual(panel.fields.map((field) => field.name).sort(), Object.keys(options.shape).sort());
  assert.deepEqual(panel.header, { name: "Mira Okafor", handle: "@miraokafor", avatarUrl: null });
  for (const field of panel.fields.filter((each) => each.kind === "radio")) assert.ok(field.choices?.length);
});

test("the certification stands word for word, with a link to the terms", () => {
  const [consent] = youtube.panel(draft(), null).consent;
  assert.ok(consent);
  assert.equal(
    plain(consent.text),
    "By clicking 'upload,' you certify that the content you are uploading complies with the YouTube Terms of Service (including the YouTube Community Guidelines) at https://www.youtube.com/t/terms. Please be sure not to violate others' copyright or privacy rights.",
  );
  assert.ok(consent.text.some((part) => typeof part !== "string" && part.href === "https://www.youtube.com/t/terms"));
});

test("lists that YouTube did not send keep what was chosen and say so", () => {
  const some = draft({}, { categoryId: "10", playlistId: "PL9" });
  const panel = youtube.panel(some, { ...preparation, categories: null, playlists: null });
  const choices = (name: string) =>
    panel.fields.find((field) => field.name === name)?.choices?.map((each) => each.value);
  assert.deepEqual(choices("categoryId"), ["10"]);
  assert.deepEqual(choices("playlistId"), ["PL9"]);
  assert.ok(panel.notices.some((notice) => notice.tone === "waiting"));
});

test("without the permission the playlist is greyed and says why", () => {
  const panel = youtube.panel(draft(), { ...preparation, mayUsePlaylists: false });
  const field = panel.fields.find((each) => each.name === "playlistId");
  assert.ok(field?.disabled && field.hint);
});

const shapes: Array<[string, Partial<MediaFacts>, boolean]> = [
  ["vertical, three minutes", { width: 1080, height: 1920, durationMs: 180_000 }, true],
  ["square", { width: 1000, height: 1000, durationMs: 30_000 }, true],
  ["vertical, a moment longer", { width: 1080, height: 1920, durationMs: 180_001 }, false],
  ["wide", { width: 1081, height: 1080, durationMs: 30_000 }, false],
  ["not measured", { width: null, height: null }, false],
];
for (const [what, change, short] of shapes) {
  test(`${what}: ${short ? "a Short" : "a video"}`, () => {
    const media = { ...clip, ...change };
    assert.equal(isShort(media), short);
    const panel = youtube.panel(draft({ media: [media] }), preparation);
    assert.equal(panel.preview.shape, short ? "phone" : "watch");
    assert.equal(panel.preview.as, short ? "Short" : "Video");
    assert.equal(panel.notices.length, short ? 1 : 0);
  });
}
