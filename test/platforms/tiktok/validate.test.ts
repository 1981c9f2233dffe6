/** What a draft is refused for, and where the word stands. */
import assert from "node:assert/strict";
import test from "node:test";
import type { Draft } from "../../../src/platforms/contract.ts";
import { tiktok } from "../../../src/platforms/tiktok/index.ts";
import { creator, DIRECT, draft, media, photo, prepared } from "./setup.ts";

function fields(facts: Partial<Draft>, preparation: unknown = prepared()): string[] {
  const problems = tiktok.validate(draft(facts), preparation);
  for (const { message, remedy } of problems) assert.ok(message.length > 5 && remedy.length > 5, message);
  return problems.map((problem) => problem.field);
}

test("a plain draft and a decided direct post pass, with and without facts from TikTok", () => {
  for (const preparation of [null, prepared()]) {
    assert.deepEqual(fields({}, preparation), []);
    assert.deepEqual(fields({ options: DIRECT }, preparation), []);
    assert.deepEqual(fields({ media: [photo(), photo({ mime: "image/png" })], options: DIRECT }, preparation), []);
  }
});

test("media rules of the sheet", () => {
  const refused: Array<[string, Partial<Draft>]> = [
    ["nothing", { media: [] }],
    ["sound", { media: [media({ kind: "audio", mime: "audio/mpeg" })] }],
    ["mixed", { media: [media(), photo()] }],
    ["two videos", { media: [media(), media()] }],
    ["container", { media: [media({ mime: "video/x-matroska" })] }],
    ["codec", { media: [media({ videoCodec: "av1" })] }],
    ["slow", { media: [media({ frameRate: 15 })] }],
    ["fast", { media: [media({ frameRate: 120 })] }],
    ["small", { media: [media({ width: 359 })] }],
    ["huge", { media: [media({ height: 4097 })] }],
    ["empty", { media: [media({ bytes: 0 })] }],
    ["heavy", { media: [media({ bytes: 4 * 1024 ** 3 + 1 })] }],
    ["long draft", { media: [media({ durationMs: 600_001 })] }],
    ["36 photos", { media: Array.from({ length: 36 }, () => photo()) }],
    ["heavy photo", { media: [photo({ bytes: 20_000_001 })] }],
    ["empty photo", { media: [photo({ bytes: 0 })] }],
  ];
  for (const [name, facts] of refused) assert.deepEqual(fields(facts), ["media"], name);
  for (const good of [
    media({ mime: "video/quicktime", videoCodec: "hevc", frameRate: 23.976, width: 360, height: 4096 }),
    media({ mime: "video/webm", videoCodec: "vp9", frameRate: 59.94, bytes: 4 * 1024 ** 3, durationMs: 600_000 }),
    media({ videoCodec: null, frameRate: null, width: null, height: null, durationMs: null }),
    photo({ width: 1920, height: 1080, mime: "image/webp" }),
    // Handed over as a JPEG that fits, so neither size nor weight stands against them.
    photo({ width: 1086, height: 1448 }),
    photo({ width: 1000, height: 1921, bytes: 30_000_000 }),
    photo({ mime: "image/png", bytes: 30_000_000 }),
  ]) {
    assert.deepEqual(fields({ media: [good] }), [], good.mime);
  }
});

test("direct posts go by the creator's own longest video", () => {
  const long = { media: [media({ durationMs: 300_001 })], options: DIRECT };
  assert.deepEqual(fields(long), ["media"]);
  assert.deepEqual(fields(long, null), []);
  assert.deepEqual(fields(long, prepared({ creator: { ...creator, maxVideoSeconds: 3600 } })), []);
});

test("text is counted in UTF-16 units, and only where it travels", () => {
  const long = "🕰".repeat(1101);
  assert.deepEqual(fields({ text: long, options: DIRECT }), ["text"]);
  assert.deepEqual(fields({ text: "🕰".repeat(1100), options: DIRECT }), []);
  assert.deepEqual(fields({ text: long }), []);
  assert.deepEqual(fields({ text: "a".repeat(4001), media: [photo()] }), ["text"]);
  assert.deepEqual(fields({ text: "a".repeat(4000), media: [photo()] }), []);
  assert.deepEqual(fields({ media: [photo()], options: { title: "a".repeat(91) } }), ["title"]);
});

test("what has no default must be chosen, and chosen from what the account offers", () => {
  assert.deepEqual(fields({ options: { mode: "direct" } }), ["privacyLevel", "musicConsent"]);
  assert.deepEqual(fields({ options: { mode: "direct", privacyLevel: "", musicConsent: "true" } }), ["privacyLevel"]);
  const followers = { options: { ...DIRECT, privacyLevel: "FOLLOWER_OF_CREATOR" } };
  assert.deepEqual(fields(followers), ["privacyLevel"]);
  assert.deepEqual(fields(followers, null), []);
});

test("commercial content must be named, and branded content cannot be private", () => {
  assert.deepEqual(
    tiktok.validate(draft({ options: { ...DIRECT, discloseContent: true } }), null).map((found) => found.message),
    ["You need to indicate if your content promotes yourself, a third party, or both."],
  );
  assert.deepEqual(fields({ options: { ...DIRECT, discloseContent: "true", yourBrand: "true" } }), []);
  const hidden = { ...DIRECT, privacyLevel: "SELF_ONLY", brandedContent: true };
  assert.deepEqual(
    tiktok.validate(draft({ options: hidden }), null).map((found) => [found.field, found.message]),
    [["privacyLevel", "Branded content visibility cannot be set to private."]],
  );
  assert.deepEqual(fields({ options: { ...hidden, discloseContent: false } }), []);
  assert.deepEqual(fields({ options: { ...hidden, brandedContent: false, yourBrand: true } }), []);
});

test("options that cannot be read, or that TikTok does not have, are named", () => {
  assert.deepEqual(fields({ options: { mode: "loud" } }), ["mode"]);
  assert.deepEqual(fields({ options: { ...DIRECT, privacyLevel: "FRIENDS" } }), ["privacyLevel"]);
  assert.deepEqual(fields({ options: { allowDuet: "maybe" } }), ["allowDuet"]);
  assert.deepEqual(fields({ options: { isAIGC: true } }), ["isAIGC"]);
  assert.deepEqual(fields({ options: { ...DIRECT, coverTimestampMs: -1 } }), ["coverTimestampMs"]);
  assert.deepEqual(fields({ options: { ...DIRECT, coverTimestampMs: 5001 } }), ["coverTimestampMs"]);
  assert.deepEqual(fields({ options: { ...DIRECT, coverTimestampMs: "" } }), []);
});

test("permissions and blocks stop the mode they concern", () => {
  const noDirect = prepared({ canPostDirectly: false, creator: null });
  assert.deepEqual(fields({ options: DIRECT }, noDirect), ["mode"]);
  assert.deepEqual(fields({}, noDirect), []);
  assert.deepEqual(fields({}, prepared({ canSendDrafts: false })), ["mode"]);
  const block = (code: string) => prepared({ creator: null, block: { code, message: "Not now.", remedy: "Later." } });
  assert.deepEqual(fields({ options: DIRECT }, block("spam_risk_too_many_posts")), ["mode"]);
  assert.deepEqual(fields({}, block("spam_risk_too_many_posts")), []);
  assert.deepEqual(fields({}, block("spam_risk_user_banned_from_posting")), ["mode"]);
});
