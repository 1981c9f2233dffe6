/** Measures pictures: decoded to their last pixel, turned upright, without place, camera and whatever hung behind them. */
import { readFile, stat } from "node:fs/promises";
import type { Metadata, Sharp } from "sharp";
import { pictureDecoder } from "../pictures.ts";
import { words } from "../web/index.ts";
import { endOfImage } from "./image-end.ts";
import type { Kind } from "./kinds.ts";
import type { Measured, Measurement } from "./measured.ts";
import { refuseFile } from "./words.ts";

type Format = Extract<Kind, { kind: "image" }>["format"];

export const MAX_IMAGE_BYTES = 64_000_000;
export const MAX_PIXELS = 50_000_000;
const MAX_FRAMES = 600;
const LIMITS = { failOn: "error", limitInputPixels: MAX_PIXELS } as const;

/** Throws a Refusal when the picture is damaged, cut off or too large to be opened safely. */
export async function measureImage(file: string, format: Format): Promise<Measurement> {
  if ((await stat(file)).size > MAX_IMAGE_BYTES) {
    throw refuseFile(
      `is a picture of more than ${words.fileSize(MAX_IMAGE_BYTES)}`,
      "Save it smaller; no channel takes more.",
    );
  }
  const came = await readFile(file);
  const facts = await openSafely(came);
  const whole = format === "avif" ? came : withoutTail(came, format);
  await decode(whole, facts);
  const sharp = await pictureDecoder();
  const bytes = mustBeRewritten(facts, format) ? await rewrite(whole, format, facts) : whole;
  return {
    facts: factsOf(await sharp(bytes, LIMITS).metadata()),
    cleaned: bytes === came ? null : bytes,
    picture: bytes,
  };
}

async function openSafely(bytes: Buffer): Promise<Metadata> {
  const sharp = await pictureDecoder();
  const facts = await sharp(bytes, { failOn: "error", limitInputPixels: false }).metadata().catch(damaged);
  const frames = facts.pages ?? 1;
  if (facts.width * facts.height * frames > MAX_PIXELS || frames > MAX_FRAMES) {
    const size =
      frames > 1 ? `${frames} frames of ${facts.width} × ${facts.height}` : `${facts.width} × ${facts.height}`;
    throw refuseFile(
      `holds ${size} pixels, more than can be opened safely`,
      "Save it smaller; 4000 pixels on the longer side are plenty.",
    );
  }
  return facts;
}

function withoutTail(bytes: Buffer, format: Exclude<Format, "avif">): Buffer {
  const end = endOfImage(format, bytes);
  if (end === null)
    throw refuseFile("breaks off before the picture ends", "Export or download it again, then upload it once more.");
  return end === bytes.length ? bytes : bytes.subarray(0, end);
}

/** Every frame, every row; into a small size, because only errors matter here. */
async function decode(bytes: Buffer, facts: Metadata): Promise<void> {
  const sharp = await pictureDecoder();
  const animated = (facts.pages ?? 1) > 1;
  await sharp(bytes, { ...LIMITS, animated })
    .timeout({ seconds: 30 })
    .resize({ width: 64 })
    .raw()
    .toBuffer()
    .catch(damaged);
}

/** Where and with what a picture was taken is nobody's business; no channel takes AVIF. */
function mustBeRewritten(facts: Metadata, format: Format): boolean {
  const told = facts.exif ?? facts.xmp ?? facts.iptc ?? facts.tifftagPhotoshop;
  return format === "avif" || (facts.orientation ?? 1) !== 1 || told !== undefined || (facts.comments?.length ?? 0) > 0;
}

async function rewrite(bytes: Buffer, format: Format, facts: Metadata): Promise<Buffer> {
  const sharp = await pictureDecoder();
  const animated = (facts.pages ?? 1) > 1 && format !== "avif";
  const upright = sharp(bytes, { ...LIMITS, animated })
    .timeout({ seconds: 60 })
    .autoOrient()
    .keepIccProfile();
  return encode(upright, format, facts).toBuffer().catch(damaged);
}

function encode(image: Sharp, format: Format, facts: Metadata): Sharp {
  switch (format) {
    case "jpeg":
      return image.jpeg({ quality: 95, chromaSubsampling: facts.chromaSubsampling === "4:4:4" ? "4:4:4" : "4:2:0" });
    case "png":
      return image.png();
    case "webp":
      return image.webp({ quality: 95 });
    case "gif":
      return image.gif();
    case "avif":
      return facts.hasAlpha ? image.png() : image.jpeg({ quality: 95 });
  }
}

const STORED: Readonly<Record<string, Pick<Measured, "mime" | "extension">>> = {
  jpeg: { mime: "image/jpeg", extension: "jpg" },
  png: { mime: "image/png", extension: "png" },
  webp: { mime: "image/webp", extension: "webp" },
  gif: { mime: "image/gif", extension: "gif" },
};

function factsOf(facts: Metadata): Measured {
  const stored = STORED[facts.format];
  if (!stored) return damaged();
  const { width, height } = facts;
  const none = { durationMs: null, videoCodec: null, audioCodec: null, frameRate: null, rotation: null };
  return { kind: "image", ...stored, width, height, ...none };
}

function damaged(): never {
  throw refuseFile(
    "is damaged: the picture in it cannot be opened",
    "Export or download it again, then upload it once more.",
  );
}
