/** Builds the Fastify app: shared plugins, then each room's routes, in written order. */
import compress from "@fastify/compress";
import Fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from "fastify";
import { accountRoutes, visitors } from "./accounts/index.ts";
import { adminRoutes } from "./admin/index.ts";
import { apiRoutes } from "./api/index.ts";
import { calendarRoutes } from "./calendar/index.ts";
import { channelRoutes } from "./channels/index.ts";
import { mediaRoutes, publicMediaRoutes } from "./media/index.ts";
import { postRoutes } from "./posts/index.ts";
import { sandboxRoutes } from "./sandbox/index.ts";
import {
  answerUnreadable,
  healthRoutes,
  lockedRoutes,
  securityHeaders,
  staticRoutes,
  webFoundation,
} from "./web/index.ts";
import { todayRoutes } from "./today/index.ts";
import type { Wired } from "./wiring.ts";

export async function buildApp(wired: Wired): Promise<FastifyInstance> {
  const { house } = wired;
  const https = house.publicUrl.startsWith("https:");
  const app = Fastify({
    frameworkErrors: (_error, _request, reply) => void answerUnreadable(reply as unknown as FastifyReply, { https }),
    loggerInstance: house.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: house.config.trustProxy ?? false,
    forceCloseConnections: true,
    // Uploads may take hours; slow headers may not.
    requestTimeout: 0,
    bodyLimit: 1024 * 1024,
    genReqId: () => crypto.randomUUID().slice(0, 8),
  });
  app.server.headersTimeout = 20_000;
  app.addHook("onRequest", async (request) => endSlowBody(request));

  securityHeaders(app, { https });
  await app.register(compress, { global: true, threshold: 2048, encodings: ["br", "gzip"] });
  await app.register(healthRoutes, { house });
  await app.register(staticRoutes);
  if (house.vault.locked !== null) {
    await app.register(lockedRoutes, { house });
    return app;
  }
  if (wired.sandboxWorld) await app.register(sandboxRoutes, { prefix: "/sandbox", world: wired.sandboxWorld });
  await app.register(publicMediaRoutes, wired);
  await app.register(apiRoutes, { prefix: "/api", ...wired });
  await app.register(async (web) => {
    await webFoundation(web, house);
    visitors(web, house);
    await web.register(accountRoutes, wired);
    await web.register(todayRoutes, wired);
    await web.register(calendarRoutes, wired);
    await web.register(channelRoutes, wired);
    await web.register(mediaRoutes, wired);
    await web.register(postRoutes, wired);
    await web.register(adminRoutes, wired);
  });
  return app;
}

const BODY_WITHIN_MS = 30_000;

/** Forms and JSON are small: one that trickles is cut off. Files and the sandbox's uploads may take their time. */
function endSlowBody(request: FastifyRequest): void {
  const { method, url, headers, raw } = request;
  if (method === "GET" || method === "HEAD" || url.startsWith("/sandbox/")) return;
  if (/^(multipart\/|application\/offset)/i.test(headers["content-type"] ?? "")) return;
  const timer = setTimeout(() => raw.complete || raw.destroy(), BODY_WITHIN_MS);
  timer.unref();
  raw.once("close", () => clearTimeout(timer));
}
