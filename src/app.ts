/** Builds the Fastify app: shared plugins, then each room's routes, in written order. */
import compress from "@fastify/compress";
import Fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type RouteOptions,
} from "fastify";
import { accountDataRoutes } from "./account-data/index.ts";
import { accountRoutes, visitors } from "./accounts/index.ts";
import { adminRoutes } from "./admin/index.ts";
import { answerUnreadableCall, apiRoutes } from "./api/index.ts";
import { calendarRoutes } from "./calendar/index.ts";
import { channelRoutes, sandboxSecret, vendorCallbacks } from "./channels/index.ts";
import { mediaRoutes, publicMediaRoutes } from "./media/index.ts";
import { postRoutes } from "./posts/index.ts";
import {
  answerUnreadable,
  endSlowTalk,
  healthRoutes,
  lockedRoutes,
  provesItself,
  requestLog,
  securityHeaders,
  securityText,
  staticRoutes,
  usualPatience,
  webFoundation,
  type Patience,
} from "./web/index.ts";
import { todayRoutes } from "./today/index.ts";
import { webhookRoutes } from "./webhooks/index.ts";
import type { Wired } from "./wiring.ts";

/** `onRoute` hears of every route that is registered; `patience` is for tests that cannot wait. */
export async function buildApp(
  wired: Wired,
  options: { onRoute?: (route: RouteOptions) => void; patience?: Patience } = {},
): Promise<FastifyInstance> {
  const { house } = wired;
  const https = house.publicUrl.startsWith("https:");
  const patience = options.patience ?? usualPatience;
  const app = Fastify({
    frameworkErrors: (_error, request, reply) => {
      const answer = request.url.startsWith("/api/") ? answerUnreadableCall : answerUnreadable;
      answer(reply as unknown as FastifyReply, { https });
    },
    loggerInstance: house.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: house.config.trustProxy ?? false,
    forceCloseConnections: true,
    // Uploads may take hours; see patience.ts for what may not.
    requestTimeout: 0,
    http: { connectionsCheckingInterval: patience.look },
    bodyLimit: 1024 * 1024,
    genReqId: () => crypto.randomUUID().slice(0, 8),
  });
  if (options.onRoute) app.addHook("onRoute", options.onRoute);
  endSlowTalk(app, patience);

  requestLog(app);
  securityHeaders(app, { https });
  await app.register(compress, { global: true, threshold: 2048, encodings: ["br", "gzip"] });
  await app.register(healthRoutes, { house });
  await app.register(securityText, { house });
  await app.register(staticRoutes);
  if (house.vault.locked !== null) {
    await app.register(lockedRoutes, { house });
    return app;
  }
  provesItself(app, house.vault);
  if (wired.sandboxFolder !== null) {
    // Loaded only here: in live mode a copy of every platform would be memory for nothing.
    const { sandboxRoutes, World } = await import("./sandbox/index.ts");
    wired.sandboxWorld = new World(wired.sandboxFolder, house.clock, [house.publicUrl], "panels", sandboxSecret(house));
    await app.register(sandboxRoutes, { prefix: "/sandbox", world: wired.sandboxWorld });
  }
  await app.register(publicMediaRoutes, wired);
  await app.register(webhookRoutes, wired);
  await app.register(vendorCallbacks, wired);
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
    await web.register(accountDataRoutes, wired);
    await web.register(adminRoutes, wired);
  });
  return app;
}
