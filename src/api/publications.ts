/** /publications: how one post stands on one channel, and the two words a person may add. */
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import type { PublicationView } from "../publishing/index.ts";
import { notFound } from "../web/index.ts";
import type { Wired } from "../wiring.ts";
import { publicationBody } from "./bodies.ts";
import { callerOf } from "./keys.ts";
import { idParams } from "./lists.ts";
import { named, publication } from "./schemas.ts";

const word = z
  .union([
    z.strictObject({
      landed: z.literal(true).describe("It is there"),
      url: z
        .url({ protocol: /^https?$/ })
        .max(2000)
        .optional()
        .describe("Where it can be seen"),
    }),
    z.strictObject({ landed: z.literal(false).describe("It is not there") }),
  ])
  .register(named, { id: "Word" });

const tag = "Publications";
const schema = { params: idParams, response: { 200: publication } };

export async function publicationRoutes(plain: FastifyInstance, wired: Wired): Promise<void> {
  const app = plain.withTypeProvider<ZodTypeProvider>();
  const { publishing } = wired;
  const answer = (view: PublicationView) => publicationBody(view, publishing.timeline(view.workspaceId, view.id));

  app.get(
    "/publications/:id",
    {
      config: {
        described: {
          id: "getPublication",
          tag,
          summary: "One publication with its timeline",
          answer: "The publication",
          refuses: [404],
        },
      },
      schema,
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
      config: {
        described: {
          id: "retryPublication",
          tag,
          summary: "Try again",
          description: "From failed or held, and from no other state: 409.",
          answer: "The publication, scheduled again",
          refuses: [404, 409],
        },
      },
      schema,
    },
    async (request) => answer(publishing.retry(callerOf(request).workspaceId, request.params.id)),
  );

  app.post(
    "/publications/:id/confirm",
    {
      config: {
        described: {
          id: "confirmPublication",
          tag,
          summary: "Say whether it is there",
          description:
            "From unconfirmed or in_inbox, and from no other state: 409. Somebody has looked at the platform; " +
            "Postern believes them: what is not there goes out again, unless it was a draft in an inbox.",
          answer: "The publication: published, scheduled again or failed",
          refuses: [404, 409],
          example: { landed: true, url: "https://www.tiktok.com/@ada/video/7562001" },
        },
      },
      schema: { ...schema, body: word },
    },
    async (request) => answer(publishing.confirm(callerOf(request).workspaceId, request.params.id, request.body)),
  );
}
