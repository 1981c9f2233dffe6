/** Small pictures of a file, made once at arrival and stored beside it. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { pictureDecoder } from "../pictures.ts";
import { MAX_PIXELS } from "./images.ts";

export type ThumbSize = 96 | 320 | 1080;
export const THUMB_SIZES: readonly ThumbSize[] = [96, 320, 1080];

export function thumbName(size: ThumbSize): string {
  return `thumb-${size}.webp`;
}

/** Writes every size into `folder`; false, with nothing written, when `picture` cannot be opened. */
export async function makeThumbs(picture: Buffer, folder: string): Promise<boolean> {
  try {
    const large = await shrink(picture, 1080, 82);
    const small = await Promise.all([shrink(large, 320, 80), shrink(large, 96, 80)]);
    const files = [
      [1080, large],
      [320, small[0]],
      [96, small[1]],
    ] as const;
    await Promise.all(files.map(([size, bytes]) => writeFile(path.join(folder, thumbName(size)), bytes)));
    return true;
  } catch {
    return false;
  }
}

/** `size` is the longest side. */
async function shrink(picture: Buffer, size: number, quality: number): Promise<Buffer> {
  const sharp = await pictureDecoder();
  return sharp(picture, { failOn: "error", limitInputPixels: MAX_PIXELS })
    .timeout({ seconds: 30 })
    .autoOrient()
    .resize({ width: size, height: size, fit: "inside", withoutEnlargement: true })
    .webp({ quality, effort: 3 })
    .toBuffer();
}

/** A JPEG that platforms take: shorter side at most 1080, longer at most 1920, white where it was transparent. */
export async function makeJpeg(original: string): Promise<Buffer> {
  const sharp = await pictureDecoder();
  const { width, height } = await sharp(original, { limitInputPixels: MAX_PIXELS }).metadata();
  const lies = width > height;
  return sharp(original, { failOn: "error", limitInputPixels: MAX_PIXELS })
    .timeout({ seconds: 60 })
    .resize({ width: lies ? 1920 : 1080, height: lies ? 1080 : 1920, fit: "inside", withoutEnlargement: true })
    .flatten({ background: "#ffffff" })
    .jpeg({ quality: 90 })
    .toBuffer();
}

/** True when the JPEG rendition would be the original itself. */
export function isFitJpeg(mime: string, width: number, height: number): boolean {
  return mime === "image/jpeg" && Math.min(width, height) <= 1080 && Math.max(width, height) <= 1920;
}
