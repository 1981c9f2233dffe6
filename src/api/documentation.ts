/** The OpenAPI 3.1 document, made from the routes themselves, and the page that shows it. Open to all: it holds no data. */
import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { FastifyInstance } from "fastify";
import { jsonSchemaTransform } from "fastify-type-provider-zod";
import type { House } from "../house.ts";

const ABOUT = `Times are ISO 8601 with an offset, ids are opaque. Lists take limit and cursor. Errors are RFC 9457 problem details.
Every POST takes an Idempotency-Key. A key may send 120 requests a minute; 429 carries Retry-After.`;

export async function documentation(app: FastifyInstance, house: House): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "Postern", version: "1", description: ABOUT },
      servers: [{ url: house.publicUrl }],
      components: {
        securitySchemes: { key: { type: "http", scheme: "bearer", description: "An API key made in the settings" } },
      },
      security: [{ key: [] }],
    },
    transform: jsonSchemaTransform,
  });
  app.get("/v1/openapi.json", { schema: { hide: true } }, () => app.swagger());
  await app.register(swaggerUi, {
    routePrefix: "/docs",
    indexPrefix: app.prefix,
    uiConfig: { persistAuthorization: false },
    theme: { title: "Postern API" },
  });
}
