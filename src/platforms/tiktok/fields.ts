/** The fields of the compose panel. */
import type { Choice, Field } from "../contract.ts";
import { BRANDED_PRIVATE, DISCLOSE_WHICH } from "./demanded.ts";
import { PHOTO } from "./limits.ts";
import { disclosure, privacyWords, type Options } from "./options.ts";
import type { Creator, Prepared } from "./prepare.ts";

const INTERACTION = "Allow others to";
const DISCLOSURE = "Content disclosure";

export function modeField(chosen: Options, prepared: Prepared | null): Field {
  const blocked = prepared !== null && (!prepared.canPostDirectly || prepared.block !== null);
  const direct: Choice = { value: "direct", label: "Straight to the profile" };
  if (blocked) {
    direct.disabled = true;
    direct.hint = prepared.block?.message ?? "This account has not allowed direct posts.";
  }
  return {
    name: "mode",
    label: "How",
    kind: "radio",
    value: chosen.mode,
    choices: [{ value: "inbox", label: "To the TikTok inbox, finish in the app (advised)" }, direct],
    hint: [
      "Advised because TikTok lets an app post publicly by itself only after an audit, and drafts can be public without one.",
    ],
  };
}

export function photoTitle(chosen: Options): Field {
  return {
    name: "title",
    label: "Title",
    kind: "text",
    value: chosen.title,
    counter: { label: "Title", used: chosen.title.length, max: PHOTO.maxTitle, unit: "characters" },
  };
}

/** Everything TikTok wants to see before a direct post. */
export function directFields(chosen: Options, prepared: Prepared | null, photos: boolean): Field[] {
  const creator = prepared?.creator ?? null;
  return [
    privacyField(chosen, creator),
    ...interactionFields(chosen, creator, photos),
    ...disclosureFields(chosen),
    ...(photos ? [toggle("autoAddMusic", "Let TikTok add music", chosen.autoAddMusic)] : videoFields(chosen)),
    toggle("musicConsent", "I agree to the declaration shown before publishing", chosen.musicConsent),
  ];
}

function toggle(name: string, label: string, on: boolean, more: Partial<Field> = {}): Field {
  return { name, label, kind: "toggle", value: String(on), ...more };
}

function privacyField(chosen: Options, creator: Creator | null): Field {
  const { branded } = disclosure(chosen);
  // Only what the account offers is shown; while TikTok has not answered, only what was chosen before.
  const levels = creator?.privacyLevels ?? (chosen.privacyLevel ? [chosen.privacyLevel] : []);
  const choices = levels.map((value): Choice => {
    const choice = { value, label: privacyWords(value) };
    return branded && value === "SELF_ONLY" ? { ...choice, disabled: true, hint: BRANDED_PRIVATE } : choice;
  });
  // A level the account no longer offers is not shown as chosen: the person chooses again.
  const value = chosen.privacyLevel && levels.includes(chosen.privacyLevel) ? chosen.privacyLevel : "";
  return { name: "privacyLevel", label: "Who can see it", kind: "select", value, choices, placeholder: "Choose…" };
}

function interactionFields(chosen: Options, creator: Creator | null, photos: boolean): Field[] {
  const field = (name: string, label: string, on: boolean, off: boolean) =>
    toggle(name, label, on && !off, {
      group: INTERACTION,
      ...(off ? { disabled: true, hint: ["Switched off in this account's TikTok settings."] } : {}),
    });
  const comment = field("allowComment", "Comment", chosen.allowComment, creator?.commentDisabled ?? false);
  if (photos) return [comment];
  return [
    comment,
    field("allowDuet", "Duet", chosen.allowDuet, creator?.duetDisabled ?? false),
    field("allowStitch", "Stitch", chosen.allowStitch, creator?.stitchDisabled ?? false),
  ];
}

function disclosureFields(chosen: Options): Field[] {
  const { open, yourBrand, branded } = disclosure(chosen);
  const undecided = open && !yourBrand && !branded;
  const opener = toggle("discloseContent", "Disclose commercial content", open, {
    group: DISCLOSURE,
    hint: [
      undecided ? DISCLOSE_WHICH : "Switch on if this promotes goods or services in exchange for something of value.",
    ],
  });
  if (!open) return [opener];
  const isPrivate = chosen.privacyLevel === "SELF_ONLY" && !branded;
  return [
    opener,
    toggle("yourBrand", "Your brand", yourBrand, {
      group: DISCLOSURE,
      hint: ["You promote yourself or your own business."],
    }),
    toggle("brandedContent", "Branded content", branded, {
      group: DISCLOSURE,
      disabled: isPrivate,
      hint: [isPrivate ? BRANDED_PRIVATE : "You promote another brand or a third party."],
    }),
  ];
}

function videoFields(chosen: Options): Field[] {
  return [
    toggle("isAigc", "Label as AI-generated", chosen.isAigc),
    {
      name: "coverTimestampMs",
      label: "Cover frame",
      kind: "moment",
      placeholder: "0:03.5",
      value: chosen.coverTimestampMs === undefined ? "" : String(chosen.coverTimestampMs),
      hint: ["Minutes and seconds from the start. Empty: the first frame."],
    },
  ];
}
