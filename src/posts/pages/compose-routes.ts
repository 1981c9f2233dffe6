/** Routes of writing: open the form, derive what follows from it, save as you go, send. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { flash, notFound, seeOther, visitorOf } from "../../web/index.ts";
import { askOne, kindOf, readForm, renewFacts, type WritingRooms } from "./asking.ts";
import { autosave } from "./autosave.ts";
import { sendCompose, sendParts } from "./compose-page.ts";
import { emptyForm, formOf, mediaFrom } from "./form.ts";
import { act } from "./send.ts";
import { presetOf } from "./when.ts";

export function composeRoutes(app: FastifyInstance, rooms: WritingRooms): void {
  // Addresses to begin from: /posts/new?media=<id>&media=<id> and /posts/new?at=2026-12-01T17:30.
  app.get<{ Querystring: Record<string, unknown> }>("/posts/new", async (request, reply) => {
    const { workspace } = visitorOf(request);
    const { at, media } = request.query;
    const known = mediaFrom(media).filter((id) => rooms.media.find(workspace.id, id));
    const form = { ...emptyForm(workspace.timeZone), ...presetOf(textOf(at), workspace.timeZone), media: known };
    return sendCompose(rooms, request, reply, form, { kind: "new" });
  });
  app.get<{ Params: { id: string } }>("/posts/:id/edit", async (request, reply) =>
    edit(rooms, request, reply, request.params.id),
  );
  app.post<{ Querystring: { ask?: string } }>("/posts/compose", async (request, reply) => {
    const { workspace } = visitorOf(request);
    const { ask } = request.query;
    let form = readForm(request);
    if (ask !== undefined && form.channels.includes(ask)) form = await askOne(rooms, workspace.id, form, ask);
    await renewFacts(rooms, workspace.id, form);
    return sendParts(rooms, request, reply, form, { kind: kindOf(rooms, request, form) });
  });
  app.post("/posts/autosave", async (request, reply) => autosave(rooms, request, reply));
  app.post("/posts", async (request, reply) => act(rooms, request, reply));
}

async function edit(
  rooms: WritingRooms,
  request: FastifyRequest,
  reply: FastifyReply,
  id: string,
): Promise<FastifyReply> {
  const { workspace } = visitorOf(request);
  const post = rooms.posts.find(workspace.id, id);
  if (!post) throw notFound("post");
  if (!rooms.publishing.mayChange(workspace.id, id)) {
    flash(
      request,
      "This post has begun to go out, so it can no longer be changed. Duplicate it to send another version.",
      "waiting",
    );
    return seeOther(request, reply, `/posts/${id}`);
  }
  return sendCompose(rooms, request, reply, formOf(post), { kind: post.state }, { savedAt: post.updatedAt });
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
