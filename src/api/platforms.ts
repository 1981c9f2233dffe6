/** GET /platforms: what can be connected, its limits, and the options that a post may carry there. */
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { platforms } from "../platforms/index.ts";
import type { Wired } from "../wiring.ts";
import { listOf, listQuery, pageOf } from "./lists.ts";
import { optionsSchema } from "./platform-options.ts";
import { platform } from "./schemas.ts";

const platformList = listOf(platform, "PlatformList");

export async function platformRoutes(app: FastifyInstance, wired: Wired): Promise<void> {
  const bodies = platforms.map((one) => ({
    id: one.id,
    name: one.name,
    limits: { ...one.limits.facts },
    options: optionsSchema(one),
  }));
  app.withTypeProvider<ZodTypeProvider>().get(
    "/platforms",
    {
      config: {
        described: {
          id: "listPlatforms",
          tag: "Platforms",
          summary: "Platforms, their limits and post options",
          answer: "Every platform that this version knows",
        },
      },
      schema: { querystring: listQuery, response: { 200: platformList } },
    },
    async (request) => {
      const { items, nextCursor } = pageOf(bodies, request.query, (body) => bodies.indexOf(body));
      return {
        items: items.map((body) => ({ ...body, configured: wired.channels.app(body.id) !== null })),
        nextCursor,
      };
    },
  );
}
