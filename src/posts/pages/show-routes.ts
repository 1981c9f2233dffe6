/** Routes of the post page and its actions. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { flash, notFound, Refusal, seeOther, sendPage, visitorOf } from "../../web/index.ts";
import { showView, type ShowRooms } from "./show.ts";

interface Named {
  Params: { id: string };
}
interface NamedPart {
  Params: { id: string; publicationId: string };
  Body: Record<string, string> | null;
}

export function showRoutes(app: FastifyInstance, rooms: ShowRooms): void {
  app.get<Named>("/posts/:id", async (request, reply) => {
    const { workspace } = visitorOf(request);
    const view = rooms.house.db.reading(() => {
      const post = rooms.posts.find(workspace.id, request.params.id);
      return post && showView(rooms, workspace, post);
    });
    if (!view) throw notFound("post");
    return sendPage(rooms.house, request, reply, "posts/show", { view }, { title: view.title, nav: "posts" });
  });
  postActions(app, rooms);
  publicationActions(app, rooms);
}

function postActions(app: FastifyInstance, rooms: ShowRooms): void {
  app.post<Named>("/posts/:id/duplicate", async (request, reply) => {
    const { workspace, account } = visitorOf(request);
    const copy = rooms.posts.duplicate(workspace.id, account.id, request.params.id);
    flash(request, "This is the copy. It has no time yet.");
    return seeOther(request, reply, `/posts/${copy.id}/edit`);
  });
  app.post<Named>("/posts/:id/call-off", async (request, reply) => {
    rooms.posts.callOff(visitorOf(request).workspace.id, request.params.id);
    flash(request, "Taken off the schedule and kept as a draft.");
    return seeOther(request, reply, `/posts/${request.params.id}`);
  });
  app.post<Named>("/posts/:id/delete", async (request, reply) => {
    rooms.posts.remove(visitorOf(request).workspace.id, request.params.id);
    flash(request, "The post is deleted. Its media are still in the library.");
    return seeOther(request, reply, "/posts");
  });
}

function publicationActions(app: FastifyInstance, rooms: ShowRooms): void {
  const { publishing } = rooms;
  const on = (
    verb: string,
    act: (workspaceId: string, id: string, request: FastifyRequest<NamedPart>) => string,
  ): void => {
    app.post<NamedPart>(`/posts/:id/publications/:publicationId/${verb}`, async (request, reply) =>
      answer(rooms, request, reply, act),
    );
  };
  on("retry", (workspaceId, id) => {
    publishing.retry(workspaceId, id);
    return "It is being tried again.";
  });
  on("cancel", (workspaceId, id) => {
    publishing.cancel(workspaceId, id);
    return "Called off.";
  });
  on("landed", (workspaceId, id, request) => {
    const url = readLink(request.body?.["url"]);
    publishing.confirm(workspaceId, id, url ? { landed: true, url } : { landed: true });
    return "Noted: it is there.";
  });
  on("absent", (workspaceId, id) => {
    const { state } = publishing.confirm(workspaceId, id, { landed: false });
    return state === "failed" ? "Noted: it did not arrive." : "Noted: it is not there. It is being sent again.";
  });
}

/** A publication answers only under its own post, so that an address never says one thing and does another. */
function answer(
  rooms: ShowRooms,
  request: FastifyRequest<NamedPart>,
  reply: FastifyReply,
  act: (workspaceId: string, id: string, request: FastifyRequest<NamedPart>) => string,
): FastifyReply {
  const { workspace } = visitorOf(request);
  const { id, publicationId } = request.params;
  if (rooms.publishing.find(workspace.id, publicationId)?.postId !== id) throw notFound("publication");
  const back = `/posts/${id}#p-${publicationId}`;
  try {
    flash(request, act(workspace.id, publicationId, request));
  } catch (error) {
    if (!(error instanceof Refusal) || error.statusCode >= 500 || error.statusCode === 404) throw error;
    flash(request, `${error.words.title}. ${error.words.message}`, "waiting");
  }
  return seeOther(request, reply, back);
}

/** An empty field is no link; anything but a web address is refused, because it would become a link on the page. */
function readLink(text: string | undefined): string | null {
  const link = text?.trim() ?? "";
  if (link === "") return null;
  const url = URL.canParse(link) ? new URL(link) : null;
  if (url && (url.protocol === "https:" || url.protocol === "http:") && link.length <= 2000) return url.href;
  throw new Refusal(422, {
    title: "That is not a web address",
    message: "Nothing was changed.",
    next: "Copy the link from the app, or leave the field empty.",
  });
}
