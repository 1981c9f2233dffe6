/** Media as pages show them: what a tile, the details and the uploader need, made from rows. */
import type { MediaRow } from "../database/index.ts";
import type { MediaLibrary } from "./library.ts";
import { briefOf, summaryOf } from "./words.ts";

export interface Tile {
  id: string;
  /** The title a person gave, else the file's name. */
  name: string;
  kind: MediaRow["kind"];
  state: MediaRow["state"];
  problem: string | null;
  thumb: string | null;
  summary: string;
  /** The shorter form that fits below a small picture: "1080 × 1920 · 52 MB". */
  brief: string;
  altText: string;
  /** Name of the icon that stands where there is no picture. */
  icon: string;
  /** Playing time in ms. */
  durationMs: number | null;
}

export function tileOf(media: MediaLibrary, row: MediaRow): Tile {
  return {
    id: row.id,
    name: row.title || row.name,
    kind: row.kind,
    state: row.state,
    problem: row.problem,
    thumb: media.thumbPath(row, 320),
    summary: summaryOf(row),
    brief: briefOf(row),
    altText: row.alt_text,
    icon: iconOf(row),
    durationMs: row.duration_ms,
  };
}

export function iconOf({ state, kind }: Pick<MediaRow, "state" | "kind">): string {
  if (state === "failed") return "file-x";
  if (state === "processing") return "hourglass";
  return kind === "video" ? "film" : kind === "audio" ? "audio-lines" : "image";
}

/** What scripts get of a file: by GET /media/<id>.json and at the end of an upload. */
export function mediaJson(media: MediaLibrary, row: MediaRow): Record<string, string | null> {
  const { id, name, kind, state, problem, thumb, summary } = tileOf(media, row);
  return { id, name, kind, state, problem, thumb, summary };
}
