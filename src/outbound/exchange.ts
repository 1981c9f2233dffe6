/** One request and its whole reply: bodies streamed out, replies bounded in bytes and time, faults told apart. */
import { Transform, type Readable } from "node:stream";
import { request as send, type Dispatcher } from "undici";
import { OutboundError, translate } from "./errors.ts";
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

const MAX_REPLY = 4 * 1024 * 1024;

export async function exchange(url: URL, request: OutboundRequest, dispatcher: Dispatcher): Promise<OutboundReply> {
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

/** Opens a download; its body is read by the caller. */
export async function open(url: URL, limits: { signal?: AbortSignal; timeout?: number }, dispatcher: Dispatcher) {
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

/** Ends a body with an error as soon as it grows beyond `maxBytes`. */
export function limited(body: Readable, maxBytes: number): Readable {
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

function flat(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) out[name.toLowerCase()] = String(value);
  return out;
}
