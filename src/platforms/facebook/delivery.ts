/** Short names for what the steps of a Facebook delivery share. */
import { PlatformError, type Delivery, type DeliveryMedia, type Outcome } from "../contract.ts";
import type { FacebookCheckpoint } from "./checkpoint.ts";
import { surfaceOf, type FacebookOptions, type Surface } from "./options.ts";

export type FacebookDelivery = Delivery<FacebookOptions, FacebookCheckpoint>;
export type FacebookOutcome = Outcome<FacebookCheckpoint>;

export function surfaceIn(delivery: FacebookDelivery): Surface {
  return surfaceOf(delivery.options.kind, delivery.media);
}

/** The one video of the post. Throws rejected before anything was sent when there is none. */
export function videoOf(delivery: FacebookDelivery): DeliveryMedia {
  const video = delivery.media.find((file) => file.kind === "video");
  if (video) return video;
  throw new PlatformError("rejected", {
    code: "no_video",
    message: "There is no video to send.",
    remedy: "Add one video.",
    sent: false,
  });
}

/** Ends a step that was told to stop. What was uploaded is kept, so nothing is lost by it. */
export function stopIfCalledOff(delivery: FacebookDelivery): void {
  if (!delivery.signal.aborted) return;
  throw new PlatformError("transient", {
    code: "stopped",
    message: "The upload was stopped. What Facebook has stored is kept.",
    remedy: "Nothing to do: the upload goes on from there.",
    sent: false,
  });
}
