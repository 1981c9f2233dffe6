/** Makes containers: tells Instagram about one file, or about the carousel that holds several. */
import { z } from "zod";
import { PlatformError, type DeliveryMedia } from "../contract.ts";
import { GRAPH_VERSION, graphId, maybe, RUPLOAD_HOST, upload } from "../shared/meta/index.ts";
import { addressOf, travelsAsBytes } from "./addresses.ts";
import type { Container } from "./checkpoint.ts";
import { ask } from "./client.ts";
import { surfaceIn, type InstagramDelivery } from "./delivery.ts";
import { captionOf } from "./options.ts";
import { reasons } from "./reasons.ts";
import { altTextOf, takesText } from "./surface.ts";

type Form = Record<string, string>;

/** The container of one file: the whole post, or one part of a carousel. Throws PlatformError; repeating is harmless. */
export async function makePart(delivery: InstagramDelivery, file: DeliveryMedia): Promise<Container> {
  const surface = surfaceIn(delivery);
  const part = surface === "carousel";
  const form: Form = { ...(await fileFields(delivery, file)), ...(part ? { is_carousel_item: "true" } : {}) };
  if (file.kind === "image" && surface !== "story") form["alt_text"] = altTextOf(delivery.options, file, !part);
  if (surface === "reel") Object.assign(form, await reelFields(delivery));
  if (surface === "reel") form["media_type"] = "REELS";
  else if (surface === "story") form["media_type"] = "STORIES";
  else if (file.kind === "video") form["media_type"] = "VIDEO";
  return make(delivery, part ? form : { ...form, ...wholeFields(delivery) });
}

/** The carousel itself, once all its parts are ready. */
export async function makeCarousel(delivery: InstagramDelivery, parts: readonly Container[]): Promise<Container> {
  const children = parts.map((part) => part.id).join(",");
  return make(delivery, { media_type: "CAROUSEL", children, ...wholeFields(delivery) });
}

async function fileFields(delivery: InstagramDelivery, file: DeliveryMedia): Promise<Form> {
  if (travelsAsBytes(delivery, file)) return { upload_type: "resumable" };
  const address = await addressOf(file);
  return file.kind === "image" ? { image_url: address } : { video_url: address };
}

async function reelFields({ options, asset }: InstagramDelivery): Promise<Form> {
  const form: Form = { share_to_feed: String(options.shareToFeed) };
  const cover = options.coverMediaId ? asset(options.coverMediaId) : null;
  if (cover) form["cover_url"] = await addressOf(cover);
  else if (options.coverTimestampMs !== undefined) form["thumb_offset"] = String(options.coverTimestampMs);
  return form;
}

/** What belongs to the post as a whole; a carousel's parts refuse it. */
function wholeFields(delivery: InstagramDelivery): Form {
  const { options, text } = delivery;
  const form: Form = {};
  if (options.isAiGenerated) form["is_ai_generated"] = "true";
  if (options.isPaidPartnership) form["is_paid_partnership"] = "true";
  if (!takesText(surfaceIn(delivery))) return form;
  form["caption"] = captionOf(text);
  if (options.collaborators.length > 0) form["collaborators"] = JSON.stringify(options.collaborators);
  return form;
}

const made = z.object({ id: graphId, uri: maybe(z.string().min(1)) });

async function make(delivery: InstagramDelivery, form: Form): Promise<Container> {
  const { session, signal } = delivery;
  const full = Object.fromEntries(Object.entries(form).filter(([, value]) => value !== ""));
  const path = `/${session.remoteId}/media`;
  const { id, uri } = await ask(session, { method: "POST", path, form: full, signal }, made);
  const sends = full["upload_type"] === "resumable";
  // 2026-11: the address is missing from some answers, and has this form.
  const sendTo = sends ? (uri ?? `https://${RUPLOAD_HOST}/ig-api-upload/${GRAPH_VERSION}/${id}`) : null;
  return { id, createdAt: delivery.now(), sendTo, ready: false, unreadableSince: null };
}

/** Sends a video's bytes, always from the start: going on in the middle is not described by Instagram. */
export async function sendBytes(delivery: InstagramDelivery, file: DeliveryMedia, sendTo: string): Promise<void> {
  const { session, signal } = delivery;
  const onSent = (bytes: number) => delivery.progress(bytes, file.bytes);
  const bytes = { open: (from: number) => file.read(from, file.bytes), bytes: file.bytes, onSent };
  await upload(session, { address: sendTo, file: bytes, reasons, signal });
}

/** The same error with the file's name in front, where a post has several. */
export function about(delivery: InstagramDelivery, file: DeliveryMedia | undefined, error: unknown): unknown {
  if (!(error instanceof PlatformError) || !file || delivery.media.length < 2) return error;
  const { kind, code, remedy, until, sent } = error;
  const message = `${file.name}: ${error.message}`;
  return new PlatformError(kind, { code, message, remedy, until: until ?? undefined, sent, cause: error });
}
