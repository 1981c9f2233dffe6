/** /media: upload, import, describe, delete. */
import { finished } from "node:stream/promises";
import multipart from "@fastify/multipart";
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { notFound } from "../web/index.ts";
import type { Wired } from "../wiring.ts";
import { mediaBody } from "./bodies.ts";
import { replay, type Idempotency } from "./idempotency.ts";
import { callerOf } from "./keys.ts";
import { gone, idParams, listOf, listQuery } from "./lists.ts";
import { media, named } from "./schemas.ts";
import { uploadOf } from "./uploads.ts";

const filters = listQuery.extend({
  search: z.string().max(200).optional().describe("Words in name, title, alternative text or labels"),
  kind: z.enum(["image", "video", "audio"]).optional(),
  use: z.enum(["used", "unused"]).optional().describe("Whether a post has it"),
});

const changes = z
  .strictObject({
    title: z.string().max(200).optional(),
    altText: z.string().max(2000).optional(),
    labels: z.array(z.string().min(1).max(60)).max(50).optional().describe("In place of those that are there"),
  })
  .register(named, { id: "MediaChanges" });

const address = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/ })
      .max(2048)
      .describe("Public, without signing in"),
  })
  .register(named, { id: "MediaImport" });

const tag = "Media";
const mediaList = listOf(media, "MediaList");

export async function mediaRoutes(plain: FastifyInstance, wired: Wired, idempotency: Idempotency): Promise<void> {
  const { house, media: library } = wired;
  await plain.register(multipart, {
    limits: { files: 1, fileSize: house.config.maxUploadBytes, fields: 10, parts: 12 },
  });
  // What is refused early is still on its way: it is read into nothing, so that the client gets to see the answer.
  plain.addHook("onResponse", async ({ raw }) => {
    if (raw.readableEnded) return;
    raw.unpipe();
    raw.resume();
  });
  const app = plain.withTypeProvider<ZodTypeProvider>();

  app.post(
    "/media",
    {
      config: {
        claimsItself: true,
        described: {
          id: "uploadMedia",
          tag,
          summary: "Upload a file",
          description:
            "Streamed to disk, measured, and ready when the answer comes. The same bytes again give the file that is there " +
            "already. With an Idempotency-Key, name and bytes are what makes two uploads the same. At most 4 side by side.",
          answer: "The file",
          refuses: [422, 507],
          upload: true,
        },
      },
      schema: { response: { 201: media } },
    },
    async (request, reply) => {
      const { workspaceId, accountId } = callerOf(request);
      const upload = await uploadOf(request);
      if (idempotency.known(request)) {
        await finished(upload.body.resume()).catch((error: unknown) => {
          throw upload.blame(error);
        });
        return replay(reply, await idempotency.answered(request, upload.digest())) as never;
      }
      await idempotency.claim(request, "");
      try {
        const row = await library.receive(workspaceId, accountId, { name: upload.name, body: upload.body });
        idempotency.amend(request, upload.digest());
        return reply.code(201).send(mediaBody(row));
      } catch (error) {
        idempotency.drop(request);
        throw upload.blame(error);
      }
    },
  );

  app.post(
    "/media/import",
    {
      config: {
        described: {
          id: "importMedia",
          tag,
          summary: "Fetch a file from a public address",
          description:
            "Fetched in the background; ask for the file until it is ready or failed. Private addresses are refused there " +
            "in words. At most 30 an hour.",
          answer: "The file, still processing",
          refuses: [422],
          example: { url: "https://media.example.org/low-tide.mp4" },
        },
      },
      schema: { body: address, response: { 202: media } },
    },
    async (request, reply) => {
      const { workspaceId, accountId } = callerOf(request);
      return reply.code(202).send(mediaBody(library.beginImport(workspaceId, accountId, request.body.url)));
    },
  );

  app.get(
    "/media",
    {
      config: { described: { id: "listMedia", tag, summary: "Files", answer: "Files, newest first" } },
      schema: { querystring: filters, response: { 200: mediaList } },
    },
    async (request) => {
      const page = library.list(callerOf(request).workspaceId, request.query);
      return { items: page.items.map(mediaBody), nextCursor: page.nextCursor };
    },
  );

  app.get(
    "/media/:id",
    {
      config: {
        described: {
          id: "getMedia",
          tag,
          summary: "One file and what was measured of it",
          answer: "The file",
          refuses: [404],
        },
      },
      schema: { params: idParams, response: { 200: media } },
    },
    async (request) => {
      const row = library.find(callerOf(request).workspaceId, request.params.id);
      if (!row) throw notFound("file");
      return mediaBody(row);
    },
  );

  app.patch(
    "/media/:id",
    {
      config: {
        described: {
          id: "describeMedia",
          tag,
          summary: "Change title, alternative text or labels",
          description: "What is not named stays.",
          answer: "The file as it is now",
          refuses: [404],
          example: { title: "Low tide", altText: "A wet beach at dawn, two people far off", labels: ["sea"] },
        },
      },
      schema: { params: idParams, body: changes, response: { 200: media } },
    },
    async (request) => mediaBody(library.update(callerOf(request).workspaceId, request.params.id, request.body)),
  );

  app.delete(
    "/media/:id",
    {
      config: {
        described: {
          id: "deleteMedia",
          tag,
          summary: "Delete a file",
          description: "Refused with 409 while a post that is still to go out uses it.",
          answer: "It is gone",
          refuses: [404, 409],
        },
      },
      schema: { params: idParams, response: { 204: gone } },
    },
    async (request, reply) => {
      library.remove(callerOf(request).workspaceId, request.params.id);
      return reply.code(204).send();
    },
  );
}
