/** Calls to Instagram's side of the Graph, at the host that fits the channel's way. */
import type { z } from "zod";
import { PlatformError, type Session } from "../contract.ts";
import { call, decide, listAll, type GraphCall } from "../shared/meta/index.ts";
import { reasons } from "./reasons.ts";
import { baseOf, wayOf } from "./ways.ts";

export type InstagramCall = Pick<GraphCall, "method" | "path" | "query" | "form" | "signal">;

/**
 * One call. A refused token is tried once more: Instagram also says so in passing, and it may have been renewed meanwhile.
 * Throws PlatformError as the table of reasons says.
 */
export async function ask<T>(session: Session, request: InstagramCall, shape: z.ZodType<T>): Promise<T> {
  return trusting(async () => (await call(session, whole(session, request), shape)).data);
}

/** As `ask`, for the one request that makes a post public: without a clear answer the outcome is unknown. */
export async function askDeciding<T>(session: Session, request: InstagramCall, shape: z.ZodType<T>): Promise<T> {
  return trusting(() => decide(session, whole(session, request), shape));
}

/** A list, page by page, until `until` says that the rest does not matter. */
export async function askAll<T>(
  session: Session,
  request: Omit<InstagramCall, "method">,
  entry: z.ZodType<T>,
  until?: (entries: readonly T[]) => boolean,
): Promise<T[]> {
  return trusting(() => listAll(session, whole(session, { ...request, method: "GET" }), entry, until));
}

function whole(session: Session, request: InstagramCall): GraphCall {
  return { ...request, base: baseOf(session), proof: wayOf(session) === "facebook", reasons };
}

/** A refused token cannot be renewed with itself, so there is nothing to do but to ask again; twice refused is refused. */
async function trusting<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // Other subcodes name a reason that stays: password changed, app removed.
    if (!(error instanceof PlatformError) || !["190", "190/463"].includes(error.code)) throw error;
    return work();
  }
}
