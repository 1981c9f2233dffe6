/** The compose panel for Facebook, as data. */
import type { Counter, Draft, Field, Notice, Panel, Preview } from "../contract.ts";
import { facts } from "./limits.ts";
import { messageOf, readOptions, surfaceOf, type FacebookOptions, type Surface } from "./options.ts";
import type { FacebookPreparation } from "./pages.ts";
import { mostCharacters } from "./validate.ts";

/** Everything the form shows; `preparation` null while Facebook has not answered yet. */
export function panelOf(draft: Draft, preparation: FacebookPreparation | null): Panel {
  const { chosen } = readOptions(draft.options);
  const surface = surfaceOf(chosen.kind, draft.media);
  const most = mostCharacters(surface);
  const used = messageOf(draft.text).length;
  return {
    header: preparation
      ? { name: preparation.name, handle: preparation.handle, avatarUrl: preparation.avatarUrl }
      : undefined,
    counters: Number.isFinite(most) ? [{ label: "Facebook", used, max: most, unit: "characters" }] : [],
    notices: noticesOf(draft, surface, preparation),
    fields: fieldsOf(chosen, surface, preparation),
    consent: surface === "reel" ? [reelDisclosure(preparation)] : [],
    preview: previewOf(draft, chosen, surface),
  };
}

function fieldsOf(chosen: FacebookOptions, surface: Surface, preparation: FacebookPreparation | null): Field[] {
  const fields: Field[] = [
    {
      name: "kind",
      label: "Post as",
      kind: "radio",
      value: chosen.kind,
      choices: [
        { value: "feed", label: "Post", hint: "On the Page's feed: text, a link, photos or a video." },
        { value: "reel", label: "Reel", hint: "One upright video of 3 to 90 seconds." },
        { value: "story", label: "Story", hint: "One photo, or a video of 3 to 60 seconds, for a day." },
      ],
    },
  ];
  if (surface === "reel") fields.push(audience);
  // A field that no longer fits stays while it holds something, so that it can be emptied.
  if (surface === "video" || surface === "reel" || chosen.title) fields.push(titleField(chosen));
  if (surface === "text" || chosen.link) fields.push(linkField(chosen));
  if (!surface.endsWith("_story") || chosen.firstComment) fields.push(commentField(chosen, preparation));
  return fields;
}

// 2026-11: the form must show the audience of a reel and may offer nothing but Public.
// https://developers.facebook.com/documentation/video-api/guides/reels-publishing
const audience: Field = {
  name: "audience",
  label: "Who can see it",
  kind: "select",
  value: "public",
  choices: [{ value: "public", label: "Public" }],
  disabled: true,
  hint: ["Reels of a Page are always public."],
};

function titleField(chosen: FacebookOptions): Field {
  const counter = counterOf("Title", chosen.title, facts.maxTitleCharacters);
  return { name: "title", label: "Title", kind: "text", value: chosen.title, counter };
}

function linkField(chosen: FacebookOptions): Field {
  return {
    name: "link",
    label: "Link",
    kind: "text",
    value: chosen.link,
    hint: ["Facebook makes a card of it. An address in the text alone becomes no card."],
  };
}

function commentField(chosen: FacebookOptions, preparation: FacebookPreparation | null): Field {
  const barred = preparation?.mayComment === false;
  return {
    name: "firstComment",
    label: "First comment",
    kind: "textarea",
    value: chosen.firstComment,
    ...(barred
      ? { disabled: chosen.firstComment === "", hint: ["This Page was connected without the permission for comments."] }
      : { hint: ["Written by the Page right after publishing."] }),
    counter: counterOf("First comment", messageOf(chosen.firstComment), facts.maxCommentCharacters),
  };
}

function counterOf(label: string, text: string, max: number): Counter {
  return { label, used: text.length, max, unit: "characters" };
}

function noticesOf(draft: Draft, surface: Surface, preparation: FacebookPreparation | null): Notice[] {
  const notices: Notice[] = [];
  const say = (tone: Notice["tone"], words: string) => notices.push({ tone, text: [words] });
  if (surface.endsWith("_story") && draft.text.trim() !== "") {
    say("waiting", "A story carries no text: what you wrote is not sent with it.");
  }
  const converted: readonly string[] = facts.convertedPhotoTypes;
  if (draft.media.some((file) => converted.includes(file.mime))) {
    say("plain", "Facebook fetches some of these photos as JPEG, so this install needs a public https address.");
  }
  if (draft.media.some((file) => file.mime === "image/png" && file.bytes > 1_000_000)) {
    say("plain", "Facebook makes PNG files above 1 MB look coarse. A JPEG looks better.");
  }
  if (surface === "video") say("plain", "Facebook may show a short upright video as a reel.");
  const reels = preparation?.reelsToday ?? 0;
  if (surface === "reel" && reels >= facts.maxReelsPerDay - 5) {
    say(
      "waiting",
      `This Page has ${reels} reels in the last 24 hours; Facebook takes ${facts.maxReelsPerDay} from apps.`,
    );
  }
  return notices;
}

function reelDisclosure(preparation: FacebookPreparation | null): Notice {
  const page = preparation?.name ?? "the Page";
  return {
    tone: "plain",
    text: [`This video is shared as a public reel of ${page}. Anyone on or off Facebook can see and share it.`],
  };
}

const NAMES: Readonly<Record<Surface, string>> = {
  text: "Post",
  photos: "Photo",
  video: "Video",
  reel: "Reel",
  photo_story: "Story",
  video_story: "Story",
};

function previewOf(draft: Draft, chosen: FacebookOptions, surface: Surface): Preview {
  const upright = surface === "reel" || surface.endsWith("_story");
  return {
    shape: surface.endsWith("_story") ? "story" : upright ? "phone" : "feed",
    as: surface === "photos" && draft.media.length > 1 ? "Photos" : NAMES[surface],
    title: surface === "video" || surface === "reel" ? chosen.title || null : null,
    text: surface.endsWith("_story") ? "" : draft.text,
    mediaIds: draft.media.map((file) => file.id),
    mediaFit: upright ? "cover" : "contain",
  };
}
