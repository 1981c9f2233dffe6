/** Asks TikTok how a post is doing, and how often that may be asked. */
import { PlatformError, type Session } from "../contract.ts";
import { call, count, text, type Json } from "./client.ts";
import { HOUR, MINUTE } from "./limits.ts";

export interface Status {
  /** PROCESSING_UPLOAD, PROCESSING_DOWNLOAD, SEND_TO_USER_INBOX, PUBLISH_COMPLETE, FAILED, or a word of the future. */
  name: string;
  failReason: string;
  /** Digits; empty while TikTok moderates, and for ever when the post is not public. */
  postIds: string[];
  uploadedBytes: number | null;
}

/** Throws PlatformError, never rejected: a refused question says nothing about the post, so that is an unknown outcome. */
export async function fetchStatus(session: Session, publishId: string): Promise<Status> {
  const data = await ask(session, publishId);
  // TikTok's spelling; the right one is read too, should it ever be mended.
  const ids = data["publicaly_available_post_id"] ?? data["publicly_available_post_id"];
  return {
    name: text(data["status"]),
    failReason: text(data["fail_reason"]),
    postIds: [ids]
      .flat()
      .map(text)
      .filter((id) => /^[1-9]\d*$/.test(id)),
    uploadedBytes: count(data["uploaded_bytes"]),
  };
}

async function ask(session: Session, publishId: string): Promise<Json> {
  try {
    return await call(session, {
      method: "POST",
      path: "/v2/post/publish/status/fetch/",
      json: { publish_id: publishId },
    });
  } catch (error) {
    if (!(error instanceof PlatformError) || error.kind !== "rejected") throw error;
    const { code, message } = error;
    const remedy = "Look at the profile in TikTok and say here whether the post is there.";
    throw new PlatformError("unknown_outcome", { code, message, remedy, cause: error });
  }
}

/** ms until the next look at a post in processing: 5 s six times, 15 s eight times, a minute for an hour, then 15 minutes. */
export function pollDelay(polls: number, age: number): number {
  if (polls < 6) return 5_000;
  if (polls < 14) return 15_000;
  return age < HOUR ? MINUTE : 15 * MINUTE;
}

/** ms until the next look at something that waits for a person or for moderation. */
export function slowDelay(age: number): number {
  if (age < 2 * MINUTE) return 15_000;
  if (age < HOUR) return MINUTE;
  return 15 * MINUTE;
}
