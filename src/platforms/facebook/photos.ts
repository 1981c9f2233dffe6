/** Uploads photos unseen: as bytes where Facebook takes the file, else as a JPEG at an address of this install. */
import { z } from "zod";
import { PlatformError, type DeliveryMedia } from "../contract.ts";
import { call, graphId, type GraphCall } from "../shared/meta/index.ts";
import type { Photos } from "./checkpoint.ts";
import { stopIfCalledOff, type FacebookDelivery } from "./delivery.ts";
import { facts } from "./limits.ts";

/** Facebook forgets an unseen photo after about a day. */
const GOOD_FOR_MS = 20 * 3_600_000;
const ADDRESS_MINUTES = 60;
const uploaded = z.object({ id: graphId });

/**
 * The ids of all photos, in order; each is saved as soon as it is known, and those of an earlier try are used again.
 * Repeating an upload does no harm: nobody sees these photos. Throws PlatformError as Facebook refuses a photo.
 */
export async function uploadPhotos(delivery: FacebookDelivery, from: Photos | null): Promise<string[]> {
  const now = delivery.now();
  const fresh = from !== null && now - from.since < GOOD_FOR_MS;
  let at: Photos = fresh ? from : { phase: "photos", photoIds: [], since: now };
  const total = delivery.media.reduce((sum, photo) => sum + photo.bytes, 0);
  for (const [index, photo] of delivery.media.entries()) {
    const before = delivery.media.slice(0, index).reduce((sum, one) => sum + one.bytes, 0);
    if (index >= at.photoIds.length) {
      stopIfCalledOff(delivery);
      const id = await uploadPhoto(delivery, photo, (sent) => delivery.progress(before + sent, total));
      at = { ...at, photoIds: [...at.photoIds, id] };
      delivery.save(at);
    }
    delivery.progress(before + photo.bytes, total);
  }
  return at.photoIds;
}

async function uploadPhoto(
  delivery: FacebookDelivery,
  photo: DeliveryMedia,
  onSent: (bytes: number) => void,
): Promise<string> {
  const request: GraphCall = {
    method: "POST",
    path: `/${delivery.session.remoteId}/photos`,
    form: { published: "false", ...(photo.altText ? { alt_text_custom: photo.altText } : {}) },
    signal: delivery.signal,
  };
  const types: readonly string[] = facts.photoTypes;
  if (types.includes(photo.mime)) {
    const { mime, bytes } = photo;
    const extension = mime.slice("image/".length);
    request.file = {
      name: "source",
      fileName: `photo.${extension}`,
      mime,
      bytes,
      open: () => photo.read(0, bytes),
      onSent: (sent) => onSent(Math.min(sent, bytes)),
    };
  } else {
    request.form = { ...request.form, url: await addressOf(photo) };
  }
  return (await call(delivery.session, request, uploaded)).data.id;
}

async function addressOf(photo: DeliveryMedia): Promise<string> {
  const address = await photo.publicUrl(ADDRESS_MINUTES, "jpeg");
  if (address) return address;
  throw new PlatformError("rejected", {
    code: "no_public_address",
    message: `Facebook does not take ${photo.mime.slice("image/".length)} files, and this install has no public https address at which it could offer a JPEG.`,
    remedy: "Save the photo as JPEG and choose it anew, or have the operator set PUBLIC_URL.",
    sent: false,
  });
}
