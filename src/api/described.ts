/** What a route says of itself beside its schemas: the words of the document, kept where the route is. */
import type { FastifyInstance, RouteOptions } from "fastify";
import type { z } from "zod";

/** Statuses a call may answer with beside those that every call may. */
export type Refused = 404 | 409 | 422 | 507;

export interface Described {
  /** operationId: what generated clients call it. */
  id: string;
  tag: "Platforms" | "Channels" | "Media" | "Posts" | "Publications";
  summary: string;
  description?: string;
  /** What the good answer is, in words. */
  answer: string;
  refuses?: readonly Refused[];
  /** The body is a form with one file instead of JSON. */
  upload?: true;
  /** A body that works, as the document and the page show it. */
  example?: unknown;
}

declare module "fastify" {
  interface FastifyContextConfig {
    described?: Described;
  }
}

/** One call of the API with everything that is known of it. */
export interface Call {
  method: "get" | "post" | "patch" | "delete";
  /** With Fastify's marks: /api/v1/posts/:id */
  path: string;
  described: Described;
  scope: "read" | "write";
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodType;
  status: number;
  answer: z.ZodType;
}

const METHODS = ["get", "post", "patch", "delete"] as const;

/** Fills `calls` with what is registered on `app` from here on. Throws for a route without words: the start stops. */
export function collectCalls(app: FastifyInstance, calls: Call[]): void {
  app.addHook("onRoute", (route) => {
    const method = METHODS.find((one) => one === String(route.method).toLowerCase());
    if (method) calls.push(callOf(route, method));
  });
}

function callOf(route: RouteOptions, method: Call["method"]): Call {
  const { described, scope } = route.config ?? {};
  const { params, querystring, body, response } = (route.schema ?? {}) as Record<string, unknown>;
  const good = Object.entries((response ?? {}) as Record<string, z.ZodType>)[0];
  if (!described || !good) throw new Error(`${method} ${route.url} is not described.`);
  return {
    method,
    path: route.url,
    described,
    scope: scope ?? (method === "get" ? "read" : "write"),
    ...(params !== undefined && { params: params as z.ZodObject }),
    ...(querystring !== undefined && { query: querystring as z.ZodObject }),
    ...(body !== undefined && { body: body as z.ZodType }),
    status: Number(good[0]),
    answer: good[1],
  };
}
