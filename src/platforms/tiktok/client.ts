/** Calls to TikTok's API: one envelope, one renewal of a dead token. */
import { PlatformError, type PlatformResponse, type Session } from "../contract.ts";
import { vendorError } from "./errors.ts";

export const API = "https://open.tiktokapis.com";

export type Json = Record<string, unknown>;

export interface ApiCall {
  method: "GET" | "POST";
  /** Begins and ends with a slash: TikTok's paths do. */
  path: string;
  query?: Record<string, string>;
  json?: unknown;
  signal?: AbortSignal;
}

/**
 * The `data` of a good answer, {} when there is none. A dead access token is renewed once and the call repeated.
 * Throws PlatformError as the table in errors.ts has it; transient with code "unreadable" for an answer without an envelope.
 */
export async function call(session: Session, request: ApiCall): Promise<Json> {
  const first = await send(session, request);
  if (errorCode(first) !== "access_token_invalid") return unwrap(first, session.now());
  await session.renew();
  return unwrap(await send(session, request), session.now());
}

function send(session: Session, { path, ...request }: ApiCall): Promise<PlatformResponse> {
  return session.request({ ...request, url: `${API}${path}` });
}

function unwrap(reply: PlatformResponse, now: number): Json {
  const code = errorCode(reply);
  const { error, data } = asObject(reply.json);
  // Only the code decides: TikTok also refuses with status 200.
  if (code === "ok" && reply.status < 300) return asObject(data);
  const retryAfter = Number(reply.headers["retry-after"] ?? Number.NaN);
  const facts = { status: reply.status, now, ...(retryAfter > 0 ? { retryAfter } : {}) };
  if (code === undefined || code === "ok") {
    if (reply.status === 429 || reply.status === 401) throw vendorError({ code: `http_${reply.status}`, ...facts });
    throw unreadable(reply.status);
  }
  const { message, log_id: logId } = asObject(error);
  throw vendorError({ code, ...facts, said: text(message), logId: text(logId) });
}

/** An answer from something in front of TikTok, or one that was cut short. */
export function unreadable(status: number): PlatformError {
  return new PlatformError("transient", {
    code: "unreadable",
    message: `TikTok's answer could not be understood (status ${status}).`,
    remedy: "Nothing to do; Postern tries again.",
  });
}

function errorCode(reply: PlatformResponse): string | undefined {
  const { code } = asObject(asObject(reply.json)["error"]);
  return typeof code === "string" ? code : undefined;
}

export function asObject(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

export function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** A count that may have come as digits; null when absent. */
export function count(value: unknown): number | null {
  const number = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : null;
}
