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
  if (!tokenIsDead(first)) return unwrap(first, session.now());
  await session.renew();
  return unwrap(await send(session, request), session.now());
}

/** Refused for the token itself; a missing permission is also told with 401, and no new token mends that. */
function tokenIsDead(reply: PlatformResponse): boolean {
  const code = errorCode(reply);
  return code === "access_token_invalid" || (reply.status === 401 && !/scope/.test(code ?? ""));
}

function send(session: Session, { path, ...request }: ApiCall): Promise<PlatformResponse> {
  return session.request({ ...request, url: `${API}${path}` });
}

function unwrap(reply: PlatformResponse, now: number): Json {
  const code = errorCode(reply);
  const { error, data } = asObject(reply.json);
  // Only the code decides: TikTok also refuses with status 200.
  if (code === "ok" && reply.status < 300) return asObject(data);
  const facts = { status: reply.status, now, waitMs: waitAsked(reply, now) };
  if (code === undefined || code === "ok") {
    if (reply.status === 429 || reply.status === 401) throw vendorError({ code: `http_${reply.status}`, ...facts });
    throw unreadable(reply.status, facts.waitMs === null ? undefined : now + facts.waitMs);
  }
  const { message, log_id: logId } = asObject(error);
  throw vendorError({ code, ...facts, said: text(message), logId: text(logId) });
}

/** Milliseconds of a Retry-After, which may be seconds or a date; null when there is none. */
export function waitAsked(reply: PlatformResponse, now: number): number | null {
  const value = reply.headers["retry-after"] ?? "";
  const wait = /^\d{1,9}$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return wait > 0 ? wait : null;
}

/** An answer from something in front of TikTok, or one that was cut short; `until` = when it asks to be called again. */
export function unreadable(status: number, until?: number): PlatformError {
  return new PlatformError("transient", {
    code: "unreadable",
    until,
    message: `TikTok's answer could not be understood (status ${status}).`,
    remedy: "Nothing to do; Postern tries again.",
  });
}

function errorCode(reply: PlatformResponse): string | undefined {
  const { error } = asObject(reply.json);
  // What stands in front of the API answers in the flat shape of the sign-in.
  const code = text(error) || text(asObject(error)["code"]);
  return code === "" ? undefined : code;
}

export function asObject(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

/** Text, or a number's digits: ids come as both. */
export function text(value: unknown): string {
  return typeof value === "number" ? String(value) : typeof value === "string" ? value : "";
}

/** A switch that may have come as a word. */
export function yes(value: unknown): boolean {
  return value === true || value === "true";
}

/** A count that may have come as digits; null when absent. */
export function count(value: unknown): number | null {
  const number = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : null;
}
