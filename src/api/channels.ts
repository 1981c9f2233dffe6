/** /channels: what is connected, and disconnecting it with a receipt. */
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { ChannelView } from "../channels/index.ts";
import { notFound } from "../web/index.ts";
import type { Wired } from "../wiring.ts";
import { callerOf } from "./keys.ts";
import { errors, idParams, listOf, listQuery } from "./lists.ts";
import { channel, channelBody, receipt, receiptBody } from "./schemas.ts";

export async function channelRoutes(plain: FastifyInstance, wired: Wired): Promise<void> {
  const app = plain.withTypeProvider<ZodTypeProvider>();
  const { house, channels } = wired;
  const tags = ["Channels"];
  const connected = (workspaceId: string, id: string): ChannelView => {
    const view = channels.find(workspaceId, id);
    if (!view || view.state === "disconnected") throw notFound("channel");
    return view;
  };

  app.get(
    "/channels",
    {
      schema: {
        operationId: "listChannels",
        summary: "Connected channels",
        tags,
        querystring: listQuery,
        response: { 200: listOf(channel), ...errors },
      },
    },
    async (request) => {
      const { limit, cursor } = request.query;
      const views = channels.list(callerOf(request).workspaceId).filter((view) => view.state !== "disconnected");
      const start = cursor === undefined ? 0 : views.findIndex((view) => view.id === cursor) + 1;
      const items = views.slice(start, start + limit);
      const more = start + limit < views.length;
      return {
        items: items.map((view) => channelBody(view, house.publicUrl)),
        nextCursor: more ? (items.at(-1)?.id ?? null) : null,
      };
    },
  );

  app.get(
    "/channels/:id",
    {
      schema: {
        operationId: "getChannel",
        summary: "One channel",
        tags,
        params: idParams,
        response: { 200: channel, ...errors },
      },
    },
    async (request) => channelBody(connected(callerOf(request).workspaceId, request.params.id), house.publicUrl),
  );

  app.delete(
    "/channels/:id",
    {
      schema: {
        operationId: "disconnectChannel",
        summary: "Disconnect: revokes at the platform, erases token and profile; again gives the same receipt",
        tags,
        params: idParams,
        response: { 200: receipt, ...errors },
      },
    },
    async (request) => {
      const { workspaceId, accountId } = callerOf(request);
      return receiptBody(await channels.disconnect(workspaceId, request.params.id, accountId));
    },
  );
}
