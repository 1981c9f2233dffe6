/** The parts of a multipart form, for the page and the API: a form that cannot be read is refused in the words of whoever asked. */
import type { Multipart } from "@fastify/multipart";
import type { FastifyRequest } from "fastify";

export type FormParts = AsyncGenerator<Multipart, void, undefined>;

/** Throws `broken()` where the form cannot be read, and the parser's own error where a limit was passed. */
export async function* formParts(request: FastifyRequest, broken: () => Error): FormParts {
  try {
    yield* request.parts();
  } catch (error) {
    throw blameForm(error, broken);
  }
}

/** `error` came from the parser, which gives only limits a status. */
export function blameForm(error: unknown, broken: () => Error): unknown {
  return error instanceof Error && "statusCode" in error ? error : broken();
}
