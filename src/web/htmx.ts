/** The two ways a browser asks: a whole page, or a piece of one through htmx. */
import type { FastifyReply, FastifyRequest } from "fastify";

/** True when htmx asks for a fragment (a boosted link or form wants a whole page). */
export function isHtmx(request: FastifyRequest): boolean {
  return request.headers["hx-request"] === "true" && request.headers["hx-request-type"] !== "full";
}

/** After a form: 303 for everybody; fragments requests get HX-Redirect, because fetch would follow a 303 silently. */
export function seeOther(request: FastifyRequest, reply: FastifyReply, path: string): FastifyReply {
  if (isHtmx(request)) return reply.code(200).header("hx-redirect", path).send("");
  return reply.redirect(path, 303);
}
