/** The same key and the same request give the first answer again for a day, also when they arrive side by side. */
import { createHash } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { House } from "../house.ts";
import type { RecurringJob } from "../jobs/index.ts";
import { Refusal } from "../web/index.ts";
import { callerOf } from "./keys.ts";
import { RequestRefused } from "./problem-json.ts";

const KEPT_MS = 24 * 3600 * 1000;
/** How long a duplicate waits for the first to finish. */
const WAIT_MS = 20_000;

declare module "fastify" {
  interface FastifyContextConfig {
    /** The handler claims the Idempotency-Key: an upload is known only when it has been read. */
    claimsItself?: true;
  }
}

interface StoredAnswer {
  request_hash: string;
  status: number | null;
  body: string | null;
  created_at: number;
}

interface Claim {
  caller: string;
  key: string;
  settle(): void;
}

/** Forgets answers older than a day. */
export function apiClocks(house: House): RecurringJob[] {
  return [{ name: "forget idempotency keys", every: "0 23 * * * *", run: () => void sweep(house) }];
}

export function sweep(house: House): number {
  return house.db.run("DELETE FROM idempotency_keys WHERE created_at <= ?", [house.clock.now() - KEPT_MS]);
}

export class Idempotency {
  readonly #house: House;
  readonly #claims = new WeakMap<FastifyRequest, Claim>();
  /** Requests that this process is answering now. A row without an answer that is not here was cut off by a restart. */
  readonly #running = new Map<string, Promise<void>>();

  constructor(house: House) {
    this.#house = house;
  }

  /** Hooks for a scope: POSTs with an Idempotency-Key are claimed once their body is known to be well formed. */
  watch(app: FastifyInstance): void {
    app.addHook("preHandler", async (request, reply) => {
      if (request.method !== "POST" || request.routeOptions.config.claimsItself) return undefined;
      const known = await this.claim(request, hashOf(request.url, request.body ?? null));
      return known ? replay(reply, known) : undefined;
    });
    // Runs even when the client has gone: what was done is then still there for its next try.
    app.addHook("onSend", async (request, reply, payload) => {
      this.#finish(request, reply, payload);
      return payload;
    });
  }

  /** The answer to give again, or null: go on, the key is now this request's. Throws Refusal 400 and 409. */
  async claim(request: FastifyRequest, hash: string): Promise<StoredAnswer | null> {
    const key = keyOf(request);
    if (key === null) return null;
    const caller = callerOf(request).keyId;
    const name = `${caller} ${key}`;
    const running = this.#running.get(name);
    if (running) await waitFor(running);
    if (this.#running.has(name)) throw stillRunning();
    const known = this.known(request);
    if (known?.status === null) throw cutOff();
    if (known && known.request_hash !== hash) throw otherRequest();
    if (known) return known;
    this.#begin(request, { caller, key, name, hash });
    return null;
  }

  /** What is stored under this request's key, if it is not too old. */
  known(request: FastifyRequest): StoredAnswer | undefined {
    return this.#house.db.get<StoredAnswer>(
      `SELECT request_hash, status, body, created_at FROM idempotency_keys
       WHERE api_key_id = ? AND key = ? AND created_at > ?`,
      [callerOf(request).keyId, keyOf(request), this.#house.clock.now() - KEPT_MS],
    );
  }

  /** For a body that is already spent: the first answer, or Refusal 409 when the first request came to nothing meanwhile. */
  async answered(request: FastifyRequest, hash: string): Promise<StoredAnswer> {
    const known = await this.claim(request, hash);
    if (known) return known;
    this.drop(request);
    throw stillRunning();
  }

  /** For uploads: what the request was is known only at its end. */
  amend(request: FastifyRequest, hash: string): void {
    const claim = this.#claims.get(request);
    if (!claim) return;
    this.#house.db.run("UPDATE idempotency_keys SET request_hash = ? WHERE api_key_id = ? AND key = ?", [
      hash,
      claim.caller,
      claim.key,
    ]);
  }

  /** Nothing came of this request: its key is free again. */
  drop(request: FastifyRequest): void {
    const claim = this.#claims.get(request);
    if (!claim) return;
    this.#house.db.run("DELETE FROM idempotency_keys WHERE api_key_id = ? AND key = ?", [claim.caller, claim.key]);
    claim.settle();
  }

  #begin(request: FastifyRequest, facts: { caller: string; key: string; name: string; hash: string }): void {
    this.#house.db.run(
      `INSERT INTO idempotency_keys (api_key_id, key, request_hash, created_at) VALUES (@caller, @key, @hash, @now)
       ON CONFLICT (api_key_id, key) DO UPDATE SET request_hash = @hash, status = NULL, body = NULL, created_at = @now`,
      { caller: facts.caller, key: facts.key, hash: facts.hash, now: this.#house.clock.now() },
    );
    let resolve: () => void = () => undefined;
    this.#running.set(facts.name, new Promise((done) => (resolve = done)));
    const settle = (): void => {
      this.#running.delete(facts.name);
      this.#claims.delete(request);
      resolve();
    };
    this.#claims.set(request, { caller: facts.caller, key: facts.key, settle });
  }

  /** Answers that say "try again" are not kept; all others are. */
  #finish(request: FastifyRequest, reply: FastifyReply, payload: unknown): void {
    const claim = this.#claims.get(request);
    if (!claim) return;
    const tryAgain = reply.statusCode >= 500 || reply.statusCode === 429;
    if (tryAgain || typeof payload !== "string") return this.drop(request);
    this.#house.db.run("UPDATE idempotency_keys SET status = ?, body = ? WHERE api_key_id = ? AND key = ?", [
      reply.statusCode,
      payload,
      claim.caller,
      claim.key,
    ]);
    claim.settle();
  }
}

export function replay(reply: FastifyReply, known: StoredAnswer): FastifyReply {
  const status = known.status ?? 200;
  const type = status >= 400 ? "application/problem+json; charset=utf-8" : "application/json; charset=utf-8";
  return reply
    .code(status)
    .header("idempotency-replayed", "true")
    .type(type)

    .send(known.body ?? "");
}

export function hashOf(...parts: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

function keyOf(request: FastifyRequest): string | null {
  const key = request.headers["idempotency-key"];
  if (key === undefined) return null;
  if (typeof key === "string" && /^[\x21-\x7e]{1,255}$/.test(key)) return key;
  const message = "An Idempotency-Key has 1 to 255 visible ASCII characters.";
  throw new RequestRefused(400, "That Idempotency-Key cannot be used", message, [{ path: "Idempotency-Key", message }]);
}

async function waitFor(running: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tired = new Promise<void>((resolve) => (timer = setTimeout(resolve, WAIT_MS)));
  await Promise.race([running, tired]);
  clearTimeout(timer);
}

function otherRequest(): Refusal {
  return new Refusal(409, {
    title: "This Idempotency-Key belongs to another request",
    message: "It was used within the last day with a different address or body. Nothing was changed.",
    next: "Use a new key for a new request.",
  });
}

function stillRunning(): Refusal {
  return new Refusal(
    409,
    {
      title: "The first request with this Idempotency-Key is still running",
      message: "Nothing was started a second time.",
      next: "Ask again in a moment for its answer.",
    },
    5,
  );
}

function cutOff(): Refusal {
  return new Refusal(409, {
    title: "The answer to this Idempotency-Key is lost",
    message:
      "The first request may have taken effect, but Postern was stopped while it ran. Nothing was started a second time.",
    next: "Look at what is there, then use a new key if it is still to be done.",
  });
}
