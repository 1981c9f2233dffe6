/** How long slow talkers are borne with, so that a few machines that say almost nothing cannot hold every line. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

/** All in ms. */
export interface Patience {
  /** Until the headers of a request are whole. */
  headers: number;
  /** Until a form or JSON is whole; the same for what is still being sent after it was answered. */
  body: number;
  /** Without a byte in either direction, whatever it is. Streams of news beat more often than this. */
  idle: number;
  /** How often the headers' time is looked at. */
  look: number;
}

export const usualPatience: Patience = { headers: 20_000, body: 30_000, idle: 120_000, look: 5_000 };

/** Call before any route is registered. */
export function endSlowTalk(app: FastifyInstance, patience: Patience): void {
  app.server.headersTimeout = patience.headers;
  app.server.timeout = patience.idle;
  app.server.keepAliveTimeout = Math.min(app.server.keepAliveTimeout, patience.idle);
  app.addHook("onRequest", async (request, reply) => {
    if (!mayBeLong(request)) endLate(request, patience.body);
    endUnread(request, reply, patience.body);
  });
}

/** Files may take their time, and so may the uploads of the sandbox. What has no use for a body is answered without it. */
function mayBeLong({ method, url, headers }: FastifyRequest): boolean {
  if (method === "GET" || method === "HEAD") return true;
  return url.startsWith("/sandbox/") || /^(multipart\/|application\/offset)/i.test(headers["content-type"] ?? "");
}

function endLate({ raw }: FastifyRequest, ms: number): void {
  const timer = setTimeout(() => raw.complete || raw.destroy(), ms);
  timer.unref();
  raw.once("close", () => clearTimeout(timer));
}

/** What was answered early is read into nothing, so that the browser gets to see the answer, but not for ever. */
function endUnread({ raw }: FastifyRequest, reply: FastifyReply, ms: number): void {
  reply.raw.once("finish", () => {
    if (raw.complete) return;
    const { socket } = raw;
    const timer = setTimeout(() => raw.complete || socket.destroy(), ms);
    timer.unref();
    // Not on the socket: that lives on, and would gather one of these with every request.
    raw.once("close", () => clearTimeout(timer));
  });
}
