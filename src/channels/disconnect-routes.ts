/** The warning before a channel is disconnected, the act, and the receipt after it. */
import type { FastifyInstance } from "fastify";
import type { House } from "../house.ts";
import { notFound, seeOther, sendPage, visitorOf, words } from "../web/index.ts";
import type { Channels } from "./channels.ts";
import type { ChannelView } from "./views.ts";

type OnChannel = { Params: { id: string } };

export function disconnectRoutes(app: FastifyInstance, house: House, channels: Channels): void {
  const channelOf = (workspaceId: string, id: string): ChannelView => {
    const found = channels.find(workspaceId, id);
    if (!found) throw notFound("channel");
    return found;
  };

  app.get<OnChannel>("/channels/:id/disconnect", async (request, reply) => {
    const channel = channelOf(visitorOf(request).workspace.id, request.params.id);
    if (channel.state === "disconnected") return reply.redirect(`/channels/${channel.id}/receipt`, 303);
    const title = `Disconnect ${channel.label}?`;
    const data = { channel, title, will: willHappen(channels, channel), stays: staysAsItIs(channel) };
    return sendPage(house, request, reply, "channels/disconnect", data, { title, nav: "channels" });
  });

  app.post<OnChannel>("/channels/:id/disconnect", async (request, reply) => {
    const visitor = visitorOf(request);
    const channel = channelOf(visitor.workspace.id, request.params.id);
    await channels.disconnect(visitor.workspace.id, channel.id, visitor.account.id);
    return seeOther(request, reply, `/channels/${channel.id}/receipt`);
  });

  app.get<OnChannel>("/channels/:id/receipt", async (request, reply) => {
    const { workspace } = visitorOf(request);
    const channel = channelOf(workspace.id, request.params.id);
    const receipt = channels.receipt(workspace.id, channel.id);
    if (!receipt) throw notFound("receipt");
    const { name } = channel.platform;
    const title = receipt.revoked
      ? `${name} is disconnected and erased`
      : `${name} is erased here; that it is withdrawn there is not confirmed`;
    return sendPage(house, request, reply, "channels/receipt", { channel, receipt, title }, { title, nav: "channels" });
  });
}

function willHappen(channels: Channels, channel: ChannelView): string[] {
  const { scheduled, onTheirWay, inInbox } = channels.notice(channel.id);
  const { name } = channel.platform;
  return [
    `Postern asks ${name} to withdraw its access.`,
    "Tokens, name, handle, picture and id are erased, in the database and in its log.",
    ...(scheduled === 0
      ? ["Nothing is scheduled for it."]
      : [
          `${capital(words.count(scheduled, "scheduled post"))} ${scheduled === 1 ? "is" : "are"} called off on this channel. The posts stay, and other channels keep theirs.`,
        ]),
    ...(onTheirWay === 0
      ? []
      : [
          `${capital(words.count(onTheirWay, "post"))} ${onTheirWay === 1 ? "is" : "are"} on the way there now and may still appear.`,
        ]),
    ...(inInbox === 0
      ? []
      : [
          `${capital(words.count(inInbox, "draft"))} ${inInbox === 1 ? "lies" : "lie"} in the inbox at ${name} and ${inInbox === 1 ? "stays" : "stay"} there. Postern does not hear any more whether ${inInbox === 1 ? "it is" : "they are"} posted; you can say so on the post's page.`,
        ]),
  ];
}

function staysAsItIs(channel: ChannelView): string[] {
  return [
    "Your drafts, posts and media.",
    `What is published at ${channel.platform.name}: Postern deletes nothing there.`,
    "Backups you made before, with the tokens sealed in them.",
  ];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
