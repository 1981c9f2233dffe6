/** The door of the calendar: what goes out when, and how it is moved. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { flash, Refusal, seeOther, sendPage, visitorOf, words } from "../web/index.ts";
import type { Wired } from "../wiring.ts";
import { movable, movePost, readMove } from "./move.ts";
import { hrefOf, queryOf, rangeOf, readAsked, type Asked } from "./ranges.ts";
import { calendarView } from "./view.ts";

/** Registers `/calendar`; expects webFoundation and visitors on the same scope. */
export async function calendarRoutes(app: FastifyInstance, wired: Wired): Promise<void> {
  app.get("/calendar", async (request, reply) =>
    sendCalendar(wired, request, reply, askedOf(wired, request, request.query)),
  );
  app.get("/calendar/move", async (request, reply) => {
    const asked = askedOf(wired, request, request.query);
    const entry = movable(wired, visitorOf(request).workspace, readMove(request.query).postId);
    const { timeZone } = visitorOf(request).workspace;
    const form = { entry, query: queryOf(asked), zone: words.zoneName(timeZone), earliest: todayOf(wired, request) };
    const page = { title: "Move a post", nav: "calendar" };
    return sendPage(wired.house, request, reply, "calendar/move", { form, back: hrefOf(asked) }, page);
  });
  app.post("/calendar/move", async (request, reply) => {
    const asked = askedOf(wired, request, request.query);
    const move = readMove(request.body);
    try {
      const moved = await movePost(wired, visitorOf(request), move);
      flash(request, moved.said);
      return seeOther(request, reply, hrefOf(placeAfter(asked, moved.day, visitorOf(request).workspace.timeZone)));
    } catch (error) {
      if (!(error instanceof Refusal) || (error.statusCode !== 422 && error.statusCode !== 409)) throw error;
      const refused = { ...error.words, href: `/posts/${move.postId}` };
      return sendCalendar(wired, request, reply, asked, { status: error.statusCode, refused });
    }
  });
}

interface Around {
  status?: number;
  refused?: Refusal["words"] & { href: string };
}

function sendCalendar(
  wired: Wired,
  request: FastifyRequest,
  reply: FastifyReply,
  asked: Asked,
  around: Around = {},
): FastifyReply {
  const view = wired.house.db.reading(() => calendarView(wired, visitorOf(request).workspace, asked));
  const page = { title: view.title, nav: "calendar", status: around.status };
  return sendPage(wired.house, request, reply, "calendar/calendar", { view, refused: around.refused ?? null }, page);
}

function askedOf(wired: Wired, request: FastifyRequest, fields: unknown): Asked {
  const known = typeof fields === "object" && fields !== null ? (fields as Record<string, unknown>) : {};
  return readAsked(known, todayOf(wired, request));
}

function todayOf(wired: Wired, request: FastifyRequest): string {
  return words.isoDay(wired.house.clock.now(), visitorOf(request).workspace.timeZone);
}

/** What is looked at stays in view; a post that left it is followed. */
function placeAfter(asked: Asked, day: string, timeZone: string): Asked {
  const { days, first, last } = rangeOf(asked, timeZone);
  const beside = days.some(({ iso }) => iso === day) && (day < first || day > last);
  return beside ? asked : { ...asked, at: day };
}
