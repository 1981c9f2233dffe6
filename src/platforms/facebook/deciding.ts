/** The one request that makes a post public, for each kind of post. */
import { z } from "zod";
import { PlatformError } from "../contract.ts";
import { decide, GRAPH_VIDEO, graphId, maybe, postIdOf, type GraphCall } from "../shared/meta/index.ts";
import type { Landed, Ready } from "./checkpoint.ts";
import { surfaceIn, videoOf, type FacebookDelivery } from "./delivery.ts";
import { messageOf, messageWithLink } from "./options.ts";
import { cannotReadLink, doubtful, lacksBytes, saysAlreadyThere, sendAnew, twinOf } from "./refused.ts";

const NO_CARD =
  "Facebook could not read the page behind the link, so the post has no card; the address stands in its text.";

const answer = z
  .object({ id: maybe(graphId), post_id: maybe(graphId), success: maybe(z.boolean()) })
  .refine((reply) => reply.success === true || reply.id !== undefined || reply.post_id !== undefined);

/**
 * Commits, sends and saves what Facebook made of it.
 * Throws PlatformError: a definite refusal as it is, unknown_outcome for everything else.
 */
export async function sendDeciding(delivery: FacebookDelivery, at: Ready): Promise<Landed> {
  const request = requestFor(delivery, at);
  // A sign-in that is gone shows here, before the fence.
  await delivery.session.accessToken();
  const sent: Ready = { ...at, firstSentAt: at.firstSentAt ?? delivery.now(), looks: 0, firstLookAt: null };
  delivery.commit(sent);
  try {
    const reply = await decide(delivery.session, request, answer);
    if (at.whole) return keep(delivery, landedAs(delivery, { ...at, videoId: reply.id ?? null }, reply.post_id));
    return keep(delivery, landedAs(delivery, at, reply.post_id ?? (at.videoId ? undefined : reply.id)));
  } catch (error) {
    if (!(error instanceof PlatformError) || !error.sent) throw error;
    if (error.kind === "unknown_outcome" && !lacksBytes(error)) throw error;
    return afterRefusal(delivery, sent, error, at.firstSentAt !== null);
  }
}

function keep(delivery: FacebookDelivery, landed: Landed): Landed {
  delivery.save(landed);
  delivery.note("Facebook has the post");
  return landed;
}

/** A refusal that means more than it says. Throws it as it is where it does not. */
async function afterRefusal(
  delivery: FacebookDelivery,
  at: Ready,
  error: PlatformError,
  sentBefore: boolean,
): Promise<Landed> {
  if (saysAlreadyThere(error, at)) {
    if (at.doubts > 0) throw doubtful(error);
    // Photos are this publication's own; the same words may be another's unless they were sent before.
    const twin = sentBefore || at.photoIds.length > 0 ? await twinOf(delivery, at) : null;
    if (twin !== null) return keep(delivery, landedAs(delivery, at, twin));
  }
  if (at.doubts > 0) throw error;
  if (cannotReadLink(delivery, at, error)) return sendDeciding(delivery, { ...at, plainLink: true });
  if (lacksBytes(error) && at.videoId !== null) throw sendAnew(delivery, at, error);
  throw error;
}

function requestFor(delivery: FacebookDelivery, at: Ready): GraphCall {
  const { text, options, session } = delivery;
  const to = (edge: string, form: Record<string, string>): GraphCall => ({
    method: "POST",
    path: `/${session.remoteId}/${edge}`,
    // 2026-11: `fields` could bring the link in the same reply, but then a failed reading would look like a failed post.
    form: Object.fromEntries(Object.entries(form).filter(([, value]) => value !== "")),
  });
  const { title } = options;
  const words = messageOf(text);
  const videoId = at.videoId ?? "";
  switch (surfaceIn(delivery)) {
    case "text":
      if (at.plainLink) return to("feed", { message: messageWithLink(text, options.link) });
      return to("feed", { message: words, link: options.link });
    case "photos": {
      const attached = at.photoIds.map((id) => ({ media_fbid: id }));
      return to("feed", { message: words, attached_media: JSON.stringify(attached) });
    }
    case "video":
      if (at.whole)
        return { ...to("videos", { title, description: words }), base: GRAPH_VIDEO, file: wholeFile(delivery) };
      return to("videos", {
        upload_phase: "finish",
        upload_session_id: at.sessionId ?? "",
        title,
        description: words,
      });
    case "reel":
      return to("video_reels", {
        upload_phase: "finish",
        video_id: videoId,
        video_state: "PUBLISHED",
        title,
        description: words,
      });
    case "video_story":
      return to("video_stories", { upload_phase: "finish", video_id: videoId });
    case "photo_story":
      return to("photo_stories", { photo_id: at.photoIds[0] ?? "" });
  }
}

function wholeFile(delivery: FacebookDelivery): NonNullable<GraphCall["file"]> {
  const video = videoOf(delivery);
  return {
    name: "source",
    fileName: "video.mp4",
    mime: video.mime,
    bytes: video.bytes,
    open: () => video.read(0, video.bytes),
    onSent: (sent) => delivery.progress(Math.min(sent, video.bytes), video.bytes),
  };
}

/** What is remembered once Facebook has it. */
export function landedAs(delivery: FacebookDelivery, at: Ready, postId: string | undefined): Landed {
  return {
    phase: "landed",
    postId: postId === undefined ? null : postIdOf(delivery.session.remoteId, postId),
    videoId: at.videoId,
    photoIds: at.photoIds,
    landedAt: delivery.now(),
    looks: 0,
    comment: delivery.options.firstComment === "" ? "none" : "open",
    warnings: at.plainLink ? [NO_CARD] : [],
    linkLooks: 0,
  };
}
