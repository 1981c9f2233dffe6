/** The fields of the compose panel: what a creator can choose for Instagram itself. */
import type { Draft, Field, RichText } from "../contract.ts";
import { facts } from "./limits.ts";
import type { InstagramOptions } from "./options.ts";
import type { Prepared } from "./prepare.ts";
import { altTextOf, type Surface } from "./surface.ts";

const REEL = "Reel";
const LABELS = "Labels";

export function fieldsOf(draft: Draft, chosen: InstagramOptions, surface: Surface, prepared: Prepared | null): Field[] {
  const social = surface === "story" ? [] : [collaborators(chosen), firstComment(chosen, prepared)];
  return [
    kind(chosen),
    ...(surface === "image" ? [altText(draft, chosen)] : []),
    ...(surface === "reel" ? reelFields(chosen) : []),
    ...social,
    toggle("isAiGenerated", "Made with AI", chosen.isAiGenerated, LABELS, [
      "Say so when realistic pictures or sound were made or changed with software. Instagram shows a label.",
    ]),
    toggle("isPaidPartnership", "Paid partnership", chosen.isPaidPartnership, LABELS, [
      "Say so when somebody paid for being shown or mentioned. Instagram shows a label.",
    ]),
  ];
}

function kind(chosen: InstagramOptions): Field {
  return {
    name: "kind",
    label: "What it becomes",
    kind: "radio",
    value: chosen.kind,
    choices: [
      { value: "feed", label: "Post", hint: "A photo, or several as a carousel; a single video becomes a reel." },
      { value: "reel", label: "Reel", hint: "One video of 3 seconds to 15 minutes." },
      { value: "story", label: "Story", hint: "One photo or video, shown for 24 hours, without text." },
    ],
  };
}

function altText(draft: Draft, chosen: InstagramOptions): Field {
  const [image] = draft.media;
  const used = image ? altTextOf(chosen, image, true).length : chosen.altText.length;
  return {
    name: "altText",
    label: "Alternative text",
    kind: "textarea",
    value: chosen.altText,
    counter: { label: "Alternative text", used, max: facts.maxAltTextCharacters, unit: "characters" },
    hint: ["Describes the image to people who cannot see it. Empty: the text kept with the file."],
  };
}

function reelFields(chosen: InstagramOptions): Field[] {
  return [
    {
      name: "coverTimestampMs",
      label: "Cover frame",
      kind: "moment",
      placeholder: "0:03.5",
      value: chosen.coverTimestampMs === undefined ? "" : String(chosen.coverTimestampMs),
      hint: ["Minutes and seconds from the start. Empty: the first frame."],
      group: REEL,
    },
    {
      name: "coverMediaId",
      label: "Cover image",
      kind: "media",
      accept: "image",
      value: chosen.coverMediaId ?? "",
      hint: ["Best 9:16; it wins over the frame."],
      group: REEL,
    },
    toggle("shareToFeed", "Show it in the feed too", chosen.shareToFeed, REEL, ["Off: on the Reels tab only."]),
  ];
}

function collaborators(chosen: InstagramOptions): Field {
  return {
    name: "collaborators",
    label: "Co-authors",
    kind: "tags",
    value: chosen.collaborators.join(", "),
    hint: ["Up to three names. Each is invited and appears once they accept."],
  };
}

function firstComment(chosen: InstagramOptions, prepared: Prepared | null): Field {
  const refused = prepared?.mayComment === false;
  return {
    name: "firstComment",
    label: "First comment",
    kind: "textarea",
    value: chosen.firstComment,
    disabled: refused && chosen.firstComment === "",
    hint: [
      refused
        ? "This channel was connected without the permission for comments. Connect it again to use them."
        : "Written right after publishing, as this account.",
    ],
  };
}

function toggle(name: string, label: string, on: boolean, group: string, hint: RichText): Field {
  return { name, label, kind: "toggle", value: String(on), hint, group };
}
