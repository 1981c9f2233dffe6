/** What vendors call when a person takes access back or wants their data gone; the vendor's signature opens it, no session. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { House } from "../house.ts";
import { PlatformError } from "../platforms/contract.ts";
import { notFound, sendPage } from "../web/index.ts";
import type { Wired } from "../wiring.ts";
import type { Channels } from "./channels.ts";

type OnPlatform = { Params: { platform: string } };

const MOST_BYTES = 16 * 1024;

/** Stands outside sessions and form tokens. 200 done, 400 not signed by the vendor, 404 nobody calls back here. */
export async function vendorCallbacks(app: FastifyInstance, { house, channels }: Wired): Promise<void> {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "string", bodyLimit: MOST_BYTES },
    (_request, body, done) => done(null, body),
  );
  app.setErrorHandler(async (error: { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) request.log.error({ err: error }, "a vendor's callback failed");
    return reply.code(status).send();
  });
  app.post<OnPlatform>("/auth/:platform/deauthorize", async (request, reply) =>
    answer(house, channels, request, reply, (signed) => {
      channels.takeBack(request.params.platform, signed);
      return undefined;
    }),
  );
  // 2026-11: https://developers.facebook.com/docs/development/create-an-app/app-dashboard/data-deletion-callback/
  app.post<OnPlatform>("/auth/:platform/data-deletion", async (request, reply) =>
    answer(house, channels, request, reply, async (signed) => {
      const code = await channels.eraseTaken(request.params.platform, signed);
      return { url: `${house.publicUrl}/data-deletion/${code}`, confirmation_code: code };
    }),
  );
}

async function answer(
  house: House,
  channels: Channels,
  request: FastifyRequest<OnPlatform>,
  reply: FastifyReply,
  work: (signed: string) => object | undefined | Promise<object>,
): Promise<FastifyReply> {
  const { platform } = request.params;
  if (!channels.platforms.some((one) => one.id === platform && one.takingBack)) return reply.code(404).send();
  const signed = new URLSearchParams(typeof request.body === "string" ? request.body : "").get("signed_request") ?? "";
  try {
    const said = await work(signed);
    house.log.info({ platform, path: request.routeOptions.url }, "a vendor called back");
    return said === undefined ? reply.code(200).send() : reply.code(200).send(said);
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    house.log.warn({ platform, code: error.code }, "a vendor's callback was refused");
    return reply.code(400).send();
  }
}

/** The page that a person finds under the code they were given. Expects webFoundation on the same scope. */
export function deletionPages(app: FastifyInstance, house: House, channels: Channels): void {
  app.get<{ Params: { code: string } }>("/data-deletion/:code", async (request, reply) => {
    const erasure = channels.erasureOf(request.params.code);
    if (!erasure) throw notFound("erasure");
    const title = erasure.doneAt === null ? "Your data are being erased" : "Your data are erased";
    return sendPage(house, request, reply, "channels/deletion", { title, erasure }, { title });
  });
}
