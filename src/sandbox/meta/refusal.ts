/** A refusal in the Graph's shape, thrown by handlers and sent by `answering`. */
import type { FastifyReply, FastifyRequest } from "fastify";

export interface RefusalFacts {
  subcode?: number;
  /** HTTP status; Meta says 400 for nearly everything, limits included. */
  status?: number;
  type?: string;
  title?: string;
  /** For people. */
  words?: string;
  data?: object;
  headers?: Record<string, string>;
}

export class GraphRefusal extends Error {
  readonly code: number;
  readonly facts: RefusalFacts;

  constructor(code: number, message: string, facts: RefusalFacts = {}) {
    super(message);
    this.code = code;
    this.facts = facts;
  }

  body(): object {
    const { subcode, type = "OAuthException", title, words, data } = this.facts;
    return {
      error: {
        message: this.message,
        type,
        code: this.code,
        ...(subcode === undefined ? {} : { error_subcode: subcode }),
        is_transient: false,
        ...(title === undefined ? {} : { error_user_title: title }),
        ...(words === undefined ? {} : { error_user_msg: words }),
        // As it comes from the real one: JSON inside a text.
        ...(data === undefined ? {} : { error_data: JSON.stringify(data) }),
        fbtrace_id: "AsandboxTrace",
      },
    };
  }
}

/** Versions that are answered; a dead one would in truth be served by another, which nobody should rely on. */
const VERSIONS = ["v22.0", "v23.0", "v24.0", "v25.0", "v26.0"];

/** Runs a handler of the Graph and sends what it returns (an object, or JSON text), or its refusal. */
export function answering(handler: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    reply.header("x-app-usage", '{"call_count":3,"total_time":1,"total_cputime":1}');
    reply.header("facebook-api-version", "v26.0");
    try {
      const { version } = request.params as { version?: string };
      if (version !== undefined && !VERSIONS.includes(version)) {
        throw new GraphRefusal(2500, `Unknown path components: /${version}`);
      }
      const body = await handler(request, reply);
      return reply.type("application/json; charset=UTF-8").send(typeof body === "string" ? body : JSON.stringify(body));
    } catch (error) {
      if (!(error instanceof GraphRefusal)) throw error;
      return send(reply, error);
    }
  };
}

function send(reply: FastifyReply, refusal: GraphRefusal): FastifyReply {
  for (const [name, value] of Object.entries(refusal.facts.headers ?? {})) reply.header(name, value);
  return reply
    .code(refusal.facts.status ?? 400)
    .type("application/json; charset=UTF-8")
    .send(JSON.stringify(refusal.body()));
}

/** A parameter that is missing or wrong. */
export const invalid = (message: string, subcode?: number) => new GraphRefusal(100, `(#100) ${message}`, { subcode });

/** An object that is not there, or not for this token. */
export const unseen = (id: string) =>
  new GraphRefusal(
    100,
    `Unsupported get request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation.`,
    { subcode: 33, type: "GraphMethodException" },
  );
