/** One error handler: refusals with their words, everything else as a plain 500 with the request's id. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { House } from "../house.ts";
import { isHtmx } from "./htmx.ts";
import { sendPage } from "./page.ts";
import { notFound, refuseDisk, Refusal } from "./refusals.ts";

export function errorPages(app: FastifyInstance, house: House): void {
  app.setErrorHandler((error: FastifyError, request, reply) => answer(house, error, request, reply));
  app.setNotFoundHandler((request, reply) => answer(house, notFound(), request, reply));
}

function answer(
  house: House,
  error: FastifyError | Refusal,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const refusal = error instanceof Refusal ? error : (refuseDisk(error) ?? asRefusal(error, request));
  if (refusal.statusCode >= 500) request.log.error({ err: error }, "request failed");
  if (refusal.retryAfterSeconds !== null) reply.header("retry-after", refusal.retryAfterSeconds);
  if (refusal.statusCode === 401 && request.method === "GET" && !isHtmx(request)) {
    return reply.redirect(`/sign-in?next=${encodeURIComponent(request.url)}`, 303);
  }
  if (refusal.statusCode === 401 && isHtmx(request)) reply.header("hx-redirect", "/sign-in");
  const template = isHtmx(request) ? "errors/fragment" : "errors/page";
  return sendPage(
    house,
    request,
    reply,
    template,
    { refusal: refusal.words, requestId: request.id },
    { title: refusal.words.title, status: refusal.statusCode },
  );
}

function asRefusal(error: FastifyError, request: FastifyRequest): Refusal {
  // The plugin sends its own errors instead of handing them to the hook that asked it.
  if (error.code?.startsWith("FST_CSRF_")) return tooOld();
  const status = error.statusCode ?? 500;
  if (status === 413) {
    return new Refusal(413, {
      title: "That is too large",
      message: "More was sent than this page takes. Nothing was stored.",
      next: "Go back and send less.",
    });
  }
  if (status >= 400 && status < 500) {
    return new Refusal(status, {
      title: "That request cannot be read",
      message: "Something in it is not as expected. Nothing was changed.",
      next: "Go back, reload the page and try again.",
    });
  }
  return new Refusal(500, {
    title: "Something broke on our side",
    message: "Nothing you wrote before this was lost.",
    next: `Try again. If it keeps happening, the log has the reason under the number ${request.id}.`,
  });
}

function tooOld(): Refusal {
  return new Refusal(403, {
    title: "This page is too old",
    message: "Its security token does not fit your session any more, so nothing was changed.",
    next: "Reload the page and try again.",
  });
}
