/** Photo posts: TikTok fetches the pictures itself, so the one init request is the fence. */
import { PlatformError } from "../contract.ts";
import { checkAgain } from "./check-again.ts";
import { call, text, unreadable, type Json } from "./client.ts";
import { processing, type TikTokDelivery, type TikTokOutcome } from "./follow.ts";
import { goesAsItIs } from "./media.ts";
import { photoInfo } from "./post-info.ts";
import type { Creator } from "./prepare.ts";

/** TikTok gives up after an hour; the addresses outlive that. */
const ADDRESS_MINUTES = 120;

export async function postPhotos(delivery: TikTokDelivery, restarts: number): Promise<TikTokOutcome> {
  const creator = await checkAgain(delivery);
  const addresses = await publicAddresses(delivery);
  // A token that dies now would leave the request below in doubt for no reason.
  await delivery.session.accessToken();
  delivery.commit({ phase: "photos", sentAt: delivery.now(), restarts });
  const data = await init(delivery, creator, addresses);
  const publishId = text(data["publish_id"]);
  if (publishId === "") throw inDoubt(unreadable(200));
  const outcome = processing(delivery, { publishId, restarts, since: delivery.now(), polls: 0 });
  if (outcome.checkpoint) delivery.save(outcome.checkpoint);
  delivery.note("TikTok is fetching the photos");
  return outcome;
}

async function publicAddresses(delivery: TikTokDelivery): Promise<string[]> {
  const addresses: string[] = [];
  for (const photo of delivery.media) {
    const address = await photo.publicUrl(ADDRESS_MINUTES, goesAsItIs(photo) ? undefined : "jpeg");
    if (address === null) throw noPublicAddress();
    addresses.push(address);
  }
  return addresses;
}

function noPublicAddress(): PlatformError {
  return new PlatformError("rejected", {
    code: "no_public_address",
    message: "TikTok fetches photos from this install, and this install has no public https address.",
    remedy:
      "The operator sets PUBLIC_URL to an https address that can be reached from outside and verifies it under URL properties in the TikTok developer portal.",
  });
}

async function init(delivery: TikTokDelivery, creator: Creator | null, addresses: string[]): Promise<Json> {
  try {
    return await call(delivery.session, {
      method: "POST",
      path: "/v2/post/publish/content/init/",
      json: {
        media_type: "PHOTO",
        post_mode: delivery.options.mode === "direct" ? "DIRECT_POST" : "MEDIA_UPLOAD",
        post_info: photoInfo(delivery, creator),
        source_info: { source: "PULL_FROM_URL", photo_cover_index: 0, photo_images: addresses },
      },
    });
  } catch (error) {
    throw error instanceof PlatformError && error.kind === "transient" && error.sent ? inDoubt(error) : error;
  }
}

function inDoubt(cause: PlatformError): PlatformError {
  return new PlatformError("unknown_outcome", {
    code: cause.code,
    message: "TikTok may or may not have taken the photos: its answer was lost.",
    remedy: "Postern looks for the post on the profile; if it cannot tell, please look yourself.",
    cause,
  });
}
