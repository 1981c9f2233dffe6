/** What is posted, and why it may not go out as it is. */

/** One file as it was measured at arrival. Sizes in bytes and pixels, times in ms. */
export interface MediaFacts {
  id: string;
  kind: "image" | "video" | "audio";
  /** File name as the person knows it; never a path. */
  name: string;
  mime: string;
  bytes: number;
  width: number | null;
  height: number | null;
  durationMs: number | null;
  videoCodec: string | null;
  audioCodec: string | null;
  frameRate: number | null;
  rotation: number | null;
  altText: string;
}

/** What the person wrote for one channel. `options` is unchecked input: a module parses it with its own schema. */
export interface Draft {
  text: string;
  media: readonly MediaFacts[];
  options: Readonly<Record<string, unknown>>;
  /** Files named in options (thumbnailMediaId, coverMediaId), by id. */
  assets: Readonly<Record<string, MediaFacts>>;
  /** UTC ms, null = not decided. */
  dueAt: number | null;
  /** Whether platforms can fetch files from this install: it has a public https address, or is a sandbox. Absent = not known. */
  publicHttps?: boolean;
}

/** A reason why this draft cannot go out as it is. `field` is "text", "media" or an option's name. */
export interface Problem {
  field: string;
  message: string;
  remedy: string;
}

/** Facts `prepare` fetched for the form; the module's own JSON, kept for minutes only, never in the database. */
export type Preparation = unknown;
