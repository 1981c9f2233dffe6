/** From a publication's state to what a person can do about it: every state is in the table. */
import assert from "node:assert/strict";
import test from "node:test";
import type { PublicationState } from "../../../src/database/index.ts";
import { actionsOf, type Standing } from "../../../src/posts/pages/actions.ts";
import { amounts, sectionOf, type SectionFacts } from "../../../src/posts/pages/sections.ts";

type Options = Partial<Omit<Standing, "publication">> & { url?: string; kind?: string };

function ids(state: PublicationState, options: Options = {}): string {
  const { url = null, kind = "rejected", ...rest } = options;
  const problem = { kind, code: "x", message: "It went wrong.", remedy: "Do better." };
  const standing: Standing = {
    publication: { state, url, problem, postId: "p1" },
    platformName: "TikTok",
    signedOut: false,
    disconnected: false,
    mayChange: false,
    ...rest,
  };
  return actionsOf(standing)
    .map((action) => action.id)
    .join(" ");
}

const table: Array<[PublicationState, Options, string]> = [
  ["scheduled", {}, "cancel"],
  ["publishing", {}, "cancel"],
  ["confirming", {}, ""],
  ["published", {}, ""],
  ["published", { url: "https://www.tiktok.com/x" }, "open"],
  ["published", { url: "javascript:alert(1)" }, ""],
  ["in_inbox", {}, "landed absent"],
  ["held", { mayChange: true }, "retry edit cancel"],
  ["held", { signedOut: true, mayChange: true }, "reconnect cancel"],
  ["held", { disconnected: true }, "cancel"],
  ["unconfirmed", {}, "landed absent cancel"],
  ["failed", { mayChange: true }, "edit retry"],
  ["failed", { mayChange: false }, "copy retry"],
  ["failed", { kind: "transient", mayChange: true }, "retry edit"],
  ["failed", { signedOut: true }, "reconnect"],
  ["failed", { disconnected: true }, ""],
  ["cancelled", {}, ""],
];

for (const [state, options, expected] of table) {
  test(`${state} ${JSON.stringify(options)} offers: ${expected || "nothing"}`, () => {
    assert.equal(ids(state, options), expected);
  });
}

test("every state is in the table", () => {
  assert.equal(new Set(table.map(([state]) => state)).size, 9);
});

test("what cannot be undone asks first; what sends again says so", () => {
  const standing: Standing = {
    publication: { state: "unconfirmed", url: null, problem: null, postId: "p1" },
    platformName: "YouTube",
    signedOut: false,
    disconnected: false,
    mayChange: false,
  };
  const [landed, absent] = actionsOf(standing);
  assert.equal(landed?.takesLink, true);
  assert.match(absent?.confirm ?? "", /send it to YouTube again/);
});

const now = Date.UTC(2026, 10, 22, 11, 15, 9);

function section(changes: Partial<SectionFacts["publication"]>, more: Partial<SectionFacts> = {}) {
  return sectionOf({
    publication: {
      id: "pub",
      workspaceId: "w",
      postId: "p",
      channelId: "c",
      platform: "tiktok",
      state: "publishing",
      dueAt: now,
      startedAt: now,
      publishedAt: null,
      remoteId: null,
      url: null,
      attempt: 1,
      sentBytes: 41_000_000,
      totalBytes: 64_000_000,
      expiresAt: null,
      problem: null,
      ...changes,
    },
    channel: null,
    timeline: [
      { at: now - 2 * 86_400_000, event: "Scheduled", detail: "" },
      { at: now, event: "Uploading", detail: "part 5 of 7" },
    ],
    timeZone: "Europe/Paris",
    now,
    mayChange: false,
    hasVideo: true,
    hasMedia: true,
    ...more,
  });
}

test("progress is said in bytes, with a guess of the rest only where speed was measured", () => {
  assert.deepEqual(section({}).progress, { sent: 41_000_000, total: 64_000_000, percent: 64, text: "41 of 64 MB" });
  assert.equal(section({}, { speed: 2_000_000 }).progress?.text, "41 of 64 MB · about 12 seconds left");
  assert.equal(section({ totalBytes: 0 }).progress, null);
  assert.equal(section({ state: "confirming" }).progress, null);
  assert.equal(amounts(900_000, 64_000_000), "900 kB of 64 MB");
});

test("the timeline runs newest first; seconds today, the day before", () => {
  const { lines } = section({});
  assert.deepEqual(
    lines.map(({ event, clock, hue }) => [event, clock, hue]),
    [
      ["Uploading", "12:15:09", "moving"],
      ["Scheduled", "Fri 20 Nov 12:15", ""],
    ],
  );
});

test("a failure says what was kept, once", () => {
  const problem = { kind: "rejected", code: "invalid", message: "The title is too long.", remedy: "Shorten it." };
  assert.equal(
    section({ state: "failed", problem, sentBytes: 0 }).kept,
    "Your text and video are kept. Nothing was uploaded.",
  );
  const said = { ...problem, remedy: "Your text and media are kept. Try again." };
  assert.equal(section({ state: "failed", problem: said, sentBytes: 5 }).kept, "");
  assert.equal(
    section({ state: "failed", problem, sentBytes: 5 }, { hasMedia: false, hasVideo: false }).kept,
    "Your text is kept.",
  );
});

test("a channel that is gone is named by its platform only", () => {
  assert.equal(section({}).label, "disconnected TikTok");
});
