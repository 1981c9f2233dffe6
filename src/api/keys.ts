/** Who calls: the API key of the Authorization header, what it may do, and how often it may ask. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { findApiKey } from "../accounts/index.ts";
import type { House } from "../house.ts";
import { Refusal } from "../web/index.ts";

export interface Caller {
  keyId: string;
  accountId: string;
  workspaceId: string;
  scopes: readonly string[];
}

declare module "fastify" {
  interface FastifyContextConfig {
    /** What the key must be allowed; default `read` for GET, `write` for the rest. */
    scope?: "read" | "write";
  }
}

const PER_MINUTE = 120;
/** Wrong keys from one address (IPv6: one /64) a minute; right keys from there still pass. */
const WRONG_PER_MINUTE = 30;

const callers = new WeakMap<FastifyRequest, Caller>();

/** The caller of a request that passed `askForKeys`. */
export function callerOf(request: FastifyRequest): Caller {
  const caller = callers.get(request);
  if (!caller) throw new Error("askForKeys is missing on this scope");
  return caller;
}

/** Every route of this scope needs a key. Expects @fastify/rate-limit to be registered. */
export function askForKeys(app: FastifyInstance, house: House): void {
  const perKey = app.createRateLimit({
    max: PER_MINUTE,
    timeWindow: 60_000,
    keyGenerator: (request) => callerOf(request).keyId,
  });
  const wrongKeys = app.createRateLimit({ max: WRONG_PER_MINUTE, timeWindow: 60_000 });
  app.addHook("onRequest", async (request, reply) => {
    const secret = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
    const key = secret && secret.length <= 200 ? findApiKey(house, secret) : null;
    if (!key) {
      const limit = await wrongKeys(request);
      if (!limit.isAllowed && limit.isExceeded) throw tooOften(limit.ttlInSeconds);
      throw unauthenticated(reply, secret !== undefined);
    }
    callers.set(request, { keyId: key.id, accountId: key.accountId, workspaceId: key.workspaceId, scopes: key.scopes });
    const limit = await perKey(request);
    if (!limit.isAllowed) {
      reply
        .header("ratelimit-limit", limit.max)
        .header("ratelimit-remaining", limit.remaining)
        .header("ratelimit-reset", limit.ttlInSeconds);
      if (limit.isExceeded) throw tooOften(limit.ttlInSeconds);
    }
    refuseScope(request, reply, key.scopes);
  });
}

function refuseScope(request: FastifyRequest, reply: FastifyReply, scopes: readonly string[]): void {
  const reading = request.method === "GET" || request.method === "HEAD";
  const needed = request.routeOptions.config.scope ?? (reading ? "read" : "write");
  if (scopes.includes(needed)) return;
  reply.header("www-authenticate", `Bearer realm="postern", error="insufficient_scope", scope="${needed}"`);
  throw new Refusal(403, {
    title: "This key may not do that",
    message: `It lacks the scope "${needed}". Nothing was changed.`,
    next: "Make a key with that scope in the settings.",
  });
}

function unauthenticated(reply: FastifyReply, presented: boolean): Refusal {
  reply.header("www-authenticate", `Bearer realm="postern"${presented ? ', error="invalid_token"' : ""}`);
  return new Refusal(401, {
    title: presented ? "This key is not known" : "A key is missing",
    message: presented
      ? "It was withdrawn, has expired or was never one of ours."
      : "The request has no Authorization header with a key.",
    next: "Send Authorization: Bearer and an API key made in the settings.",
  });
}

function tooOften(seconds: number): Refusal {
  const words = {
    title: "Too many requests",
    message: "Nothing was changed.",
    next: `Try again in ${seconds} seconds.`,
  };
  return new Refusal(429, words, seconds);
}
