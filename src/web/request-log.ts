/** One line a request, with the number that the answer carries as well; addresses are logged as their pattern, so no id or query is. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

const QUIET = /^\/(static|healthz|readyz|sandbox)\b/;

/** Answers get the header x-request-id; what is logged while a request is served has the same number as reqId. */
export function requestLog(app: FastifyInstance): void {
  app.addHook("onRequest", async (request, reply) => {
    reply.header("x-request-id", request.id);
  });
  app.addHook("onResponse", async (request, reply) => {
    request.log[QUIET.test(request.url) ? "debug" : "info"](factsOf(request, reply), "answered");
  });
}

function factsOf(request: FastifyRequest, reply: FastifyReply): object {
  return {
    method: request.method,
    route: request.routeOptions.url ?? "(none)",
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime),
  };
}
