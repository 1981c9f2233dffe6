/** /m/…: files for platforms that fetch them themselves, opened by a signature and not by a session. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Refusal } from "../web/index.ts";
import type { Wired } from "../wiring.ts";
import { haveJpeg, originalOf, readAddressName } from "./deliver-media.ts";
import { findForAddress } from "./media.ts";
import { serveFile } from "./serve-file.ts";
import { isSigned } from "./signatures.ts";

interface Address {
  Params: { file: string };
  Querystring: { e?: string; s?: string };
}

export async function publicMediaRoutes(
  app: FastifyInstance,
  { house, media }: Pick<Wired, "house" | "media">,
): Promise<void> {
  const key = house.vault.derive("mediaUrl");
  app.addHook("onSend", async (_request, reply, payload) => {
    reply.headers({
      "x-robots-tag": "noindex, nofollow",
      "referrer-policy": "no-referrer",
      "cross-origin-resource-policy": "cross-origin",
    });
    return payload;
  });
  app.setErrorHandler((error, _request, reply) => refuse(error, reply));

  const handler = async (request: FastifyRequest<Address>, reply: FastifyReply): Promise<FastifyReply> => {
    const expires = /^\d{1,12}$/.test(request.query.e ?? "") ? Number(request.query.e) : 0;
    if (expires * 1000 <= house.clock.now()) throw closed(410, "This address has expired.");
    const name = readAddressName(request.params.file);
    const row = name && findForAddress(house.db, name.id);
    const part = { file: request.params.file, expires, purpose: "platform", epoch: row?.epoch ?? 0 } as const;
    // Signature before existence, so that guessing ids tells nothing.
    if (!isSigned(key, part, signatureOf(request)) || !name || !row?.sha256 || !row.mime)
      throw closed(404, "There is nothing here.");
    const cache = `private, max-age=${Math.max(0, Math.floor(expires - house.clock.now() / 1000))}`;
    if (name.rendition) {
      const path = await haveJpeg(media.gate, row);
      return serveFile(request, reply, {
        path,
        mime: "image/jpeg",
        name: request.params.file,
        tag: `${row.sha256}-jpeg`,
        cache,
      });
    }
    if (name.extension !== row.extension) throw closed(404, "There is nothing here.");
    return serveFile(request, reply, {
      path: originalOf(media.gate, row),
      mime: row.mime,
      name: request.params.file,
      tag: row.sha256,
      cache,
    });
  };
  // HEAD is answered by the same handler: the one made by itself would send a length of 0.
  app.route<Address>({ method: ["GET", "HEAD"], url: "/m/:file", compress: false, handler });
}

function signatureOf(request: FastifyRequest<Address>): string {
  return typeof request.query.s === "string" ? request.query.s : "";
}

function closed(status: 404 | 410, message: string): Refusal {
  return new Refusal(status, { title: message, message, next: "Ask for a new address." });
}

/** Plain words: whoever asks here is a machine. */
function refuse(error: unknown, reply: FastifyReply): FastifyReply {
  const status = error instanceof Refusal ? error.statusCode : 500;
  if (status === 500) reply.log.error({ err: error }, "request failed");
  const message = error instanceof Refusal ? error.words.message : "Something broke on our side.";
  return reply.code(status).type("text/plain; charset=utf-8").header("cache-control", "no-store").send(`${message}\n`);
}
