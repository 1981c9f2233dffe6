/** Opens a resumable upload: tells YouTube everything about the video and receives the address for its bytes. */
import { PlatformError } from "../contract.ts";
import type { Sending } from "./checkpoint.ts";
import { call, UPLOAD } from "./client.ts";
import { videoOf, type YoutubeDelivery } from "./delivery.ts";
import { descriptionOf, type YoutubeOptions } from "./options.ts";

/**
 * Opens an upload and saves its address before returning, so that no restart can lose it.
 * Nothing appears on the channel before the last byte was sent. Throws PlatformError when YouTube refuses the video's facts.
 */
export async function openUpload(delivery: YoutubeDelivery): Promise<Sending> {
  const video = videoOf(delivery);
  const body = resourceOf(delivery.text, delivery.options);
  const reply = await call(delivery.session, {
    method: "POST",
    url: `${UPLOAD}/videos`,
    query: {
      uploadType: "resumable",
      part: Object.keys(body).join(","),
      notifySubscribers: String(delivery.options.notifySubscribers),
    },
    headers: { "x-upload-content-length": String(video.bytes), "x-upload-content-type": video.mime },
    json: body,
    signal: delivery.signal,
  });
  const sessionUrl = uploadAddress(reply.headers["location"]);
  const checkpoint: Sending = { phase: "sending", sessionUrl, offset: 0 };
  delivery.save(checkpoint);
  delivery.note("Upload opened");
  return checkpoint;
}

/** The address for the bytes, which carries the token too. Throws when there is none, or when it is not Google's. */
function uploadAddress(location: string | undefined): string {
  if (!location || !URL.canParse(location, UPLOAD)) {
    throw new PlatformError("transient", {
      code: "no_upload_address",
      message: "YouTube opened no upload.",
      remedy: "Nothing to do: it is tried again.",
    });
  }
  const url = new URL(location, UPLOAD);
  // Plain http passes here because outbound refuses it everywhere but in the sandbox.
  if (url.protocol === "http:" || url.hostname.endsWith(".googleapis.com")) return url.href;
  throw new PlatformError("rejected", {
    code: "foreign_upload_address",
    message: "YouTube named an upload address that is not Google's. Nothing was sent there.",
    remedy: "Try again; if it happens again, check this machine's DNS and proxy.",
  });
}

/** The video resource: all that was chosen and nothing else. Each top-level name is also a `part`. */
export function resourceOf(text: string, options: YoutubeOptions): Record<string, object> {
  const { privacyStatus, madeForKids } = options;
  if (privacyStatus === undefined || madeForKids === undefined) {
    throw new PlatformError("rejected", {
      code: "choice_missing",
      message: "Visibility or the question about kids was left open.",
      remedy: "Choose both, then try again.",
      sent: false,
    });
  }
  const resource: Record<string, object> = {
    snippet: {
      title: options.title,
      description: descriptionOf(text),
      ...(options.tags.length ? { tags: options.tags } : {}),
      categoryId: options.categoryId,
    },
    // 2026-11: a missing privacyStatus means public. https://developers.google.com/youtube/data/revision_history
    status: {
      privacyStatus,
      selfDeclaredMadeForKids: madeForKids,
      license: options.license,
      embeddable: options.embeddable,
      containsSyntheticMedia: options.containsSyntheticMedia,
    },
  };
  if (options.hasPaidPromotion) resource["paidProductPlacementDetails"] = { hasPaidProductPlacement: true };
  return resource;
}
