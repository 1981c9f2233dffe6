/** The one way into the library: measured, cleaned, put in its place, and written down in one transaction. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { link, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { MediaRow } from "../database/index.ts";
import type { House } from "../house.ts";
import type { Measurer } from "./measure.ts";
import type { Measurement } from "./measured.ts";
import { fillMedia, findMedia, findSame, insertProcessing, type Content, type NewMedia } from "./media.ts";
import type { Arrived, Store } from "./store.ts";
import { makeThumbs, thumbName } from "./thumbnails.ts";

export interface Admission extends NewMedia {
  arrived: Arrived;
  /** A row that waits for this file (an import); without it a new row is made, or the one that has the same bytes is found. */
  rowId?: string;
}

export interface Gate {
  house: House;
  store: Store;
  measurer: Measurer;
}

/**
 * Returns the ready row, or null when the row that waited is gone. Throws a Refusal when the file is not taken. Either way
 * nothing of the arrival is left where it arrived.
 */
export async function admitFile(gate: Gate, admission: Admission): Promise<MediaRow | null> {
  const { house, store, measurer } = gate;
  const { arrived } = admission;
  let staged: string | null = null;
  try {
    const known = admission.rowId ? null : findSame(house.db, admission.workspaceId, arrived.sha256);
    if (known) return known;
    const measurement = await measurer.measure(arrived.file);
    staged = await store.stage();
    const content = await stage(gate, admission, measurement, staged);
    return settle(gate, admission, content, staged);
  } finally {
    await rm(arrived.file, { force: true });
    if (staged) await rm(staged, { recursive: true, force: true });
  }
}

/** Puts the original and its thumbnails together in a folder of their own. */
async function stage(gate: Gate, { arrived }: Admission, measurement: Measurement, folder: string): Promise<Content> {
  const { facts, cleaned, picture } = measurement;
  const original = path.join(folder, `original.${facts.extension}`);
  if (cleaned) await writeFile(original, cleaned, { mode: 0o600, flush: true });
  // A second name, not a move: until the row stands, the arrival stays where a restart finds it.
  else await link(arrived.file, original).catch(() => rename(arrived.file, original));
  const hasPoster = picture !== null && (await gate.measurer.bounded(() => makeThumbs(picture, folder)));
  const sha256 = cleaned ? createHash("sha256").update(cleaned).digest("hex") : arrived.sha256;
  return { ...facts, bytes: cleaned?.length ?? arrived.bytes, sha256, hasPoster };
}

/** Row and file appear together: the folder moves inside the transaction, and nothing else runs in between. */
function settle(gate: Gate, admission: Admission, content: Content, staged: string): MediaRow | null {
  const { house, store } = gate;
  const { workspaceId, rowId } = admission;
  const row = house.db.transaction(() => {
    if (!rowId) {
      const same = findSame(house.db, workspaceId, content.sha256);
      if (same) return same;
    } else if (findMedia(house.db, workspaceId, rowId)?.state !== "processing") {
      return null;
    }
    store.keep(staged, content.sha256, `original.${content.extension}`);
    const hasPoster = existsSync(store.file(content.sha256, thumbName(320)));
    const id = rowId ?? insertProcessing(house, admission).id;
    return fillMedia(house.db, workspaceId, id, { ...content, hasPoster });
  });
  if (row) house.news.emit(`workspace:${workspaceId}`, { mediaId: row.id });
  return row;
}
