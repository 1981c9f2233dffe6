/** Refuses state changes that another site started: Fetch Metadata first, then Origin, then Referer, then nothing. */
import { isIP } from "node:net";
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

/**
 * Refuses names that are not ours. A page elsewhere can make its own name lead to this machine and would then pass for
 * same-origin; it cannot do that with a number or with localhost.
 */
export function refuseForeignHost(request: FastifyRequest, publicUrl: string): void {
  const name = request.hostname.replace(/^\[|\]$/g, "").toLowerCase();
  if (name === new URL(publicUrl).hostname || name === "localhost" || name.endsWith(".localhost") || isIP(name)) return;
  throw new Refusal(421, {
    title: "This Postern does not go by that name",
    message: "It was reached under a name that its settings do not know. Nothing was changed.",
    next: "Set PUBLIC_URL to the address people use, then start it again.",
  });
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
