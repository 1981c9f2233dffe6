/** The compose panel, held against TikTok's audit rules. */
import assert from "node:assert/strict";
import test from "node:test";
import type { Field, Panel, RichText } from "../../../src/platforms/contract.ts";
import { tiktok } from "../../../src/platforms/tiktok/index.ts";
import { creator, DIRECT, draft, photo, prepared } from "./setup.ts";

const plain = (text: RichText) => text.map((part) => (typeof part === "string" ? part : part.text)).join("");
const notices = (panel: Panel) => panel.notices.map((notice) => plain(notice.text)).join("\n");
const names = (panel: Panel) => panel.fields.map((field) => field.name);

function field(panel: Panel, name: string): Field {
  const found = panel.fields.find((one) => one.name === name);
  assert.ok(found, `no field ${name}`);
  return found;
}

test("a new post leads to the inbox, with the reason why", () => {
  const panel = tiktok.panel(draft(), prepared());
  assert.deepEqual(names(panel), ["mode"]);
  assert.equal(field(panel, "mode").value, "inbox");
  assert.match(field(panel, "mode").choices?.[0]?.label ?? "", /advised/);
  assert.match(plain(field(panel, "mode").hint ?? []), /audit/);
  assert.match(notices(panel), /takes no caption with a video draft/);
  assert.match(notices(panel), /Text to copy: A clock\./);
  assert.equal(panel.preview.as, "Draft in your inbox");
  assert.equal(panel.preview.text, "");
  assert.deepEqual(panel.consent, []);
});

test("a direct post: creator shown, nothing preselected, everything off", () => {
  const panel = tiktok.panel(draft({ options: { mode: "direct" } }), prepared());
  assert.deepEqual(panel.header, { name: "Harbour Clockworks", handle: "@harbourclockworks", avatarUrl: null });
  assert.deepEqual(names(panel), [
    "mode",
    "privacyLevel",
    "allowComment",
    "allowDuet",
    "allowStitch",
    "discloseContent",
    "isAigc",
    "coverTimestampMs",
    "musicConsent",
  ]);
  const privacy = field(panel, "privacyLevel");
  assert.equal(privacy.value, "");
  assert.equal(privacy.kind, "select");
  assert.ok(privacy.placeholder);
  assert.deepEqual(
    privacy.choices?.map((choice) => choice.value),
    creator.privacyLevels,
  );
  for (const one of panel.fields.filter((each) => each.kind === "toggle")) assert.equal(one.value, "false", one.name);
  assert.match(notices(panel), /few minutes/);
  assert.match(notices(panel), /audited/);
});

test("what the creator switched off is greyed, off and explained", () => {
  const off = { ...creator, commentDisabled: true, duetDisabled: true, stitchDisabled: true };
  const chosen = { ...DIRECT, allowComment: true, allowDuet: true, allowStitch: true };
  const panel = tiktok.panel(draft({ options: chosen }), prepared({ creator: off }));
  for (const name of ["allowComment", "allowDuet", "allowStitch"]) {
    assert.equal(field(panel, name).disabled, true);
    assert.equal(field(panel, name).value, "false");
    assert.match(plain(field(panel, name).hint ?? []), /settings/);
  }
});

test("photos offer comments and music only, and a title", () => {
  const panel = tiktok.panel(draft({ media: [photo()], options: DIRECT }), prepared());
  assert.deepEqual(names(panel), [
    "mode",
    "title",
    "privacyLevel",
    "allowComment",
    "discloseContent",
    "autoAddMusic",
    "musicConsent",
  ]);
  assert.equal(panel.counters[0]?.max, 4000);
  assert.match(notices(panel), /public https address/);
});

const MUSIC = "https://www.tiktok.com/legal/page/global/music-usage-confirmation/en";
const BRANDED = "https://www.tiktok.com/legal/page/global/bc-policy/en";

test("labels and declarations are TikTok's own sentences, with their links", () => {
  const cases: Array<[options: object, label: string, declaration: string, links: string[]]> = [
    [{}, "", "By posting, you agree to TikTok's Music Usage Confirmation", [MUSIC]],
    [
      { discloseContent: true, yourBrand: true },
      "Your photo/video will be labeled as 'Promotional content'",
      "By posting, you agree to TikTok's Music Usage Confirmation",
      [MUSIC],
    ],
    [
      { discloseContent: true, brandedContent: true },
      "Your photo/video will be labeled as 'Paid partnership'",
      "By posting, you agree to TikTok's Branded Content Policy and Music Usage Confirmation",
      [BRANDED, MUSIC],
    ],
    [
      { yourBrand: true, brandedContent: true },
      "Your photo/video will be labeled as 'Paid partnership'",
      "By posting, you agree to TikTok's Branded Content Policy and Music Usage Confirmation",
      [BRANDED, MUSIC],
    ],
  ];
  for (const [options, label, declaration, links] of cases) {
    const panel = tiktok.panel(draft({ options: { ...DIRECT, ...options } }), prepared());
    assert.equal(panel.consent.length, 1);
    const text = panel.consent[0]?.text ?? [];
    assert.equal(plain(text), declaration);
    assert.deepEqual(
      text.flatMap((part) => (typeof part === "string" ? [] : [part.href])),
      links,
    );
    const labels = panel.notices.map((notice) => plain(notice.text)).filter((line) => line.includes("labeled as"));
    assert.deepEqual(labels, label === "" ? [] : [label]);
  }
});

test("the disclosure opens two toggles, and branded content excludes only me", () => {
  const open = tiktok.panel(draft({ options: { ...DIRECT, discloseContent: "true" } }), prepared());
  assert.ok(names(open).includes("yourBrand") && names(open).includes("brandedContent"));
  assert.equal(
    plain(field(open, "discloseContent").hint ?? []),
    "You need to indicate if your content promotes yourself, a third party, or both.",
  );
  const branded = tiktok.panel(draft({ options: { ...DIRECT, brandedContent: true } }), prepared());
  const onlyMe = field(branded, "privacyLevel").choices?.find((choice) => choice.value === "SELF_ONLY");
  assert.deepEqual([onlyMe?.disabled, onlyMe?.hint], [true, "Branded content visibility cannot be set to private."]);
  const hidden = { ...DIRECT, privacyLevel: "SELF_ONLY", discloseContent: true };
  assert.equal(field(tiktok.panel(draft({ options: hidden }), prepared()), "brandedContent").disabled, true);
});

test("a block is told, a lost choice is not shown as chosen, and nonsense does not break the form", () => {
  const block = { code: "spam_risk_too_many_posts", message: "No more today.", remedy: "Try tomorrow." };
  const blocked = tiktok.panel(draft({ options: { mode: "direct" } }), prepared({ creator: null, block }));
  assert.match(notices(blocked), /No more today\. Try tomorrow\./);
  assert.equal(field(blocked, "mode").choices?.[1]?.disabled, true);
  const lost = tiktok.panel(draft({ options: { ...DIRECT, privacyLevel: "FOLLOWER_OF_CREATOR" } }), prepared());
  assert.equal(field(lost, "privacyLevel").value, "");
  const odd = tiktok.panel(draft({ options: { mode: 7, allowDuet: "perhaps", coverTimestampMs: "x" } }), { odd: true });
  assert.equal(field(odd, "mode").value, "inbox");
  const unasked = tiktok.panel(draft({ options: DIRECT }), null);
  assert.equal(unasked.header, undefined);
  assert.equal(field(unasked, "privacyLevel").value, "PUBLIC_TO_EVERYONE");
});
