/** The compose panel for YouTube, as data. */
import type { Draft, Notice, Panel } from "../contract.ts";
import type { YoutubePreparation } from "./channel.ts";
import { fieldsOf } from "./fields.ts";
import { facts } from "./limits.ts";
import { descriptionOf, readOptions, utf8Bytes } from "./options.ts";
import { isShort } from "./shape.ts";

/** Everything the form shows; `preparation` null while YouTube has not answered yet. */
export function panelOf(draft: Draft, preparation: YoutubePreparation | null): Panel {
  const { chosen } = readOptions(draft.options);
  const short = isShort(draft.media[0]);
  return {
    header: preparation
      ? { name: preparation.name, handle: preparation.handle, avatarUrl: preparation.avatarUrl }
      : undefined,
    counters: [
      {
        label: "Description",
        used: utf8Bytes(descriptionOf(draft.text)),
        max: facts.maxDescriptionBytes,
        unit: "bytes",
      },
    ],
    notices: noticesOf(draft, preparation, short),
    fields: fieldsOf(draft, chosen, preparation),
    consent: [certification],
    preview: {
      shape: short ? "phone" : "watch",
      as: short ? "Short" : "Video",
      title: chosen.title || null,
      text: draft.text,
      mediaIds: draft.media.slice(0, 1).map((media) => media.id),
      mediaFit: short ? "cover" : "contain",
    },
  };
}

function noticesOf(draft: Draft, preparation: YoutubePreparation | null, short: boolean): Notice[] {
  const notices: Notice[] = [];
  if (short) {
    notices.push({
      tone: "plain",
      text: ["YouTube will show this as a Short, because it is vertical or square and at most three minutes long."],
    });
  }
  if (short && draft.options["thumbnailMediaId"]) {
    notices.push({ tone: "plain", text: ["The thumbnail of a Short is set once YouTube has finished processing it."] });
  }
  if (preparation && !(preparation.categories && preparation.playlists)) {
    notices.push({
      tone: "waiting",
      text: ["YouTube did not send all choices just now. What you chose is kept; reload to see the whole lists."],
    });
  }
  return notices;
}

// 2026-11: demanded word for word on every upload screen.
// https://developers.google.com/youtube/terms/required-minimum-functionality
const certification: Notice = {
  tone: "plain",
  text: [
    "By clicking 'upload,' you certify that the content you are uploading complies with the YouTube Terms of Service (including the ",
    { text: "YouTube Community Guidelines", href: "https://www.youtube.com/t/community_guidelines" },
    ") at ",
    { text: "https://www.youtube.com/t/terms", href: "https://www.youtube.com/t/terms" },
    ". Please be sure not to violate others' copyright or privacy rights.",
  ],
};
