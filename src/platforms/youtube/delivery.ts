/** Short names for what the steps of a YouTube delivery share. */
import { PlatformError, type Delivery, type DeliveryMedia } from "../contract.ts";
import type { YoutubeCheckpoint } from "./checkpoint.ts";
import type { YoutubeOptions } from "./options.ts";

export type YoutubeDelivery = Delivery<YoutubeOptions, YoutubeCheckpoint>;

/** The one video of the post. Throws rejected before anything was sent when there is none. */
export function videoOf(delivery: YoutubeDelivery): DeliveryMedia {
  const video = delivery.media.find((media) => media.kind === "video");
  if (video) return video;
  throw new PlatformError("rejected", {
    code: "no_video",
    message: "A YouTube post needs a video.",
    remedy: "Add one video.",
    sent: false,
  });
}
