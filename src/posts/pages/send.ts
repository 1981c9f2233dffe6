/** What the form's buttons do: keep it, check it, schedule it, publish it; whatever fails comes back with everything kept. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { newId } from "../../ids.ts";
import { flash, notFound, Refusal, seeOther, visitorOf, words } from "../../web/index.ts";
import { PostRefused, VersionConflict } from "../errors.ts";
import type { FullPost } from "../shapes.ts";
import { askAll, kindOf, readForm } from "./asking.ts";
import { save } from "./autosave.ts";
import type { ComposeView, Rooms } from "./compose.ts";
import { sendCompose } from "./compose-page.ts";
import { existingOf, inputOf, isEmpty, readAct, type ComposeForm } from "./form.ts";
import { arrange } from "./order.ts";
import { takenAlready, type Sending } from "./taken.ts";

export async function act(rooms: Rooms, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const pressed = readAct(request.body);
  const form = readForm(request);
  const kind = kindOf(rooms, request, form);
  if (form.id !== null && kind === "new") throw notFound("post");
  switch (pressed) {
    case "draft":
    case "copy":
    case "schedule":
    case "now":
      return settle(rooms, request, reply, form, pressed, kind);
    default: {
      const asked = await askAll(rooms, visitorOf(request).workspace.id, arrange(form, pressed));
      return sendCompose(rooms, request, reply, { ...asked, tried: form.tried || pressed === "check" }, { kind });
    }
  }
}

async function settle(
  rooms: Rooms,
  request: FastifyRequest,
  reply: FastifyReply,
  form: ComposeForm,
  pressed: "draft" | "copy" | "schedule" | "now",
  kind: ComposeView["kind"],
): Promise<FastifyReply> {
  const tried = { ...form, tried: form.tried || pressed === "schedule" || pressed === "now" };
  try {
    if (pressed === "copy")
      return goTo(
        request,
        reply,
        save(rooms, request, { ...form, id: null, newId: newId(), version: null }),
        "/edit",
        "Kept as a new copy. The other version is untouched.",
      );
    if (pressed === "draft") return goTo(request, reply, save(rooms, request, form), "", "Kept as a draft.");
    const post = await submit(rooms, request, form, pressed);
    const due = post.scheduledAt ?? rooms.house.clock.now();
    const said =
      pressed === "now"
        ? "Handed over. This page follows it."
        : `Scheduled for ${words.dayAndTime(due, post.timeZone, rooms.house.clock.now())}.`;
    return goTo(request, reply, post, "", said);
  } catch (error) {
    const taken = pressed === "copy" ? null : sentBefore(rooms, request, form, pressed, error);
    if (taken)
      return goTo(request, reply, taken, "", "This form came twice. It was taken once, and this is the one post.");
    if (error instanceof VersionConflict)
      return sendCompose(rooms, request, reply, tried, { kind }, { status: 409, conflict: error.current });
    if (error instanceof PostRefused) return refused(rooms, request, reply, tried, pressed, kind, error);
    if (error instanceof Refusal && error.statusCode === 409)
      return sendCompose(rooms, request, reply, tried, { kind }, { status: 409, refusal: error.words });
    throw error;
  }
}

function submit(
  rooms: Rooms,
  request: FastifyRequest,
  form: ComposeForm,
  pressed: "schedule" | "now",
): Promise<FullPost> {
  const { workspace, account } = visitorOf(request);
  const input = inputOf(form);
  return rooms.posts.submit(
    workspace.id,
    account.id,
    pressed === "now" ? { ...input, wallTime: null } : input,
    pressed,
    existingOf(form),
  );
}

/** A second press, a reload or a retry was refused, and what it asked for is done: they are led to the one post. */
function sentBefore(
  rooms: Rooms,
  request: FastifyRequest,
  form: ComposeForm,
  pressed: Sending,
  error: unknown,
): FullPost | null {
  // Of a post that was there before, what is wrong with it today matters more than that nothing was changed.
  const refused = error instanceof PostRefused && form.id === null;
  const late = error instanceof Refusal && error.statusCode === 409;
  return refused || late ? takenAlready(rooms, visitorOf(request).workspace.id, form, pressed) : null;
}

function goTo(request: FastifyRequest, reply: FastifyReply, post: FullPost, rest: string, said: string): FastifyReply {
  flash(request, said);
  return seeOther(request, reply, `/posts/${post.id}${rest}`);
}

/** Nothing was handed over. A draft keeps what was written even so; a planned post stays planned as it was. */
async function refused(
  rooms: Rooms,
  request: FastifyRequest,
  reply: FastifyReply,
  form: ComposeForm,
  pressed: string,
  kind: ComposeView["kind"],
  error: PostRefused,
): Promise<FastifyReply> {
  const kept = kind === "planned" || isEmpty(form) ? null : tryToSave(rooms, request, form);
  const asked = { ...form, asked: form.channels, ...(kept && { id: kept.id, version: kept.version }) };
  const said = { kind: kept ? kept.state : kind, act: pressed, problems: error.problems };
  return sendCompose(rooms, request, reply, asked, said, { status: 422, savedAt: kept?.updatedAt ?? null });
}

function tryToSave(rooms: Rooms, request: FastifyRequest, form: ComposeForm): FullPost | null {
  try {
    return save(rooms, request, form);
  } catch (error) {
    if (error instanceof PostRefused || error instanceof VersionConflict) return null;
    throw error;
  }
}
