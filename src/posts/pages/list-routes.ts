/** Routes of the list, and of what is done with several posts chosen on it. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { flash, isHtmx, Refusal, seeOther, sendFragment, sendPage, visitorOf } from "../../web/index.ts";
import { callOffSeveral, copySeveral, moveSeveral, type Actor, type Outcome } from "../several.ts";
import { listView } from "./list.ts";
import { readListQuery } from "./list-query.ts";
import { askingView, doneView, readSeveral, wishOf, type SeveralForm } from "./several.ts";
import type { ShowRooms } from "./show.ts";

export function listRoutes(app: FastifyInstance, rooms: ShowRooms): void {
  app.get("/posts", async (request, reply) => {
    const query = readListQuery(request.query as Record<string, unknown>);
    const view = rooms.house.db.reading(() => listView(rooms, visitorOf(request).workspace, query));
    if (isHtmx(request)) {
      reply.header("hx-replace-url", view.here);
      return sendFragment(rooms.house, request, reply, "posts/found", { view });
    }
    return sendPage(rooms.house, request, reply, "posts/list", { view }, { title: "Posts", nav: "posts" });
  });
  // Asking changes nothing, so it has an address of its own and works with a plain form.
  app.get("/posts/several", async (request, reply) => {
    const form = readSeveral(request.query);
    if (form.chosen.length === 0) {
      flash(request, "Nothing was chosen. Tick the posts that are meant first.", "waiting");
      return seeOther(request, reply, form.back);
    }
    return sendAsking(rooms, request, reply, form);
  });
  app.post("/posts/several/look", async (request, reply) => {
    const view = askingView(rooms, visitorOf(request).workspace, readSeveral(request.body));
    return sendFragment(rooms.house, request, reply, "posts/several-lines", { view });
  });
  app.post("/posts/several", async (request, reply) => {
    const form = readSeveral(request.body);
    try {
      const outcomes = await act(rooms, actorOf(request), form);
      const view = doneView(rooms, visitorOf(request).workspace, form, outcomes);
      return sendPage(rooms.house, request, reply, "posts/several-done", { view }, { title: view.title, nav: "posts" });
    } catch (error) {
      if (!(error instanceof Refusal) || error.statusCode !== 422 || form.chosen.length === 0) throw error;
      return sendAsking(rooms, request, reply, form, error.words);
    }
  });
}

function act(rooms: ShowRooms, actor: Actor, form: SeveralForm): Promise<Outcome[]> | Outcome[] {
  switch (form.act) {
    case "move":
      return moveSeveral(rooms, actor, form.chosen, wishOf(form, actor.timeZone));
    case "call-off":
      return callOffSeveral(rooms, actor, form.chosen);
    case "copy":
      return copySeveral(rooms, actor, form.chosen);
  }
}

function sendAsking(
  rooms: ShowRooms,
  request: FastifyRequest,
  reply: FastifyReply,
  form: SeveralForm,
  refused: Refusal["words"] | null = null,
): FastifyReply {
  const view = askingView(rooms, visitorOf(request).workspace, form);
  const page = { title: view.title, nav: "posts", status: refused ? 422 : 200 };
  return sendPage(rooms.house, request, reply, "posts/several", { view, refused }, page);
}

function actorOf(request: FastifyRequest): Actor {
  const { workspace, account } = visitorOf(request);
  return { workspaceId: workspace.id, accountId: account.id, timeZone: workspace.timeZone };
}
