/** Security headers on every answer, errors included; strict CSP without inline script or style. */
import type { ServerResponse } from "node:http";
import type { FastifyInstance, FastifyReply } from "fastify";

const STRICT_TRANSPORT = "max-age=31536000; includeSubDomains";
const formTargets = new WeakMap<FastifyReply, readonly string[]>();

/** Lets forms of this page end, through a redirect, at these origins (consent pages): browsers apply form-action to redirects. */
export function allowFormTargets(reply: FastifyReply, origins: readonly string[]): void {
  formTargets.set(reply, origins);
}

export function securityHeaders(app: FastifyInstance, options: { https: boolean }): void {
  app.addHook("onSend", async (_request, reply, payload) => {
    protect(reply, options);
    return payload;
  });
}

/** For the rare answer that no hook sees: an address that cannot even be read. */
export function answerUnreadable(reply: FastifyReply, options: { https: boolean }): FastifyReply {
  reply.code(400).type("text/plain; charset=utf-8");
  protect(reply, options);
  return reply.send("This address cannot be read. Nothing was changed. Check it and try again.\n");
}

/** The same headers on an answer that is written by hand (streams, the upload protocol). */
export function protectRaw(raw: ServerResponse, publicUrl: string): void {
  raw.setHeader("x-content-type-options", "nosniff");
  raw.setHeader("referrer-policy", "same-origin");
  raw.setHeader("cross-origin-opener-policy", "same-origin");
  raw.setHeader("cross-origin-resource-policy", "same-origin");
  raw.setHeader("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
  if (publicUrl.startsWith("https:")) raw.setHeader("strict-transport-security", STRICT_TRANSPORT);
}

/** Everywhere else the hook does this. */
export function protect(reply: FastifyReply, options: { https: boolean }): void {
  const type = String(reply.getHeader("content-type") ?? "");
  reply.header("x-content-type-options", "nosniff");
  if (!reply.hasHeader("referrer-policy")) reply.header("referrer-policy", "same-origin");
  reply.header("cross-origin-opener-policy", "same-origin");
  if (!reply.hasHeader("cross-origin-resource-policy")) reply.header("cross-origin-resource-policy", "same-origin");
  reply.header("permissions-policy", "camera=(), microphone=(), geolocation=(), payment=()");
  if (options.https) reply.header("strict-transport-security", STRICT_TRANSPORT);
  if (!reply.hasHeader("content-security-policy"))
    reply.header("content-security-policy", csp(formTargets.get(reply) ?? []));
  if (!reply.hasHeader("cache-control") && /html|json/.test(type)) reply.header("cache-control", "no-store");
}

function csp(targets: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "connect-src 'self'",
    "font-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    `form-action 'self'${targets.map((origin) => ` ${origin}`).join("")}`,
    "base-uri 'none'",
    "object-src 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}
