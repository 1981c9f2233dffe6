/** One sentence that survives one redirect. */
import type { FastifyReply, FastifyRequest } from "fastify";

export interface Flash {
  tone: "live" | "waiting" | "broken" | "plain";
  text: string;
}

declare module "@fastify/secure-session" {
  interface SessionData {
    sid: string;
    flash: Flash;
  }
}

/** Shown on the next page that is rendered for this browser. */
export function flash(request: FastifyRequest, text: string, tone: Flash["tone"] = "live"): void {
  request.session.set("flash", { tone, text });
}

/** Takes the sentence out, so that it is shown once. */
export function takeFlash(request: FastifyRequest, _reply: FastifyReply): Flash | null {
  const found = request.session?.get("flash") ?? null;
  if (found) request.session.set("flash", undefined);
  return found;
}
