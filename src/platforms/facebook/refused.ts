/** Refusals of the deciding request that mean more than they say: it is there already, the link is bad, the upload was lost. */
import { PlatformError } from "../contract.ts";
import { metaCode } from "../shared/meta/index.ts";
import type { Ready } from "./checkpoint.ts";
import type { FacebookDelivery } from "./delivery.ts";
import { findPosts } from "./search.ts";

/** How often a video is sent anew because Facebook lost its upload. */
const MOST_RESTARTS = 1;
/** These refusals can mean that an earlier try had worked: said twice, photo used, video finished. */
export function saysAlreadyThere(error: PlatformError, at: Ready): boolean {
  if (error.kind !== "rejected") return false;
  return (at.videoId !== null && at.doubts > 0) || /(^|\/)(506|1366051)$/.test(error.code);
}

export function doubtful(cause: PlatformError): PlatformError {
  return new PlatformError("unknown_outcome", {
    code: metaCode(cause),
    message: "Facebook refused the second try, perhaps because the first had worked.",
    remedy: "Nothing to do: Facebook is asked.",
    cause,
  });
}

/** A post that is this one, made since this publication began: after a restore the memory of it may be gone. */
export async function twinOf(delivery: FacebookDelivery, at: Ready): Promise<string | null> {
  const since = { ...at, firstSentAt: Math.min(at.firstSentAt ?? Infinity, delivery.startedAt) };
  const [twin, ...more] = await findPosts(delivery, since).catch((error: unknown) => {
    if (error instanceof PlatformError) return [];
    throw error;
  });
  return more.length === 0 ? (twin ?? null) : null;
}

// 2026-11: Facebook refuses the whole post for a link that it cannot read; without the card it takes it.
export function cannotReadLink({ text, options }: FacebookDelivery, at: Ready, error: PlatformError): boolean {
  if (at.plainLink || options.link === "" || text.trim() === "") return false;
  return error.kind === "rejected" && /(^|\/)(1609005|1609008|1500)$/.test(error.code);
}

/** Facebook says of its own upload that it is not whole, or closed: nothing was published. */
export function lacksBytes({ code }: PlatformError): boolean {
  return (
    /(^|\/)(6000|6001|1363019|1363021|1363030|1363033|1363037|1363041|1363045)$/.test(code) || /^600[01]\//.test(code)
  );
}

export function sendAnew(delivery: FacebookDelivery, at: Ready, cause: PlatformError): PlatformError {
  const facts = {
    code: cause.code,
    message: "Facebook says that it does not have the whole video. Nothing was published.",
    cause,
  };
  if (at.restarts >= MOST_RESTARTS) {
    return new PlatformError("rejected", {
      ...facts,
      remedy: "Export the video as MP4 with H.264 and AAC and send it again.",
    });
  }
  delivery.commit({ ...at, uploadLost: true });
  return new PlatformError("rate_limited", {
    ...facts,
    remedy: "Nothing to do: the video is sent anew.",
    until: delivery.now() + 1000,
  });
}
