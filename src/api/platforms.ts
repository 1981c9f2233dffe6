/** GET /platforms: what can be connected, its limits, and the options that a post may carry there. */
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { platforms, type Platform } from "../platforms/index.ts";
import type { Wired } from "../wiring.ts";
import { errors, listOf } from "./lists.ts";

const platform = z.object({
  id: z.string(),
  name: z.string(),
  configured: z.boolean().describe("App credentials are present"),
  limits: z.record(z.string(), z.unknown()),
  options: z.record(z.string(), z.unknown()).describe("JSON Schema of a post's options for this platform"),
});

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
      schema: {
        operationId: "listPlatforms",
        summary: "Platforms, their limits and post options",
        tags: ["Platforms"],
        response: { 200: listOf(platform), ...errors },
      },
    },
    async () => ({
      items: bodies.map((body) => ({ ...body, configured: wired.channels.app(body.id) !== null })),
      nextCursor: null,
    }),
  );
}

/** What may be sent. An option that is read from several forms is described by what it becomes. */
export function optionsSchema(one: Platform): Record<string, unknown> {
  const sent = z.toJSONSchema(one.options, { io: "input", unrepresentable: "any" });
  const read = z.toJSONSchema(one.options, { io: "output", unrepresentable: "any" });
  const properties = Object.entries(sent.properties ?? {}).map(([name, schema]) => {
    const says = typeof schema === "object" && Object.keys(schema).length > 0;
    return [name, says ? schema : (read.properties?.[name] ?? {})];
  });
  const missing = one.options.safeParse({}).error?.issues ?? [];
  return {
    $schema: sent.$schema,
    type: "object",
    properties: Object.fromEntries(properties),
    required: [...new Set(missing.map((issue) => String(issue.path[0])))],
    additionalProperties: false,
  };
}
