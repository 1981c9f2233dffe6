/** The compose panel as TikTok's audit wants it: fresh creator, nothing preselected, every sentence in place. */
import type { Counter, Draft, Notice, Panel, Preparation, Preview } from "../contract.ts";
import { declaration, LABEL_BRANDED, LABEL_YOUR_BRAND } from "./demanded.ts";
import { directFields, modeField, photoTitle } from "./fields.ts";
import { PHOTO, VIDEO } from "./limits.ts";
import { goesAsItIs } from "./media.ts";
import { disclosure, readableOptions, type Options } from "./options.ts";
import { readPreparation, type Prepared } from "./prepare.ts";

/** Pure; `preparation` null means that TikTok has not been asked (yet). */
export function panel(draft: Draft, preparation: Preparation | null): Panel {
  const chosen = readableOptions(draft.options);
  const prepared = readPreparation(preparation);
  const photos = draft.media.some((file) => file.kind === "image");
  const direct = chosen.mode === "direct";
  return {
    ...(prepared ? { header: prepared.header } : {}),
    counters: counters(draft, photos),
    notices: notices(draft, chosen, prepared, photos),
    fields: [
      modeField(chosen, prepared),
      ...(photos ? [photoTitle(chosen)] : []),
      ...(direct ? directFields(chosen, prepared, photos) : []),
    ],
    consent: direct ? [{ tone: "plain", text: declaration(disclosure(chosen).branded) }] : [],
    preview: preview(draft, chosen, photos),
  };
}

function counters(draft: Draft, photos: boolean): Counter[] {
  const max = photos ? PHOTO.maxText : VIDEO.maxText;
  return [{ label: "TikTok", used: draft.text.length, max, unit: "characters" }];
}

function notices(draft: Draft, chosen: Options, prepared: Prepared | null, photos: boolean): Notice[] {
  const direct = chosen.mode === "direct";
  return [
    ...blockNotices(chosen, prepared),
    ...(direct ? directNotices(chosen) : inboxNotices(draft, photos)),
    ...(photos ? photoNotices(draft) : []),
  ];
}

function blockNotices(chosen: Options, prepared: Prepared | null): Notice[] {
  if (!prepared) {
    const text = "TikTok has not been asked yet what this account may choose. Open this form again in a moment.";
    return chosen.mode === "direct" ? [{ tone: "waiting", text: [text] }] : [];
  }
  const { block } = prepared;
  return block ? [{ tone: "broken", text: [`${block.message} ${block.remedy}`] }] : [];
}

function directNotices(chosen: Options): Notice[] {
  const { yourBrand, branded } = disclosure(chosen);
  const label = branded ? LABEL_BRANDED : yourBrand ? LABEL_YOUR_BRAND : "";
  return [
    ...(label === "" ? [] : [{ tone: "plain" as const, text: [label] }]),
    {
      tone: "plain",
      text: [
        "After publishing, it may take a few minutes until TikTok has processed the post and shows it on the profile.",
      ],
    },
    {
      tone: "waiting",
      text: [
        "If TikTok has not audited this install's app yet, it takes direct posts only from private accounts, only as Only me, and from at most five accounts a day.",
      ],
    },
  ];
}

function inboxNotices(draft: Draft, photos: boolean): Notice[] {
  const where: Notice = {
    tone: "plain",
    text: ["TikTok sends the creator a notification. They finish the post in the app, within about a day."],
  };
  if (photos) return [where];
  const copy: Notice[] = draft.text === "" ? [] : [{ tone: "plain", text: ["Text to copy: ", draft.text] }];
  return [
    where,
    {
      tone: "waiting",
      text: ["TikTok takes no caption with a video draft. Add it in the app, where privacy and labels are chosen too."],
    },
    ...copy,
  ];
}

function photoNotices({ media }: Draft): Notice[] {
  const changed = media.filter((file) => file.kind === "image" && !goesAsItIs(file));
  const shrunk: Notice = {
    tone: "plain",
    text: [
      `TikTok takes photos as JPEG or WebP of at most 1080 × 1920 pixels. It gets a JPEG that fits of ${changed.map((file) => file.name).join(", ")}; your own files stay as they are.`,
    ],
  };
  return [
    {
      tone: "plain",
      text: [
        "TikTok fetches photos from this install, so it needs a public https address that is verified under URL properties in the TikTok developer portal.",
      ],
    },
    ...(changed.length > 0 ? [shrunk] : []),
  ];
}

function preview(draft: Draft, chosen: Options, photos: boolean): Preview {
  const draftOnly = chosen.mode === "inbox";
  return {
    shape: "phone",
    as: draftOnly ? "Draft in your inbox" : photos ? "Photo post" : "Video",
    title: photos && chosen.title !== "" ? chosen.title : null,
    // A caption that does not travel is not drawn as if it did.
    text: draftOnly && !photos ? "" : draft.text,
    mediaIds: draft.media.map((file) => file.id),
    mediaFit: "contain",
  };
}
