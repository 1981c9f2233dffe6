/** Reads request bodies as strictly as the platforms do. */
import type { FastifyRequest } from "fastify";

/** The JSON body, or undefined when the request is not JSON or cannot be parsed. */
export function jsonBody(request: FastifyRequest): Record<string, unknown> | undefined {
  if (!/^application\/json\b/i.test(request.headers["content-type"] ?? "")) return undefined;
  try {
    const value: unknown = JSON.parse(String(request.body ?? ""));
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** The form body, or undefined when the request is not application/x-www-form-urlencoded. */
export function formBody(request: FastifyRequest): Record<string, string> | undefined {
  if (!/^application\/x-www-form-urlencoded\b/i.test(request.headers["content-type"] ?? "")) return undefined;
  return Object.fromEntries(new URLSearchParams(String(request.body ?? "")));
}

/** The bearer token, or "". */
export function bearer(request: FastifyRequest): string {
  return /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
}

/** The address under which the sandbox itself was reached, ending before the real host: "http://127.0.0.1:3000/sandbox". */
export function sandboxBase(request: FastifyRequest, realHost: string): string {
  const path = request.url.slice(0, request.url.indexOf(`/${realHost}/`));
  return `${request.protocol}://${request.host}${path}`;
}
