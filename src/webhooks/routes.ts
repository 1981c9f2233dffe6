/** POST /webhooks/<platform>: opened by the platform's signature, so it stands outside sessions and form tokens. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { PlatformError, type PushedNews } from "../platforms/contract.ts";
import type { Wired } from "../wiring.ts";

type Rooms = Pick<Wired, "house" | "channels" | "publishing">;

const MOST_BYTES = 64 * 1024;

/** Always a bare status: 200 heard, 401 not from the platform, 404 nobody listens here. Hearing twice changes nothing. */
export async function webhookRoutes(app: FastifyInstance, rooms: Rooms): Promise<void> {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: MOST_BYTES }, (_request, body, done) =>
    done(null, body),
  );
  app.setErrorHandler(async (error: { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) request.log.error({ err: error }, "a webhook failed");
    return reply.code(status).send();
  });
  app.post<{ Params: { platform: string } }>("/webhooks/:platform", async (request, reply) =>
    hear(rooms, request, reply),
  );
}

function hear(
  { house, channels, publishing }: Rooms,
  request: FastifyRequest<{ Params: { platform: string } }>,
  reply: FastifyReply,
): FastifyReply {
  const platform = channels.platforms.find((one) => one.id === request.params.platform);
  const app = platform && channels.app(platform.id);
  if (!platform?.pushed || !app) return reply.code(404).send();
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const headers = request.headers as Record<string, string | undefined>;
  try {
    const news = platform.pushed({ headers, body }, { clientSecret: app.clientSecret, now: house.clock.now() });
    house.log.info({ platform: platform.id, news: news?.kind ?? "nothing" }, "a webhook came");
    if (news) act(channels, publishing, platform.id, news);
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    house.log.info({ platform: platform.id, code: error.code }, "a webhook was refused");
    return reply.code(401).send();
  }
  return reply.code(200).send();
}

function act(channels: Rooms["channels"], publishing: Rooms["publishing"], platformId: string, news: PushedNews): void {
  switch (news.kind) {
    case "withdrawn":
      return channels.withdrawn(platformId, news);
    case "look":
      return channels.idsOf(platformId, news.remoteId).forEach((id) => publishing.lookNow(id));
    case "hidden":
      return channels.idsOf(platformId, news.remoteId).forEach((id) => publishing.noLongerPublic(id, news.postId));
  }
}
