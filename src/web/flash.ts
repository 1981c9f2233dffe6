/** One sentence that survives one redirect. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { plainText } from "./plain-text.ts";

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

/** In code points. It travels in a cookie, of which browsers take 4,096 bytes; sealing makes a third more of it. */
const MOST = 500;

/** Shown on the next page that is rendered for this browser; what is longer than a few sentences is cut. */
export function flash(request: FastifyRequest, text: string, tone: Flash["tone"] = "live"): void {
  const line = plainText(text, MOST + 1);
  const cut = [...line].length > MOST ? `${plainText(line, MOST - 1)}…` : line;
  // A half of a pair would be written as six bytes.
  request.session.set("flash", { tone, text: cut.toWellFormed() });
}

/** Takes the sentence out, so that it is shown once. */
export function takeFlash(request: FastifyRequest, _reply: FastifyReply): Flash | null {
  const found = request.session?.get("flash") ?? null;
  if (found) request.session.set("flash", undefined);
  return found;
}
