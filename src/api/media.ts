/** /media: upload, import, describe, delete. */
import { finished } from "node:stream/promises";
import multipart from "@fastify/multipart";
import type { FastifyInstance, FastifySchemaCompiler } from "fastify";
import { validatorCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { notFound } from "../web/index.ts";
import type { Wired } from "../wiring.ts";
import { replay, type Idempotency } from "./idempotency.ts";
import { callerOf } from "./keys.ts";
import { errors, gone, idempotencyHeader, idParams, listOf, listQuery } from "./lists.ts";
import { media, mediaBody } from "./schemas.ts";
import { uploadOf } from "./uploads.ts";

const filters = listQuery.extend({
  search: z.string().max(200).optional(),
  kind: z.enum(["image", "video", "audio"]).optional(),
  use: z.enum(["used", "unused"]).optional(),
});

const changes = z.strictObject({
  title: z.string().max(200).optional(),
  altText: z.string().max(2000).optional(),
  labels: z.array(z.string().min(1).max(60)).max(50).optional(),
});

const tags = ["Media"];
const form = z.object({ file: z.unknown().meta({ type: "string", format: "binary" }) });
/** The form is read as a stream by the handler; here it is only described. */
const describedOnly: FastifySchemaCompiler<unknown> = (route) =>
  route.httpPart === "body"
    ? (value: unknown) => ({ value })
    : validatorCompiler(route as Parameters<typeof validatorCompiler>[0]);

export async function mediaRoutes(plain: FastifyInstance, wired: Wired, idempotency: Idempotency): Promise<void> {
  const { house, media: library } = wired;
  await plain.register(multipart, {
    limits: { files: 1, fileSize: house.config.maxUploadBytes, fields: 10, parts: 12 },
  });
  const app = plain.withTypeProvider<ZodTypeProvider>();

  app.post(
    "/media",
    {
      config: { claimsItself: true },
      validatorCompiler: describedOnly,
      schema: {
        operationId: "uploadMedia",
        summary: "Upload a file, streamed",
        description: "With an Idempotency-Key the file's name and bytes are what makes two uploads the same.",
        tags,
        headers: idempotencyHeader,
        consumes: ["multipart/form-data"],
        body: form,
        response: { 201: media, ...errors },
      },
    },
    async (request, reply) => {
      const { workspaceId, accountId } = callerOf(request);
      const upload = await uploadOf(request);
      if (idempotency.known(request)) {
        await finished(upload.body.resume());
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
      schema: {
        operationId: "importMedia",
        summary: "Fetch a file from a public address",
        tags,
        headers: idempotencyHeader,
        body: z.strictObject({ url: z.url({ protocol: /^https?$/ }).max(2048) }),
        response: { 202: media, ...errors },
      },
    },
    async (request, reply) => {
      const { workspaceId, accountId } = callerOf(request);
      return reply.code(202).send(mediaBody(library.beginImport(workspaceId, accountId, request.body.url)));
    },
  );

  app.get(
    "/media",
    {
      schema: {
        operationId: "listMedia",
        summary: "Files, newest first",
        tags,
        querystring: filters,
        response: { 200: listOf(media), ...errors },
      },
    },
    async (request) => {
      const page = library.list(callerOf(request).workspaceId, request.query);
      return { items: page.items.map(mediaBody), nextCursor: page.nextCursor };
    },
  );

  app.get(
    "/media/:id",
    {
      schema: {
        operationId: "getMedia",
        summary: "One file and what was measured of it",
        tags,
        params: idParams,
        response: { 200: media, ...errors },
      },
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
      schema: {
        operationId: "describeMedia",
        summary: "Change title, alternative text or labels",
        tags,
        params: idParams,
        body: changes,
        response: { 200: media, ...errors },
      },
    },
    async (request) => mediaBody(library.update(callerOf(request).workspaceId, request.params.id, request.body)),
  );

  app.delete(
    "/media/:id",
    {
      schema: {
        operationId: "deleteMedia",
        summary: "Delete a file; refused with 409 while a scheduled post uses it",
        tags,
        params: idParams,
        response: { 204: gone, ...errors },
      },
    },
    async (request, reply) => {
      library.remove(callerOf(request).workspaceId, request.params.id);
      return reply.code(204).send();
    },
  );
}
