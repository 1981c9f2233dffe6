/** Every error of the API as RFC 9457 problem+json, in the same words that pages use. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { PostRefused, type PostProblem } from "../posts/index.ts";
import { notFound, protect, refuseDisk, Refusal } from "../web/index.ts";
import type { Call } from "./described.ts";

/** One reason; `path` says where in the request, "" = all of it. */
export interface ErrorLine {
  path: string;
  message: string;
  channelId?: string | null;
  field?: string;
  remedy?: string;
}

/** A refusal that names the places in the request. */
export class RequestRefused extends Refusal {
  readonly errors: readonly ErrorLine[];

  constructor(
    status: number,
    title: string,
    message: string,
    errors: readonly ErrorLine[],
    next = "Correct the request and send it again.",
  ) {
    super(status, { title, message, next });
    this.errors = errors;
  }
}

const NAMES: Readonly<Record<number, string>> = {
  400: "bad-request",
  401: "unauthenticated",
  403: "forbidden",
  404: "not-found",
  405: "method-not-allowed",
  409: "conflict",
  413: "too-large",
  415: "unsupported-media-type",
  422: "refused",
  429: "rate-limited",
  507: "full-disk",
};

/** `calls` tells an address that does not exist (404) from one that does not take this method (405). */
export function problemAnswers(app: FastifyInstance, calls: readonly Call[]): void {
  app.setErrorHandler((error: FastifyError, request, reply) => sendProblem(request, reply, error));
  app.setNotFoundHandler((request, reply) => {
    const methods = methodsOf(request.url.replace(/\?.*$/s, ""), calls);
    if (methods.length === 0) return sendProblem(request, reply, notFound("address"));
    reply.header("allow", methods.join(", "));
    return sendProblem(request, reply, wrongMethod(methods));
  });
}

/** For an address that cannot even be read, which no handler and no hook of the scope sees. */
export function answerUnreadableCall(reply: FastifyReply, options: { https: boolean }): FastifyReply {
  const body = {
    type: "urn:postern:bad-request",
    title: "This address cannot be read",
    status: 400,
    detail: "Nothing was changed. Check it and send it again.",
  };
  reply.code(400).type("application/problem+json; charset=utf-8");
  protect(reply, options);
  return reply.send(JSON.stringify(body));
}

function methodsOf(path: string, calls: readonly Call[]): string[] {
  const parts = path.split("/");
  const fits = (pattern: string[]): boolean =>
    pattern.length === parts.length && pattern.every((part, at) => part.startsWith(":") || part === parts[at]);
  const methods = calls.filter((call) => fits(call.path.split("/"))).map((call) => call.method.toUpperCase());
  return methods.includes("GET") ? [...methods, "HEAD"] : methods;
}

function wrongMethod(methods: readonly string[]): Refusal {
  return new Refusal(405, {
    title: "This address does not take that method",
    message: "Nothing was changed.",
    next: `It takes ${methods.join(", ")}.`,
  });
}

function sendProblem(request: FastifyRequest, reply: FastifyReply, error: FastifyError | Refusal): FastifyReply {
  const refusal = error instanceof Refusal ? error : (refuseDisk(error) ?? asRefusal(error, request));
  const status = refusal.statusCode;
  if (status >= 500) request.log.error({ err: error }, "request failed");
  if (refusal.retryAfterSeconds !== null) reply.header("retry-after", refusal.retryAfterSeconds);
  const errors = errorLines(refusal, request);
  const body = {
    type: `urn:postern:${NAMES[status] ?? (status < 500 ? "bad-request" : "internal")}`,
    title: refusal.words.title,
    status,
    detail: `${refusal.words.message} ${refusal.words.next}`.trim(),
    ...(errors.length > 0 && { errors }),
  };
  return reply
    .code(status)
    .type("application/problem+json; charset=utf-8")

    .send(JSON.stringify(body));
}

function errorLines(refusal: Refusal, request: FastifyRequest): readonly ErrorLine[] {
  if (refusal instanceof RequestRefused) return refusal.errors;
  if (refusal instanceof PostRefused) return refusal.problems.map((problem) => errorLine(problem, request.body));
  return [];
}

const OWN_FIELDS = new Set(["text", "media", "channelId", "options"]);

/** A post's problem with its place in the body: "scheduledAt", "channels.1.options.title". */
export function errorLine(problem: PostProblem, body: unknown): ErrorLine {
  const { channelId, field, message, remedy } = problem;
  const versions = (body as { channels?: Array<{ channelId?: unknown }> } | undefined)?.channels ?? [];
  const index = versions.findIndex((version) => version.channelId === channelId);
  const within = OWN_FIELDS.has(field) ? field : `options.${field}`;
  const path = channelId === null ? field : index < 0 ? `channels.${within}` : `channels.${index}.${within}`;
  return { path, message, channelId, field, remedy };
}

function asRefusal(error: FastifyError, request: FastifyRequest): Refusal {
  if (hasZodFastifySchemaValidationErrors(error)) {
    const errors = error.validation.map((issue) => ({
      path: issue.instancePath.replace(/^\//, "").replaceAll("/", "."),
      message: issue.message ?? "This is not as expected.",
    }));
    return new RequestRefused(
      400,
      "That request is not as expected",
      `Its ${error.validationContext ?? "body"} does not fit. Nothing was changed.`,
      errors,
    );
  }
  const status = error.statusCode ?? 500;
  switch (status) {
    case 413:
      return new RequestRefused(
        413,
        "That is too large",
        "More was sent than is taken here. Nothing was stored.",
        [],
        "Send less.",
      );
    case 415:
      return new RequestRefused(
        415,
        "That kind of body is not taken here",
        "Nothing was changed.",
        [],
        "Send application/json, and files as multipart/form-data.",
      );
    default:
      if (status >= 400 && status < 500) {
        return new RequestRefused(
          status,
          "That request cannot be read",
          "Something in it is not as expected. Nothing was changed.",
          [],
        );
      }
      return new RequestRefused(
        500,
        "Something broke on our side",
        "Nothing stored before this was lost.",
        [],
        `Try again; the log has the reason under the number ${request.id}.`,
      );
  }
}
