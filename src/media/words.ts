/** What is said about files: why one was not taken, what one is, and how its name is written. */
import type { MediaRow } from "../database/index.ts";
import { plainText, Refusal, words } from "../web/index.ts";

/** Nothing of the file is kept when this is thrown. `what` begins with a small letter and follows "This file …". */
export function refuseFile(what: string, next: string, status: 413 | 422 = 422): Refusal {
  return new Refusal(status, {
    title: "That file was not added",
    message: `This file ${what}. Nothing of it was kept.`,
    next,
  });
}

export function tooLarge(maxBytes: number): Refusal {
  return refuseFile(
    `is larger than the ${words.fileSize(maxBytes)} that this install takes`,
    "Make it smaller, or raise MAX_UPLOAD_MB.",
    413,
  );
}

/** The same as one line, for a tile or a list. */
export function oneLine(refusal: Refusal): string {
  return `${refusal.words.message} ${refusal.words.next}`;
}

/** A name as text, never as a path: no folders, no control or direction characters, at most 200 characters. */
export function plainName(name: string): string {
  const last = name.split(/[/\\]/).pop() ?? "";
  const clean = plainText(last, 200).replace(/^\.+/, "");
  return clean || "untitled";
}

const CODECS: Readonly<Record<string, string>> = {
  avc: "H.264",
  hevc: "H.265",
  vp8: "VP8",
  vp9: "VP9",
  av1: "AV1",
  prores: "ProRes",
  aac: "AAC",
  mp3: "MP3",
  opus: "Opus",
  vorbis: "Vorbis",
  flac: "FLAC",
  alac: "ALAC",
};

/** "H.264" for "avc"; what has no name of its own is written in capitals. */
export function codecName(codec: string): string {
  return CODECS[codec] ?? (codec.startsWith("pcm") ? "PCM" : codec.toUpperCase());
}

/** "30 fps", "29.97 fps" */
export function rateWords(rate: number): string {
  return `${Number(rate.toFixed(2))} fps`;
}

const FORMATS: Readonly<Record<string, string>> = {
  "image/jpeg": "JPEG",
  "image/png": "PNG",
  "image/webp": "WebP",
  "image/gif": "GIF",
  "video/mp4": "MP4",
  "video/quicktime": "QuickTime",
  "video/webm": "WebM",
  "audio/mpeg": "MP3",
  "audio/mp4": "M4A",
  "audio/wav": "WAV",
};

export function formatName(mime: string): string {
  return FORMATS[mime] ?? mime;
}

/** "1080 × 1920 · 0:48 · 30 fps · H.264 · 52 MB"; empty while a file is not ready. */
export function summaryOf(row: MediaRow): string {
  if (row.state !== "ready" || row.bytes === null) return "";
  const parts: string[] = [];
  if (row.width && row.height) parts.push(`${row.width} × ${row.height}`);
  if (row.duration_ms !== null) parts.push(words.playTime(row.duration_ms));
  if (row.frame_rate !== null) parts.push(rateWords(row.frame_rate));
  if (row.video_codec) parts.push(codecName(row.video_codec));
  else if (row.mime) parts.push(formatName(row.mime));
  parts.push(words.fileSize(row.bytes));
  return parts.join(" · ");
}

/** "1080 × 1920 · 52 MB", "MP3 · 4 MB": for small tiles, which show the length on the picture. */
export function briefOf(row: MediaRow): string {
  if (row.state !== "ready" || row.bytes === null) return "";
  const what = row.width && row.height ? `${row.width} × ${row.height}` : formatName(row.mime ?? "");
  return `${what} · ${words.fileSize(row.bytes)}`;
}
