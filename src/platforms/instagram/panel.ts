/** The compose panel for Instagram, as data. */
import type { Counter, Draft, Notice, Panel, Preview } from "../contract.ts";
import { fieldsOf } from "./fields.ts";
import { facts } from "./limits.ts";
import { captionOf, countsOf, readOptions, type InstagramOptions } from "./options.ts";
import type { Prepared } from "./prepare.ts";
import { surfaceOf, takesText, type Surface } from "./surface.ts";

/** Everything the form shows; `prepared` null while Instagram has not answered yet. */
export function panelOf(draft: Draft, prepared: Prepared | null): Panel {
  const { chosen } = readOptions(draft.options);
  const surface = surfaceOf(chosen.kind, draft.media);
  return {
    header: prepared ? { name: prepared.name, handle: prepared.handle, avatarUrl: prepared.avatarUrl } : undefined,
    counters: takesText(surface) ? countersOf(draft.text) : [],
    notices: noticesOf(draft, chosen, surface, prepared),
    fields: fieldsOf(draft, chosen, surface, prepared),
    consent: [],
    preview: previewOf(draft, surface),
  };
}

function countersOf(text: string): Counter[] {
  const { characters, hashtags, mentions } = countsOf(text);
  return [
    { label: "Text", used: characters, max: facts.maxCaptionCharacters, unit: "characters" },
    { label: "Hashtags", used: hashtags, max: facts.maxHashtags, unit: "hashtags" },
    { label: "Mentions", used: mentions, max: facts.maxMentions, unit: "mentions" },
  ];
}

function noticesOf(draft: Draft, chosen: InstagramOptions, surface: Surface, prepared: Prepared | null): Notice[] {
  const plain = (text: string): Notice => ({ tone: "plain", text: [text] });
  const notices: Notice[] = [];
  const { quota } = prepared ?? {};
  if (quota) {
    const left = Math.max(0, quota.total - quota.used);
    const text = `Instagram lets this account post ${left} more ${left === 1 ? "time" : "times"} through apps within 24 hours.`;
    notices.push(left === 0 ? { tone: "waiting", text: [`${text} What is due meanwhile waits.`] } : plain(text));
  }
  if (chosen.kind === "feed" && surface === "reel") notices.push(plain("Instagram makes a reel of a single video."));
  if (surface === "carousel")
    notices.push(plain("Instagram crops every part of a carousel to the shape of the first."));
  if (surface === "story" && draft.text.trim() !== "") {
    notices.push(plain("The text is not sent: stories made through apps carry no text, stickers or links."));
  }
  if (needsAddress(draft, prepared)) {
    notices.push(
      plain("Instagram fetches the files from this install, so it must have a public https address (PUBLIC_URL)."),
    );
  }
  notices.push(plain("Once published, it can be changed or deleted only in the Instagram app."));
  return notices;
}

function needsAddress(draft: Draft, prepared: Prepared | null): boolean {
  return draft.media.some((file) => file.kind === "image") || prepared?.takesBytes !== true;
}

function previewOf(draft: Draft, surface: Surface): Preview {
  return {
    shape: ({ image: "photo", carousel: "photo", reel: "phone", story: "story" } as const)[surface],
    as: { image: "Post", carousel: "Carousel", reel: "Reel", story: "Story" }[surface],
    title: null,
    // A text that does not travel is not drawn as if it did.
    text: takesText(surface) ? captionOf(draft.text) : "",
    mediaIds: draft.media.slice(0, surface === "carousel" ? facts.maxCarousel : 1).map((file) => file.id),
    mediaFit: "cover",
  };
}
