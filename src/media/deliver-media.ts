/** A file as platform modules get it: by byte ranges from disk, and by a signed address where platforms can reach us. */
import { createReadStream, existsSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import type { MediaRow } from "../database/index.ts";
import { canBeFetchedFrom } from "../outbound/index.ts";
import type { DeliveryMedia, MediaFacts } from "../platforms/contract.ts";
import type { Gate } from "./admit-file.ts";
import { sign } from "./signatures.ts";
import { isFitJpeg, makeJpeg } from "./thumbnails.ts";

/** Name of the stored rendition, and what its address ends with. */
export const JPEG_RENDITION = "jpeg-1080.jpg";
const JPEG_ENDING = "-1080.jpg";

/** null unless the row is ready. */
export function factsOf(row: MediaRow): MediaFacts | null {
  if (row.state !== "ready" || !row.kind || !row.mime || row.bytes === null) return null;
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    mime: row.mime,
    bytes: row.bytes,
    width: row.width,
    height: row.height,
    durationMs: row.duration_ms,
    videoCodec: row.video_codec,
    audioCodec: row.audio_codec,
    frameRate: row.frame_rate,
    rotation: row.rotation,
    altText: row.alt_text,
  };
}

export function originalOf(gate: Pick<Gate, "store">, row: MediaRow): string {
  return gate.store.file(row.sha256 ?? "", `original.${row.extension}`);
}

export function deliveryOf(gate: Gate, row: MediaRow): DeliveryMedia | null {
  const facts = factsOf(row);
  if (!facts) return null;
  const file = originalOf(gate, row);
  return {
    ...facts,
    read: (start, end) => (end > start ? createReadStream(file, { start, end: end - 1 }) : Readable.from([])),
    publicUrl: (minutes, as) => publicUrl(gate, row, minutes, as),
  };
}

async function publicUrl(gate: Gate, row: MediaRow, minutes: number, as?: "jpeg"): Promise<string | null> {
  const { house } = gate;
  if (!canBeFetchedFrom(house.publicUrl, house.config.platformMode)) return null;
  const converted =
    as === "jpeg" && row.kind === "image" && !isFitJpeg(row.mime ?? "", row.width ?? 0, row.height ?? 0);
  if (converted) await haveJpeg(gate, row);
  const name = converted ? `${row.id}${JPEG_ENDING}` : `${row.id}.${row.extension}`;
  const expires = Math.ceil(house.clock.now() / 1000 + minutes * 60);
  const signature = sign(house.vault.derive("mediaUrl"), {
    file: name,
    expires,
    purpose: "platform",
    epoch: row.epoch,
  });
  return `${house.publicUrl}/m/${name}?e=${expires}&s=${signature}`;
}

/** Converts once and keeps the result beside the original; two at the same time write the same bytes. */
export async function haveJpeg(gate: Gate, row: MediaRow): Promise<string> {
  const place = gate.store.file(row.sha256 ?? "", JPEG_RENDITION);
  if (existsSync(place)) return place;
  const bytes = await gate.measurer.bounded(() => makeJpeg(originalOf(gate, row)));
  const draft = path.join(gate.store.tmp, `${randomUUID()}.part`);
  try {
    await writeFile(draft, bytes, { mode: 0o600 });
    await rename(draft, place);
  } finally {
    await rm(draft, { force: true });
  }
  return place;
}

/** "<id>.mp4" or "<id>-1080.jpg" → the id and whether the rendition is meant; null for anything else. */
export function readAddressName(file: string): { id: string; rendition: boolean; extension: string } | null {
  const found = /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(-1080)?\.([a-z0-9]{3,4})$/.exec(file);
  return found && { id: found[1]!, rendition: found[2] !== undefined, extension: found[3]! };
}
