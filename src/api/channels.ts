/** /channels: what is connected, and disconnecting it with a receipt. */
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { ChannelView } from "../channels/index.ts";
import { notFound } from "../web/index.ts";
import type { Wired } from "../wiring.ts";
import { channelBody, receiptBody } from "./bodies.ts";
import { callerOf } from "./keys.ts";
import { idParams, listOf, listQuery, pageOf } from "./lists.ts";
import { channel, receipt } from "./schemas.ts";

const tag = "Channels";
const channelList = listOf(channel, "ChannelList");

export async function channelRoutes(plain: FastifyInstance, wired: Wired): Promise<void> {
  const app = plain.withTypeProvider<ZodTypeProvider>();
  const { house, channels } = wired;
  const connected = (workspaceId: string, id: string): ChannelView => {
    const view = channels.find(workspaceId, id);
    if (!view || view.state === "disconnected") throw notFound("channel");
    return view;
  };

  app.get(
    "/channels",
    {
      config: {
        described: { id: "listChannels", tag, summary: "Connected channels", answer: "Channels, oldest first" },
      },
      schema: { querystring: listQuery, response: { 200: channelList } },
    },
    async (request) => {
      const views = channels.list(callerOf(request).workspaceId);
      const page = pageOf(views, request.query, (view) => view.connectedAt);
      return { items: page.items.map((view) => channelBody(view, house.publicUrl)), nextCursor: page.nextCursor };
    },
  );

  app.get(
    "/channels/:id",
    {
      config: {
        described: { id: "getChannel", tag, summary: "One channel", answer: "The channel", refuses: [404] },
      },
      schema: { params: idParams, response: { 200: channel } },
    },
    async (request) => channelBody(connected(callerOf(request).workspaceId, request.params.id), house.publicUrl),
  );

  app.delete(
    "/channels/:id",
    {
      config: {
        described: {
          id: "disconnectChannel",
          tag,
          summary: "Disconnect a channel",
          description:
            "Withdraws the grant at the platform and erases token and profile here, whatever the platform says. " +
            "What is scheduled there is called off. Asked again, it gives the same receipt.",
          answer: "A receipt",
          refuses: [404],
        },
      },
      schema: { params: idParams, response: { 200: receipt } },
    },
    async (request) => {
      const { workspaceId, accountId } = callerOf(request);
      return receiptBody(await channels.disconnect(workspaceId, request.params.id, accountId));
    },
  );
}
