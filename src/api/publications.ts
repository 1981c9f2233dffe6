/** /publications: how one post stands on one channel, and the two words a person may add. */
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import type { PublicationView } from "../publishing/index.ts";
import { notFound } from "../web/index.ts";
import type { Wired } from "../wiring.ts";
import { callerOf } from "./keys.ts";
import { errors, idempotencyHeader, idParams } from "./lists.ts";
import { publication, publicationBody } from "./schemas.ts";

const word = z.union([
  z.strictObject({
    landed: z.literal(true),
    url: z
      .url({ protocol: /^https?$/ })
      .max(2000)
      .optional(),
  }),
  z.strictObject({ landed: z.literal(false) }),
]);

export async function publicationRoutes(plain: FastifyInstance, wired: Wired): Promise<void> {
  const app = plain.withTypeProvider<ZodTypeProvider>();
  const { publishing } = wired;
  const tags = ["Publications"];
  const response = { 200: publication, ...errors };
  const answer = (view: PublicationView) => publicationBody(view, publishing.timeline(view.workspaceId, view.id));

  app.get(
    "/publications/:id",
    {
      schema: {
        operationId: "getPublication",
        summary: "One publication with its timeline",
        tags,
        params: idParams,
        response,
      },
    },
    async (request) => {
      const view = publishing.find(callerOf(request).workspaceId, request.params.id);
      if (!view) throw notFound("publication");
      return answer(view);
    },
  );

  app.post(
    "/publications/:id/retry",
    {
      schema: {
        operationId: "retryPublication",
        summary: "Try again, from failed or held",
        tags,
        params: idParams,
        headers: idempotencyHeader,
        response,
      },
    },
    async (request) => answer(publishing.retry(callerOf(request).workspaceId, request.params.id)),
  );

  app.post(
    "/publications/:id/confirm",
    {
      schema: {
        operationId: "confirmPublication",
        summary: "Say whether it is there, from unconfirmed or in_inbox",
        tags,
        params: idParams,
        headers: idempotencyHeader,
        body: word,
        response,
      },
    },
    async (request) => answer(publishing.confirm(callerOf(request).workspaceId, request.params.id, request.body)),
  );
}
