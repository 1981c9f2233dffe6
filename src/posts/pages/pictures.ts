/** Media as pages show them: a small picture, a name and what was measured. */
import type { MediaRow } from "../../database/index.ts";
import { summaryOf, type MediaLibrary } from "../../media/index.ts";

export interface PictureView {
  id: string;
  name: string;
  altText: string;
  kind: MediaRow["kind"];
  /** "1080 × 1920 · 0:48 · 30 fps · H.264 · 52 MB" */
  summary: string;
  state: MediaRow["state"] | "missing";
  problem: string | null;
  small: string | null;
  large: string | null;
}

/** In the order of `ids`; what is not in this workspace (any more) is shown as missing, so that it can be removed. */
export function picturesOf(media: MediaLibrary, workspaceId: string, ids: readonly string[]): PictureView[] {
  return ids.map((id) => {
    const row = media.find(workspaceId, id);
    return row ? pictureOf(media, row) : missing(id);
  });
}

export function pictureOf(media: MediaLibrary, row: MediaRow): PictureView {
  const ready = row.state === "ready";
  return {
    id: row.id,
    name: row.title || row.name,
    altText: row.alt_text,
    kind: row.kind,
    summary: ready ? summaryOf(row) : "",
    state: row.state,
    problem: row.problem,
    small: ready ? media.thumbPath(row, 320) : null,
    large: ready ? media.thumbPath(row, 1080) : null,
  };
}

function missing(id: string): PictureView {
  return {
    id,
    name: "A file that is gone",
    altText: "",
    kind: null,
    summary: "",
    state: "missing",
    problem: "It was deleted from the library.",
    small: null,
    large: null,
  };
}
