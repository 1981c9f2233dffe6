/** The envelope of TikTok's API and the gate before every call: token, scope, rate. */
import { randomBytes } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import { bearer } from "../bodies.ts";
import type { World } from "../world.ts";
import { findCreator, type Creator } from "./creators.ts";
import { tiktokStore, type Grant } from "./store.ts";

/** Thrown by a handler to answer with the envelope's error. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message = "") {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export interface Call {
  request: FastifyRequest;
  grant: Grant;
  creator: Creator;
}

/** A reply's data; `raw` is JSON text for numbers that JavaScript cannot hold. */
export type Data = Record<string, unknown> | { raw: string } | undefined;

/** Wraps a handler: 401 without a live token, 401 without one of `scopes`, 429 above `perMinute` calls per token. */
export function guarded(
  world: World,
  gate: { name: string; scopes: readonly string[]; perMinute: number },
  handler: (call: Call) => Data | Promise<Data>,
): (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply> {
  return async (request, reply) => {
    try {
      const call = { request, ...admit(world, request, gate) };
      return reply.type("application/json").send(envelope(await handler(call)));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return reply.code(error.status).type("application/json").send(failure(error.code, error.message));
    }
  };
}

/** `{ data, error: ok }` as text. */
function envelope(data: Data): string {
  const error = { code: "ok", message: "", log_id: logId() };
  if (data === undefined) return JSON.stringify({ error });
  const text = "raw" in data && typeof data.raw === "string" ? data.raw : JSON.stringify(data);
  return `{"data":${text},"error":${JSON.stringify(error)}}`;
}

function failure(code: string, message: string): string {
  return JSON.stringify({ data: {}, error: { code, message: message || code.replaceAll("_", " "), log_id: logId() } });
}

export function logId(): string {
  return `20261122${randomBytes(13).toString("hex").toUpperCase()}`;
}

function admit(
  world: World,
  request: FastifyRequest,
  gate: { name: string; scopes: readonly string[]; perMinute: number },
) {
  const store = tiktokStore(world);
  const token = bearer(request);
  const access = store.access.get(token);
  const grant = access && store.grants.get(access.grantId);
  if (!access || !grant || grant.revoked || access.expiresAt <= world.now() || withdrawn(world, token)) {
    throw new Refusal(401, "access_token_invalid", "The access token is invalid or not found in the request.");
  }
  if (!gate.scopes.some((scope) => grant.scopes.includes(scope))) {
    throw new Refusal(
      401,
      "scope_not_authorized",
      "The user did not authorize the scope required for completing this request.",
    );
  }
  count(world, `${gate.name} ${token}`, gate.perMinute);
  const creator = findCreator(grant.creatorId);
  if (!creator) throw new Refusal(500, "internal_error");
  return { grant, creator };
}

/** The switch "token": "expired" kills the token at hand and springs back, "revoked" stays. */
function withdrawn(world: World, token: string): boolean {
  const how = world.behaviour("tiktok", "token");
  if (how === "expired") {
    tiktokStore(world).access.delete(token);
    world.setBehaviour("tiktok", "token", "");
  }
  return how !== "";
}

/** A sliding minute per token and endpoint. */
function count(world: World, key: string, perMinute: number): void {
  if (world.behaviour("tiktok", "limits") === "off") return;
  const { calls } = tiktokStore(world);
  const since = world.now() - 60_000;
  const times = (calls.get(key)?.times ?? []).filter((time) => time > since);
  if (times.length >= perMinute) throw new Refusal(429, "rate_limit_exceeded", "The API rate limit was exceeded.");
  calls.put(key, { times: [...times, world.now()] });
}

export function invalid(message: string): Refusal {
  return new Refusal(400, "invalid_params", message);
}
