/** The fields of the compose panel: what a creator can choose on YouTube itself. */
import type { Choice, Draft, Field, RichText } from "../contract.ts";
import type { YoutubePreparation } from "./channel.ts";
import { facts } from "./limits.ts";
import { tagCharacters, type YoutubeOptions } from "./options.ts";

const WHO = "Who can see it";
const ABOUT = "About the video";
const MORE = "More choices";

export function fieldsOf(draft: Draft, chosen: YoutubeOptions, preparation: YoutubePreparation | null): Field[] {
  return [
    title(chosen),
    privacy(chosen),
    madeForKids(chosen),
    thumbnail(draft, chosen),
    tags(chosen),
    category(chosen, preparation),
    playlist(chosen, preparation),
    toggle("containsSyntheticMedia", "Altered or synthetic content", chosen.containsSyntheticMedia, ABOUT, [
      "Say so when realistic people, places or events were changed or made with software. YouTube shows a label.",
    ]),
    toggle("hasPaidPromotion", "Paid promotion", chosen.hasPaidPromotion, ABOUT, [
      "Say so when somebody paid for being shown or mentioned. YouTube shows a notice.",
    ]),
    license(chosen),
    toggle("embeddable", "Allow embedding", chosen.embeddable, MORE, ["Other sites may show the video."]),
    toggle("notifySubscribers", "Tell subscribers", chosen.notifySubscribers, MORE, [
      "Sends a notification when the video is public.",
    ]),
  ];
}

function title(chosen: YoutubeOptions): Field {
  return {
    name: "title",
    label: "Title",
    kind: "text",
    value: chosen.title,
    counter: { label: "Title", used: chosen.title.length, max: facts.maxTitleCharacters, unit: "characters" },
  };
}

function privacy(chosen: YoutubeOptions): Field {
  return {
    name: "privacyStatus",
    label: "Visibility",
    kind: "radio",
    value: chosen.privacyStatus ?? "",
    choices: [
      { value: "public", label: "Public", hint: "Everyone can find and watch it." },
      { value: "unlisted", label: "Unlisted", hint: "Everyone who has the link can watch it." },
      { value: "private", label: "Private", hint: "Only you and people you invite on YouTube can watch it." },
    ],
    group: WHO,
  };
}

function madeForKids(chosen: YoutubeOptions): Field {
  return {
    name: "madeForKids",
    label: "Is it made for kids?",
    kind: "radio",
    value: chosen.madeForKids === undefined ? "" : String(chosen.madeForKids),
    choices: [
      { value: "true", label: "Yes, it is made for kids" },
      { value: "false", label: "No, it is not made for kids" },
    ],
    hint: [
      "The law asks every creator to say so. ",
      { text: "What counts as made for kids", href: "https://support.google.com/youtube/answer/9528076" },
    ],
    group: WHO,
  };
}

function thumbnail(draft: Draft, chosen: YoutubeOptions): Field {
  const image = chosen.thumbnailMediaId ? draft.assets[chosen.thumbnailMediaId] : undefined;
  const small = image?.width && image.height && (image.width < 1280 || image.height < 720);
  const advice = small
    ? `This image is ${image.width} × ${image.height} pixels and may look soft; YouTube advises 1280 × 720 or more.`
    : "JPEG or PNG of at most 50 MB, best 1280 × 720 pixels or more. Without one YouTube picks a frame.";
  return {
    name: "thumbnailMediaId",
    label: "Thumbnail",
    kind: "media",
    accept: "image",
    value: chosen.thumbnailMediaId ?? "",
    hint: [advice],
    group: ABOUT,
  };
}

function tags(chosen: YoutubeOptions): Field {
  return {
    name: "tags",
    label: "Tags",
    kind: "tags",
    value: chosen.tags.join(", "),
    counter: { label: "Tags", used: tagCharacters(chosen.tags), max: facts.maxTagCharacters, unit: "characters" },
    hint: ["Separate them with commas. A tag with a space counts two more."],
    group: ABOUT,
  };
}

function category(chosen: YoutubeOptions, preparation: YoutubePreparation | null): Field {
  const known = preparation?.categories ?? [];
  return {
    name: "categoryId",
    label: "Category",
    kind: "select",
    value: chosen.categoryId,
    choices: withChosen(known, chosen.categoryId, chosen.categoryId === "22" ? "People & Blogs" : "As chosen before"),
    group: ABOUT,
  };
}

function playlist(chosen: YoutubeOptions, preparation: YoutubePreparation | null): Field {
  const refused = preparation?.mayUsePlaylists === false;
  return {
    name: "playlistId",
    label: "Playlist",
    kind: "select",
    value: chosen.playlistId ?? "",
    placeholder: "No playlist",
    choices: withChosen(preparation?.playlists ?? [], chosen.playlistId ?? "", "As chosen before"),
    disabled: refused && !chosen.playlistId,
    hint: refused
      ? ["This channel was connected without the permission for playlists. Connect it again to use them."]
      : undefined,
    group: MORE,
  };
}

function license(chosen: YoutubeOptions): Field {
  return {
    name: "license",
    label: "License",
    kind: "select",
    value: chosen.license,
    choices: [
      { value: "youtube", label: "Standard YouTube License" },
      { value: "creativeCommon", label: "Creative Commons, Attribution" },
    ],
    group: MORE,
  };
}

function toggle(name: string, label: string, on: boolean, group: string, hint: RichText): Field {
  return { name, label, kind: "toggle", value: String(on), hint, group };
}

/** The list as YouTube sent it; a choice that it does not hold stays visible, so that nothing changes unseen. */
function withChosen(known: ReadonlyArray<{ id: string; title: string }>, value: string, label: string): Choice[] {
  const choices = known.map((entry) => ({ value: entry.id, label: entry.title }));
  if (value === "" || known.some((entry) => entry.id === value)) return choices;
  return [{ value, label }, ...choices];
}
