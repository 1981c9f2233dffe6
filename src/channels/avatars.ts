/** Pictures of channels: fetched once through the only door, checked, and kept small. */
import type { House } from "../house.ts";
import { pictureDecoder } from "../pictures.ts";

const SIDE = 96;
const MAX_BYTES = 5_000_000;
const WITHIN_MS = 5000;
const FORMATS = ["jpeg", "png", "webp", "gif", "heif", "avif"];

/** 96 px WebP, or null when there is none, it cannot be had in time, or it is no picture. Never throws. */
export async function fetchAvatar(house: House, url: string | null): Promise<Buffer | null> {
  if (url === null) return null;
  try {
    const signal = AbortSignal.timeout(WITHIN_MS);
    const found = await house.outbound.download(url, {
      maxBytes: MAX_BYTES,
      timeout: WITHIN_MS,
      signal,
      fromPlatform: true,
    });
    if (found.status !== 200) {
      found.body.on("error", () => undefined).destroy();
      return null;
    }
    const parts: Buffer[] = [];
    for await (const part of found.body) parts.push(part as Buffer);
    return await small(Buffer.concat(parts));
  } catch (error) {
    house.log.debug({ err: error }, "a channel's picture could not be fetched");
    return null;
  }
}

async function small(bytes: Buffer): Promise<Buffer | null> {
  const sharp = await pictureDecoder();
  const picture = sharp(bytes, { limitInputPixels: 25_000_000, failOn: "error" });
  const { format } = await picture.metadata();
  // SVG and the like are programs more than pictures.
  if (!format || !FORMATS.includes(format)) return null;
  return picture.rotate().resize(SIDE, SIDE, { fit: "cover" }).webp({ quality: 82 }).toBuffer();
}
