/** Saves a draft while it is being written, and never over what somebody else wrote. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { Refusal, visitorOf } from "../../web/index.ts";
import { PostRefused, VersionConflict } from "../errors.ts";
import type { FullPost } from "../shapes.ts";
import { kindOf, readForm } from "./asking.ts";
import type { Rooms } from "./compose.ts";
import { sendSaved } from "./compose-page.ts";
import { existingOf, inputOf, isEmpty, type ComposeForm } from "./form.ts";
import { takenAlready } from "./taken.ts";
import { whenOf } from "./when.ts";

/** Saves a draft as it is being written; a planned post is never touched by this, because saving would call it off. */
export async function autosave(rooms: Rooms, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const form = readForm(request);
  if (isEmpty(form) && form.id === null) return sendSaved(rooms, request, reply, form, {});
  if (kindOf(rooms, request, form) === "planned")
    return sendSaved(rooms, request, reply, form, { refusal: nowPlanned });
  try {
    const post = save(rooms, request, form);
    if (form.id === null) reply.header("hx-replace-url", `/posts/${post.id}/edit`);
    return await sendSaved(
      rooms,
      request,
      reply,
      { ...form, id: post.id, version: post.version },
      { savedAt: post.updatedAt },
    );
  } catch (error) {
    if (error instanceof VersionConflict) return sendSaved(rooms, request, reply, form, { conflict: error.current });
    if (error instanceof PostRefused) return sendSaved(rooms, request, reply, form, { refusal: unsavable(error) });
    if (error instanceof Refusal && error.statusCode === 409)
      return sendSaved(rooms, request, reply, form, { refusal: error.words });
    throw error;
  }
}

const nowPlanned = {
  title: "This post was scheduled in another tab",
  message: "What you wrote here is not saved yet, and the scheduled post is untouched.",
  next: "Press Schedule to replace it with what stands here, or open the post to see it.",
};

function unsavable(error: PostRefused): Refusal["words"] {
  const first = error.problems[0];
  return {
    title: "This cannot be saved as it is",
    message: first?.message ?? "Something in it cannot be stored.",
    next: first?.remedy ?? "What was saved before is kept.",
  };
}

/** Throws what saveDraft throws. A time that is no time yet is left out of a draft rather than refused. */
export function save(rooms: Rooms, request: FastifyRequest, form: ComposeForm): FullPost {
  const { workspace, account } = visitorOf(request);
  // The answer was lost, or the page reloaded: what the form made the first time is what it asks for.
  const same = form.id === null ? takenAlready(rooms, workspace.id, form, "draft") : null;
  if (same) return same;
  const when = whenOf(form, workspace.timeZone, rooms.house.clock.now());
  const input = inputOf(form);
  const timed =
    when.at === null
      ? { ...input, wallTime: null, timeZone: when.problem?.field === "timeZone" ? workspace.timeZone : form.timeZone }
      : input;
  return rooms.posts.saveDraft(workspace.id, account.id, timed, existingOf(form));
}
