/** The API's own scope: no cookies, its own errors, keys, limits, idempotency and the document that describes it all. */
import rateLimit from "@fastify/rate-limit";
import type { FastifyInstance } from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import type { Wired } from "../wiring.ts";
import { channelRoutes } from "./channels.ts";
import { collectCalls, type Call } from "./described.ts";
import { documentation } from "./documentation.ts";
import { Idempotency } from "./idempotency.ts";
import { readJson } from "./json-body.ts";
import { askForKeys } from "./keys.ts";
import { mediaRoutes } from "./media.ts";
import { platformRoutes } from "./platforms.ts";
import { postRoutes } from "./posts.ts";
import { problemAnswers } from "./problem-json.ts";
import { publicationRoutes } from "./publications.ts";

/** Registered under /api. */
export async function apiRoutes(app: FastifyInstance, wired: Wired): Promise<void> {
  const calls: Call[] = [];
  problemAnswers(app, calls);
  await app.register(rateLimit, { global: false });
  documentation(app, wired.house, calls);
  await app.register(
    async (v1) => {
      v1.setValidatorCompiler(validatorCompiler);
      v1.setSerializerCompiler(serializerCompiler);
      readJson(v1);
      collectCalls(v1, calls);
      askForKeys(v1, wired.house);
      const idempotency = new Idempotency(wired.house);
      idempotency.watch(v1);
      await platformRoutes(v1, wired);
      await channelRoutes(v1, wired);
      // A scope of its own, because only uploads may be multipart.
      await v1.register((scope) => mediaRoutes(scope, wired, idempotency));
      await postRoutes(v1, wired);
      await publicationRoutes(v1, wired);
    },
    { prefix: "/v1" },
  );
}
