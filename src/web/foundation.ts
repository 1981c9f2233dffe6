/** What every page scope stands on: forms, session cookie, CSRF, headers, errors. Registered once, before the rooms. */
import csrfProtection from "@fastify/csrf-protection";
import formbody from "@fastify/formbody";
import secureSession from "@fastify/secure-session";
import type { FastifyInstance } from "fastify";
import type { House } from "../house.ts";
import { errorPages } from "./errors.ts";
import { refuseForeignHost, refuseForeignOrigin } from "./origin.ts";

/** Absolute life of a session cookie in seconds; the sessions table decides earlier. */
const COOKIE_LIFE_S = 30 * 24 * 3600;

/** Call on the app instance itself (not through register), so that its hooks reach every room registered on it later. */
export async function webFoundation(app: FastifyInstance, house: House): Promise<void> {
  const https = house.publicUrl.startsWith("https:");
  await app.register(formbody, { bodyLimit: 1024 * 1024 });
  await app.register(secureSession, {
    key: house.vault.derive("sessCook"),
    cookieName: https ? "__Host-sid" : "sid",
    expiry: COOKIE_LIFE_S,
    cookie: { path: "/", httpOnly: true, secure: https, sameSite: "lax", maxAge: COOKIE_LIFE_S },
  });
  await app.register(csrfProtection, { sessionPlugin: "@fastify/secure-session" });
  errorPages(app, house);
  app.addHook("onRequest", async (request) => {
    refuseForeignHost(request, house.publicUrl);
    refuseForeignOrigin(request, house.publicUrl);
  });
  app.addHook("preHandler", (request, reply, done) => {
    if (["GET", "HEAD", "OPTIONS"].includes(request.method)) return done();
    app.csrfProtection(request, reply, done);
  });
}
