/** What measuring finds out about a file; the columns of its row, nothing believed from its name. */

/** Sizes in bytes and pixels as people see them (rotation applied), times in ms, codecs by mediabunny's names ("avc"). */
export interface Measured {
  kind: "image" | "video" | "audio";
  mime: string;
  extension: "jpg" | "png" | "webp" | "gif" | "mp4" | "mov" | "webm" | "mp3" | "m4a" | "wav";
  width: number | null;
  height: number | null;
  durationMs: number | null;
  videoCodec: string | null;
  audioCodec: string | null;
  frameRate: number | null;
  rotation: number | null;
}

export interface Measurement {
  facts: Measured;
  /** What is to be stored instead of what came, where that had to be cleaned. */
  cleaned: Buffer | null;
  /** A picture of it for thumbnails, in any raster format; null when there is none. */
  picture: Buffer | null;
}
