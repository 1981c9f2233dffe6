/** Tells from the first bytes what a file is, and refuses what no channel could use. The name is never asked. */
import { open } from "node:fs/promises";
import { refuseFile } from "./words.ts";

export type Kind =
  | { kind: "image"; format: "jpeg" | "png" | "webp" | "gif" | "avif" }
  | { kind: "film"; container: "mp4" | "quicktime" | "webm" }
  | { kind: "sound"; container: "mp3" | "m4a" | "wav" };

const TAKEN: Readonly<Record<string, Kind>> = {
  "image/jpeg": { kind: "image", format: "jpeg" },
  "image/png": { kind: "image", format: "png" },
  "image/apng": { kind: "image", format: "png" },
  "image/webp": { kind: "image", format: "webp" },
  "image/gif": { kind: "image", format: "gif" },
  "image/avif": { kind: "image", format: "avif" },
  "video/mp4": { kind: "film", container: "mp4" },
  "video/x-m4v": { kind: "film", container: "mp4" },
  "video/quicktime": { kind: "film", container: "quicktime" },
  "video/webm": { kind: "film", container: "webm" },
  "audio/mpeg": { kind: "sound", container: "mp3" },
  "audio/x-m4a": { kind: "sound", container: "m4a" },
  "audio/mp4": { kind: "sound", container: "m4a" },
  "audio/wav": { kind: "sound", container: "wav" },
};

const USE_INSTEAD = "Save it as JPEG, PNG, WebP or GIF, as MP4, MOV or WebM, or as MP3, M4A or WAV.";

/** Throws a Refusal for every other kind of content. */
export async function kindOf(file: string): Promise<Kind> {
  // Loaded with the first file: an idle process does without.
  const { fileTypeFromFile } = await import("file-type");
  const found = await fileTypeFromFile(file).catch(() => undefined);
  const kind = found && TAKEN[found.mime];
  if (kind) return kind;
  if (!found) throw await refuseUnknown(file);
  if (/^image\/hei[cf]/.test(found.mime)) {
    throw refuseFile(
      "is a HEIC picture, which cannot be read here",
      "Save it as JPEG. On an iPhone: Settings, Camera, Formats, Most Compatible.",
    );
  }
  if (found.mime === "video/matroska" || found.mime === "video/vnd.avi") {
    throw refuseFile(
      `is ${found.ext.toUpperCase()} video, which no channel takes`,
      "Export it as MP4 with H.264 and AAC.",
    );
  }
  throw refuseFile(`is of a kind that cannot be posted (${found.ext})`, USE_INSTEAD);
}

async function refuseUnknown(file: string): Promise<Error> {
  const head = await firstBytes(file, 2048);
  if (/<svg[\s>]/i.test(head)) return refuseFile("is an SVG drawing, which can carry scripts", "Save it as PNG.");
  return refuseFile("is neither a picture nor a video nor sound, whatever its name says", USE_INSTEAD);
}

async function firstBytes(file: string, count: number): Promise<string> {
  const handle = await open(file, "r");
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(count), 0, count, 0);
    return buffer.toString("latin1", 0, bytesRead);
  } finally {
    await handle.close();
  }
}
