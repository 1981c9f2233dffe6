/** Calls to the YouTube Data API: renews a refused token once, turns refusals into errors, checks what comes back. */
import type { z } from "zod";
import type { PlatformRequest, PlatformResponse, Session } from "../contract.ts";
import { needsRenewal, refusal } from "./errors.ts";

export const API = "https://www.googleapis.com/youtube/v3";
export const UPLOAD = "https://www.googleapis.com/upload/youtube/v3";

/**
 * One call, with the token renewed once if YouTube refuses it. `request` must be repeatable: no stream.
 * Throws PlatformError as the table of reasons says; network faults are transient.
 */
export async function call(session: Session, request: PlatformRequest): Promise<PlatformResponse> {
  let reply = await session.request(request);
  if (needsRenewal(reply)) {
    await session.renew();
    reply = await session.request(request);
  }
  if (reply.status < 200 || reply.status > 299) throw refusal(reply, session.now());
  return reply;
}

/** A list call, checked against `shape`; throws transient when the reply has another shape. */
export async function list<T>(
  session: Session,
  resource: string,
  query: Record<string, string | number | undefined>,
  shape: z.ZodType<T>,
  signal?: AbortSignal,
): Promise<T> {
  const reply = await call(session, { method: "GET", url: `${API}/${resource}`, query, signal });
  const parsed = shape.safeParse(reply.json);
  if (!parsed.success) throw refusal(reply, session.now());
  return parsed.data;
}
