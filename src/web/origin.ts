/** Refuses state changes that another site started: Fetch Metadata first, then Origin, then Referer, then nothing. */
import type { FastifyRequest } from "fastify";
import { Refusal } from "./refusals.ts";

/** Throws a 403 Refusal unless the request provably comes from our own pages. Safe methods pass. */
export function refuseForeignOrigin(request: FastifyRequest, publicUrl: string): void {
  if (["GET", "HEAD", "OPTIONS"].includes(request.method)) return;
  const site = request.headers["sec-fetch-site"];
  if (site !== undefined) {
    if (site === "same-origin") return;
    throw foreign();
  }
  const named = request.headers.origin ?? originOf(request.headers.referer);
  if (named !== undefined && (named === publicUrl || named === `${request.protocol}://${request.host}`)) return;
  throw foreign();
}

function originOf(referer: string | undefined): string | undefined {
  return referer && URL.canParse(referer) ? new URL(referer).origin : undefined;
}

function foreign(): Refusal {
  return new Refusal(403, {
    title: "That request did not come from Postern's own pages",
    message: "Your browser says that another site started it, so nothing was changed.",
    next: "Open Postern, reload the page and try again.",
  });
}
