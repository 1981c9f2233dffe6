/** Where Instagram fetches the files: signed addresses of this install, or none where bytes can be sent. */
import { PlatformError, type DeliveryMedia } from "../contract.ts";
import type { InstagramDelivery } from "./delivery.ts";
import { wayOf } from "./ways.ts";

/** Instagram fetches within minutes, but may come again while it processes; beyond that the address is useless. */
const ADDRESS_MINUTES = 6 * 60;

/** True for files whose bytes are sent: videos of channels that came through Facebook. */
export function travelsAsBytes(delivery: InstagramDelivery, file: DeliveryMedia): boolean {
  // 2026-11: images have no upload at all, videos have one on Facebook's host only.
  // https://developers.facebook.com/documentation/instagram-platform/content-publishing/resumable-uploads
  return file.kind === "video" && wayOf(delivery.session) === "facebook";
}

/** The address of a file, images as JPEG. Throws rejected, nothing sent, when this install has no public one. */
export async function addressOf(file: DeliveryMedia): Promise<string> {
  const address = await file.publicUrl(ADDRESS_MINUTES, file.kind === "image" ? "jpeg" : undefined);
  if (address !== null) return address;
  const what = file.kind === "image" ? "images" : "videos of this channel";
  throw new PlatformError("rejected", {
    code: "no_public_address",
    message: `Instagram fetches ${what} from this install, and this install has no public https address. Nothing was sent.`,
    remedy:
      file.kind === "image"
        ? "The operator sets PUBLIC_URL to an https address that answers from outside."
        : "The operator sets PUBLIC_URL to an https address that answers from outside. Or connect the account through its Facebook Page: then videos are sent straight to Instagram.",
    sent: false,
  });
}

/** Finds out before anything is sent whether every file can reach Instagram. Throws as `addressOf`. */
export async function mustBeReachable(delivery: InstagramDelivery): Promise<void> {
  const { coverMediaId } = delivery.options;
  const cover = coverMediaId ? delivery.asset(coverMediaId) : null;
  for (const file of cover ? [...delivery.media, cover] : delivery.media) {
    if (!travelsAsBytes(delivery, file)) await addressOf(file);
  }
}
