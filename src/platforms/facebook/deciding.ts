/** The one request that makes a post public, for each kind of post. */
import { z } from "zod";
import { PlatformError } from "../contract.ts";
import { decide, graphId, metaCode, postIdOf, type GraphCall } from "../shared/meta/index.ts";
import type { Landed, Ready } from "./checkpoint.ts";
import { surfaceIn, type FacebookDelivery } from "./delivery.ts";
import { messageOf } from "./options.ts";

const answer = z
  .object({ id: graphId.optional(), post_id: graphId.optional(), success: z.boolean().optional() })
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
  const reply = await send(delivery, request, at);
  const landed = landedAs(delivery, at, reply.post_id ?? (at.videoId ? undefined : reply.id));
  delivery.save(landed);
  delivery.note("Facebook has the post");
  return landed;
}

async function send(delivery: FacebookDelivery, request: GraphCall, at: Ready): Promise<z.infer<typeof answer>> {
  try {
    return await decide(delivery.session, request, answer);
  } catch (error) {
    if (at.doubts === 0 || !saysAlreadyThere(error, at)) throw error;
    throw new PlatformError("unknown_outcome", {
      code: metaCode(error),
      message: "Facebook refused the second try, perhaps because the first had worked.",
      remedy: "Nothing to do: Facebook is asked.",
      cause: error,
    });
  }
}

/** After a doubt these refusals mean that the earlier try may have worked: said twice, photo used, video finished. */
function saysAlreadyThere(error: unknown, at: Ready): boolean {
  if (!(error instanceof PlatformError) || error.kind !== "rejected") return false;
  return at.videoId !== null || /(^|\/)(506|1366051)$/.test(error.code);
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
      return to("feed", { message: words, link: options.link });
    case "photos": {
      const attached = at.photoIds.map((id) => ({ media_fbid: id }));
      return to("feed", { message: words, attached_media: JSON.stringify(attached) });
    }
    case "video":
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
    warnings: [],
  };
}
