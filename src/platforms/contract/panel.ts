/** The compose panel as data: one template draws it for every platform. */

export interface Choice {
  value: string;
  label: string;
  disabled?: boolean;
  /** Shown when hovered or focused: why it is greyed. */
  hint?: string;
}

/** Text with links in it: strings are escaped, links open the vendor's page. */
export type RichText = ReadonlyArray<string | { text: string; href: string }>;

export interface Field {
  name: string;
  label: string;
  /** "moment": a moment of the film in milliseconds, which the form shows and reads as minutes and seconds. */
  kind: "text" | "textarea" | "select" | "radio" | "toggle" | "tags" | "media" | "number" | "moment";
  /** What the form shows now: string, "true"/"false" for toggles, comma list for tags, milliseconds for moments. */
  value: string;
  choices?: readonly Choice[];
  /** First entry of a select without a default: "Choose…". */
  placeholder?: string;
  disabled?: boolean;
  hint?: RichText;
  /** Counter shown beside the label. */
  counter?: Counter;
  /** Fields with the same group stand together under this heading. */
  group?: string;
  /** For media fields: which kind may be picked. */
  accept?: "image" | "video";
}

export interface Counter {
  label: string;
  used: number;
  max: number;
  unit: "characters" | "bytes" | "hashtags" | "mentions";
}

export interface Notice {
  tone: "plain" | "waiting" | "broken" | "live";
  text: RichText;
}

export interface Panel {
  /** Who it will be posted as, fresh from the platform where the vendor demands it. */
  header?: { name: string; handle: string; avatarUrl: string | null };
  /** Counters of the post's text by the platform's own rule. */
  counters: readonly Counter[];
  notices: readonly Notice[];
  fields: readonly Field[];
  /** Declarations that must stand just before the publish button. */
  consent: readonly Notice[];
  preview: Preview;
}

/** How the post will look; one template draws all of them. */
export interface Preview {
  /** "feed": words above the picture; "photo": the picture above its words; "story": upright and without words. */
  shape: "phone" | "story" | "watch" | "feed" | "photo" | "pin";
  /** What the platform will call it: "Short", "Reel", "Video", "Draft in your inbox". */
  as: string;
  title: string | null;
  text: string;
  /** Which media are drawn, in order. */
  mediaIds: readonly string[];
  mediaFit: "cover" | "contain";
}
