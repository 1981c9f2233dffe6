/** /channels, and the pictures on it. */
import { createHash } from "node:crypto";
import type { FastifyInstance } from "fastify";
import type { House } from "../house.ts";
import { allowFormTargets, notFound, sendPage, visitorOf } from "../web/index.ts";
import { consentPage } from "./addresses.ts";
import type { Channels } from "./channels.ts";
import { listPage } from "./list-page.ts";

export function listRoutes(app: FastifyInstance, house: House, channels: Channels): void {
  app.get("/channels", async (request, reply) => {
    const data = listPage(house, channels, visitorOf(request));
    allowFormTargets(
      reply,
      consentOrigins(channels, (address) => consentPage(house, request, address)),
    );
    return sendPage(house, request, reply, "channels/list", data, { title: data.title, nav: "channels" });
  });

  app.get<{ Params: { id: string } }>("/channels/:id/avatar.webp", async (request, reply) => {
    const picture = channels.avatar(visitorOf(request).workspace.id, request.params.id);
    if (!picture) throw notFound("picture");
    const etag = `"${createHash("sha256").update(picture).digest("base64url").slice(0, 22)}"`;
    // Asked for again each time, so that an erased picture is gone from the browser as well.
    reply.header("cache-control", "private, no-cache").header("etag", etag);
    if (request.headers["if-none-match"] === etag) return reply.code(304).send();
    return reply.type("image/webp").send(picture);
  });
}

function consentOrigins(channels: Channels, locate: (address: string) => string): string[] {
  const profiles = channels.platforms.flatMap((platform) => [platform, ...(platform.ways ?? [])]);
  return [...new Set(profiles.map(({ oauth }) => new URL(locate(oauth.authorizeUrl)).origin))];
}
