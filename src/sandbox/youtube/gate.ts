/** YouTube's gate: who calls, with which permission, and the error envelope for those who may not pass. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { bearer } from "../bodies.ts";
import type { World } from "../world.ts";
import { channelOf, type Channel } from "./seeds.ts";
import { storeOf, type Token } from "./store.ts";

const SCOPE = "https://www.googleapis.com/auth/";

/** Scopes that open a kind of call; any one of them is enough. */
export const opens = {
  read: ["youtube.readonly", "youtube", "youtube.force-ssl"].map((name) => SCOPE + name),
  upload: ["youtube.upload", "youtube", "youtube.force-ssl"].map((name) => SCOPE + name),
  write: ["youtube", "youtube.force-ssl"].map((name) => SCOPE + name),
};

/** A refusal in Google's shape, thrown by handlers and sent by `answering`. */
export class Refusal extends Error {
  readonly code: number;
  readonly reason: string;
  readonly domain: string;
  readonly more: Record<string, unknown>;
  readonly status: string;

  constructor(
    code: number,
    reason: string,
    message: string,
    facts: { domain?: string; status?: string; location?: string; details?: unknown[] } = {},
  ) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.domain = facts.domain ?? "youtube.parameter";
    this.status = facts.status ?? "";
    this.more = { location: facts.location, details: facts.details };
  }

  body(): object {
    const { location, details } = this.more;
    const entry = { message: this.message, domain: this.domain, reason: this.reason };
    return {
      error: {
        code: this.code,
        message: this.message,
        errors: [location ? { ...entry, location, locationType: this.code === 401 ? "header" : "other" } : entry],
        ...(this.status ? { status: this.status } : {}),
        ...(details ? { details } : {}),
      },
    };
  }
}

/** Runs a handler and sends what it returns, or its refusal. */
export function answering(handler: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    try {
      return await handler(request, reply);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return reply.code(error.code).type("application/json; charset=UTF-8").send(error.body());
    }
  };
}

/** The token behind a request. Throws authError, insufficientPermissions, or the quota's refusal. */
export function callerOf(world: World, request: FastifyRequest, scopes: readonly string[]): Token {
  const token = storeOf(world).tokens.get(bearer(request));
  if (!token || !isAlive(world, token)) throw authError();
  if (!token.scopes.some((scope) => scopes.includes(scope))) throw scopeError();
  return token;
}

export function isAlive(world: World, token: Token): boolean {
  const mode = world.behaviour("youtube", "token");
  if (mode === "revoked" || (mode === "expired" && !token.renewed)) return false;
  return !token.revoked && token.expiresAt > world.now();
}

/** The channel that the token acts for. Throws youtubeSignupRequired when the account has none. */
export function channelBehind(token: Token): Channel {
  const channel = channelOf(token.accountId);
  if (channel) return channel;
  throw new Refusal(401, "youtubeSignupRequired", "Unauthorized", {
    domain: "youtube.header",
    location: "Authorization",
  });
}

/** Refuses calls that cost units while the switch says that they are used up. */
export function spendUnits(world: World): void {
  if (world.behaviour("youtube", "quota") !== "units") return;
  throw new Refusal(
    403,
    "quotaExceeded",
    'The request cannot be completed because you have exceeded your <a href="/youtube/v3/getting-started#quota">quota</a>.',
    { domain: "youtube.quota" },
  );
}

/** The required query parameter. */
export function needed(request: FastifyRequest, name: string): string {
  const value = (request.query as Record<string, string | undefined>)[name];
  if (value) return value;
  throw new Refusal(400, "required", `Required parameter: ${name}`, { domain: "global", location: name });
}

/** The parts asked for; refuses unknown ones. */
export function partsOf(request: FastifyRequest, known: readonly string[]): string[] {
  const parts = needed(request, "part").split(",");
  const unknown = parts.find((part) => !known.includes(part));
  if (unknown !== undefined) {
    throw new Refusal(400, "unknownPart", `Unknown part: ${unknown}`, { location: "part" });
  }
  return parts;
}

export function authError(): Refusal {
  return new Refusal(
    401,
    "authError",
    "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.",
    { domain: "global", status: "UNAUTHENTICATED", location: "Authorization" },
  );
}

function scopeError(): Refusal {
  return new Refusal(403, "insufficientPermissions", "Request had insufficient authentication scopes.", {
    domain: "global",
    status: "PERMISSION_DENIED",
    details: [
      {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        reason: "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
        domain: "googleapis.com",
        metadata: { service: "youtube.googleapis.com" },
      },
    ],
  });
}
