/** Who is asking: the account, its session and its workspace, found once per request by the accounts room. */
import type { FastifyRequest } from "fastify";
import { Refusal } from "./refusals.ts";

export interface Visitor {
  account: { id: string; name: string; email: string; timeZone: string; isOwner: boolean };
  workspace: { id: string; name: string; timeZone: string };
  sessionId: string;
}

const visitors = new WeakMap<FastifyRequest, Visitor>();

export function setVisitor(request: FastifyRequest, visitor: Visitor): void {
  visitors.set(request, visitor);
}

export function visitorOrNull(request: FastifyRequest): Visitor | null {
  return visitors.get(request) ?? null;
}

/** Throws a 401 Refusal (the error handler sends people to the sign-in page) when nobody is signed in. */
export function visitorOf(request: FastifyRequest): Visitor {
  const visitor = visitors.get(request);
  if (!visitor)
    throw new Refusal(401, {
      title: "Please sign in",
      message: "Your session has ended. Nothing was changed.",
      next: "Sign in and try again.",
    });
  return visitor;
}
