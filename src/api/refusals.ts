/** Every refusal of the API as the document knows it: status, name, words, headers. */
import type { Header, Parameter, Response } from "./document.ts";

interface Told {
  name: string;
  says: string;
  headers?: readonly string[];
}

const TOLD: Readonly<Record<number, Told>> = {
  400: { name: "BadRequest", says: "The request does not fit this document; errors says where. Nothing was changed." },
  401: { name: "Unauthenticated", says: "No key, or none that is known", headers: ["WwwAuthenticate"] },
  403: { name: "Forbidden", says: "The key lacks the scope", headers: ["WwwAuthenticate"] },
  404: { name: "NotFound", says: "It is not there, or belongs to another workspace: the two look alike" },
  409: { name: "Conflict", says: "Not as things stand now, or the Idempotency-Key is in use for something else" },
  413: { name: "TooLarge", says: "More than is taken here. Nothing was stored." },
  415: { name: "UnsupportedMediaType", says: "Another kind of body than this call takes" },
  422: { name: "Refused", says: "It fits the document but cannot be done; errors says why. Nothing was stored." },
  429: {
    name: "RateLimited",
    says: "Too often, or too many side by side. Nothing was changed.",
    headers: ["RetryAfter"],
  },
  500: { name: "Internal", says: "Something broke on our side. The log has the reason." },
  507: { name: "FullDisk", says: "There is no room left on this install's disk. Nothing was kept." },
};

/** The name of a refusal among components.responses. Throws for a status that has no words. */
export function refusalName(status: number): string {
  const told = TOLD[status];
  if (!told) throw new Error(`${status} has no words.`);
  return told.name;
}

const HEADER_NAMES: Readonly<Record<string, string>> = {
  RetryAfter: "Retry-After",
  WwwAuthenticate: "WWW-Authenticate",
};

export const refusals: Record<string, Response> = Object.fromEntries(
  Object.values(TOLD).map(({ name, says, headers: sent = [] }) => [
    name,
    {
      description: says,
      ...(sent.length > 0 && {
        headers: Object.fromEntries(
          sent.map((header) => [HEADER_NAMES[header] ?? header, { $ref: `#/components/headers/${header}` }]),
        ),
      }),
      content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Error" } } },
    },
  ]),
);

const count = { type: "integer", minimum: 0 };

export const headers: Record<string, Header> = {
  RateLimitLimit: { description: "Requests a key may send in a minute", schema: count },
  RateLimitRemaining: { description: "How many are left", schema: count },
  RateLimitReset: { description: "Seconds until the count begins anew", schema: count },
  RetryAfter: { description: "Seconds after which it may work", schema: { type: "integer", minimum: 1 } },
  WwwAuthenticate: { description: "What is missing, RFC 6750", schema: { type: "string" } },
  IdempotencyReplayed: {
    description: "The answer was given before, to the same key and request",
    schema: { type: "string", enum: ["true"] },
  },
};

export const idempotencyKey: Parameter = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  description:
    "Chosen by you, new for each thing that is to be done once. For 24 hours the same key and body give the first answer " +
    "again; the same key with another body gives 409.",
  schema: { type: "string", minLength: 1, maxLength: 255, pattern: "^[\\x21-\\x7e]+$", examples: ["sea-2027-06-01"] },
};
