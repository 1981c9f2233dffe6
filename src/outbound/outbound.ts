/** One function for platform calls, one for addresses that people typed, and one place for sandbox rewriting. */
import type { Readable } from "node:stream";
import { Transform } from "node:stream";
import { request as send, type Dispatcher } from "undici";
import { guardedAgent, plainAgent } from "./agent.ts";
import { OutboundError, type OutboundReason } from "./errors.ts";
import { parseJson } from "./json.ts";

export interface OutboundRequest {
  method: string;
  url: string;
  query?: Record<string, string | number | undefined>;
  headers?: Record<string, string>;
  json?: unknown;
  form?: Record<string, string>;
  stream?: { body: Readable; length: number; onSent?: (bytes: number) => void };
  /** ms until reply headers; default 30 000, for streams 300 000. */
  timeout?: number;
  signal?: AbortSignal;
}

export interface OutboundReply {
  status: number;
  headers: Record<string, string>;
  text: string;
  json: unknown;
}

export interface OutboundDownload {
  status: number;
  headers: Record<string, string>;
  body: Readable;
  /** Where it came from after redirects. */
  url: string;
}

export interface Outbound {
  /** A call to a platform. Redirects are not followed. Throws OutboundError when no whole reply came. */
  platform(request: OutboundRequest): Promise<OutboundReply>;
  /**
   * A download from an address a person typed: public hosts only, at most 3 redirects, each checked. `fromPlatform`: the
   * address came from a platform (a profile picture), so in sandbox mode the sandbox is asked for it.
   */
  download(
    url: string,
    options: { maxBytes: number; signal?: AbortSignal; timeout?: number; fromPlatform?: boolean },
  ): Promise<OutboundDownload>;
  /** The address to send a person's browser to for a platform page (consent). */
  browserUrl(url: string): string;
  close(): Promise<void>;
}

export interface OutboundOptions {
  mode: "sandbox" | "live";
  /** Where server calls go in sandbox mode, without a trailing slash. */
  sandboxUrl: string;
  /** Where browsers go in sandbox mode (our own public address when the sandbox is our own). */
  sandboxBrowserUrl: string;
  /** host:port pairs that may be private (a home object store). */
  allowPrivateHosts?: readonly string[];
  log: { debug(facts: object, message: string): void };
}

const MAX_REPLY = 4 * 1024 * 1024;
const MAX_HOPS = 3;

export function createOutbound(options: OutboundOptions): Outbound {
  const plain = plainAgent();
  const guarded = guardedAgent();
  const sandboxOrigin = options.mode === "sandbox" ? new URL(options.sandboxUrl).origin : null;

  function target(address: string, base: string): URL {
    const url = parse(address);
    if (sandboxOrigin === null) {
      if (url.protocol !== "https:") throw refusal("Platforms are reached over https only.");
      return url;
    }
    if (url.origin === sandboxOrigin || url.origin === new URL(options.sandboxBrowserUrl).origin) return url;
    return new URL(`${base}/${url.host}${url.pathname}${url.search}`);
  }

  return {
    async platform(request) {
      const url = target(request.url, options.sandboxUrl);
      for (const [name, value] of Object.entries(request.query ?? {})) {
        if (value !== undefined) url.searchParams.set(name, String(value));
      }
      const startedAt = performance.now();
      const reply = await exchange(url, request, sandboxOrigin ? plain : guarded);
      // Path only: queries carry codes and upload ids, bodies carry tokens.
      options.log.debug(
        {
          method: request.method,
          host: url.host,
          path: hidePath(url.pathname),
          status: reply.status,
          ms: Math.round(performance.now() - startedAt),
        },
        "platform call",
      );
      return reply;
    },

    async download(address, limits) {
      const locate = (text: string): URL => (limits.fromPlatform ? target(text, options.sandboxUrl) : parse(text));
      let url = locate(address);
      for (let hop = 0; ; hop += 1) {
        checkTyped(url);
        const trusted = sandboxOrigin === url.origin || options.allowPrivateHosts?.includes(url.host);
        const reply = await open(url, limits, trusted ? plain : guarded);
        const location = reply.headers["location"];
        if (reply.status < 300 || reply.status > 399 || !location) {
          return {
            status: reply.status,
            headers: reply.headers,
            body: limited(reply.body, limits.maxBytes),
            url: url.href,
          };
        }
        // Calling a body off raises an error on it, which nobody else listens for.
        reply.body.on("error", () => undefined).destroy();
        if (hop >= MAX_HOPS) throw refusal("That address redirects too often.");
        url = locate(new URL(location, url).href);
      }
    },

    browserUrl: (url) => target(url, options.sandboxBrowserUrl).href,

    async close() {
      await Promise.allSettled([plain.destroy(), guarded.destroy()]);
    },
  };
}

async function exchange(url: URL, request: OutboundRequest, dispatcher: Dispatcher): Promise<OutboundReply> {
  const headers: Record<string, string> = { accept: "application/json", "user-agent": "Postern", ...request.headers };
  let body: string | Readable | undefined;
  let progressed = false;
  if (request.json !== undefined) {
    headers["content-type"] ??= "application/json; charset=UTF-8";
    body = JSON.stringify(request.json);
  } else if (request.form) {
    headers["content-type"] = "application/x-www-form-urlencoded";
    body = new URLSearchParams(request.form).toString();
  } else if (request.stream) {
    headers["content-length"] = String(request.stream.length);
    body = counted(request.stream.body, (bytes) => {
      progressed = true;
      request.stream?.onSent?.(bytes);
    });
  } else if (request.method !== "GET") {
    headers["content-length"] = "0";
  }
  const timeout = request.timeout ?? (request.stream ? 300_000 : 30_000);
  try {
    const reply = await send(url, {
      method: request.method as Dispatcher.HttpMethod,
      headers,
      body: body ?? null,
      dispatcher,
      headersTimeout: timeout,
      bodyTimeout: timeout,
      signal: request.signal ?? null,
    });
    const text = await readText(reply.body, timeout);
    return { status: reply.statusCode, headers: flat(reply.headers), text, json: parseJson(text) };
  } catch (error) {
    if (body && typeof body !== "string") body.destroy();
    throw translate(error, progressed);
  }
}

/** Reads a reply to its end; bounded in bytes and, against a slow drip, in time. */
async function readText(body: Readable, timeout: number): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  const end = performance.now() + timeout * 2;
  for await (const chunk of body) {
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_REPLY) {
      body.destroy();
      throw new OutboundError("too_large", "The reply is larger than 4 MB.", { sent: true });
    }
    if (performance.now() > end) {
      body.destroy();
      throw new OutboundError("timeout", "The reply came too slowly.", { sent: true });
    }
    parts.push(chunk as Buffer);
  }
  return Buffer.concat(parts).toString("utf8");
}

async function open(url: URL, limits: { signal?: AbortSignal; timeout?: number }, dispatcher: Dispatcher) {
  try {
    const reply = await send(url, {
      method: "GET",
      headers: { "user-agent": "Postern", "accept-encoding": "identity" },
      dispatcher,
      headersTimeout: 10_000,
      bodyTimeout: limits.timeout ?? 30_000,
      signal: limits.signal ?? null,
    });
    return { status: reply.statusCode, headers: flat(reply.headers), body: reply.body as Readable };
  } catch (error) {
    throw translate(error, false);
  }
}

function counted(body: Readable, onSent: (bytes: number) => void): Readable {
  let bytes = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      onSent(bytes);
      done(null, chunk);
    },
  });
  body.on("error", (error) => meter.destroy(error));
  meter.on("close", () => body.destroy());
  return body.pipe(meter);
}

function limited(body: Readable, maxBytes: number): Readable {
  let bytes = 0;
  const gate = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > maxBytes)
        return done(new OutboundError("too_large", "The file is larger than allowed.", { sent: true }));
      done(null, chunk);
    },
  });
  body.on("error", (error) => gate.destroy(translate(error, true)));
  gate.on("close", () => body.destroy());
  return body.pipe(gate);
}

const NEVER_SENT = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

function translate(error: unknown, progressed: boolean): OutboundError {
  if (error instanceof OutboundError) return error;
  const cause = error as { name?: string; code?: string; message?: string; cause?: unknown };
  if (cause.cause instanceof OutboundError) return cause.cause;
  const code = cause.code ?? "";
  const sent = progressed || !NEVER_SENT.has(code);
  const reason: OutboundReason =
    cause.name === "AbortError" || code === "UND_ERR_ABORTED"
      ? "aborted"
      : code === "ECONNREFUSED"
        ? "refused"
        : /TIMEOUT/.test(code)
          ? "timeout"
          : NEVER_SENT.has(code)
            ? "unreachable"
            : "reset";
  return new OutboundError(reason, PLAIN[reason], { sent, cause: error });
}

const PLAIN: Record<OutboundReason, string> = {
  blocked: "That address is not on the public internet.",
  refused: "The connection was refused.",
  unreachable: "The host could not be reached.",
  timeout: "No answer came in time.",
  reset: "The connection broke before a whole answer came.",
  too_large: "The answer is larger than allowed.",
  aborted: "The request was called off.",
  bad_address: "That is not an address that can be fetched.",
};

function parse(address: string): URL {
  try {
    return new URL(address);
  } catch {
    throw refusal(PLAIN.bad_address);
  }
}

function checkTyped(url: URL): void {
  if (url.protocol !== "https:" && url.protocol !== "http:")
    throw refusal("Only http and https addresses can be fetched.");
  if (url.username || url.password) throw refusal("Addresses with a name or password in them are not fetched.");
  if (url.href.length > 2048) throw refusal("That address is too long.");
}

function refusal(message: string): OutboundError {
  return new OutboundError("bad_address", message, { sent: false });
}

function flat(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) out[name.toLowerCase()] = String(value);
  return out;
}

/** Long path segments may be capability secrets (upload addresses): only their beginning is logged. */
function hidePath(path: string): string {
  return path.replace(/[^/]{25,}/g, (part) => `${part.slice(0, 6)}…`);
}
