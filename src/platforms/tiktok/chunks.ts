/** How a file is cut for FILE_UPLOAD, and where an upload stands. */

export interface ChunkPlan {
  size: number;
  /** Bytes per chunk; the last one takes the rest as well. */
  chunk: number;
  count: number;
}

/** Both readings of TikTok's "64 MB" hold up to here. */
const ONE_PIECE = 64_000_000;
const CHUNK = 10_000_000;

// 2026-11: total_chunk_count rounds down, and one chunk must be the whole file.
// https://developers.tiktok.com/doc/content-posting-api-media-transfer-guide
/** The plan for `size` bytes: one piece up to 64,000,000, else pieces of 10,000,000 with a longer last one. */
export function planChunks(size: number): ChunkPlan {
  if (size <= ONE_PIECE) return { size, chunk: size, count: 1 };
  return { size, chunk: CHUNK, count: Math.floor(size / CHUNK) };
}

/** First and last byte (inclusive) of chunk `index`, counted from 0. */
export function chunkRange(plan: ChunkPlan, index: number): { first: number; last: number; length: number } {
  const first = index * plan.chunk;
  const last = (index === plan.count - 1 ? plan.size : first + plan.chunk) - 1;
  return { first, last, length: last - first + 1 };
}

/** The first chunk that is not wholly among the `uploaded` bytes; `count` when all are. */
export function chunkAfter(plan: ChunkPlan, uploaded: number): number {
  if (uploaded >= plan.size) return plan.count;
  return Math.min(Math.floor(uploaded / plan.chunk), plan.count - 1);
}

/**
 * Whether bytes may be sent to an address TikTok handed out: https below tiktokapis.com.
 * Plain http passes here because outbound refuses it everywhere but in the sandbox.
 */
export function trustedUploadAddress(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  if (url.protocol === "http:") return true;
  return url.protocol === "https:" && url.hostname.endsWith(".tiktokapis.com") && url.username === "";
}
