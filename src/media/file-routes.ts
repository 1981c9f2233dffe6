/** Files and their thumbnails, for those who are signed in. */
import type { FastifyInstance, RouteOptions } from "fastify";
import { notFound, visitorOf } from "../web/index.ts";
import { originalOf } from "./deliver-media.ts";
import type { MediaLibrary } from "./library.ts";
import { serveFile } from "./serve-file.ts";
import { THUMB_SIZES, thumbName } from "./thumbnails.ts";

/** The address changes with the row's epoch, and content never changes under one id. */
const CACHE = "private, max-age=31536000, immutable";

export async function fileRoutes(app: FastifyInstance, { media }: { media: MediaLibrary }): Promise<void> {
  const { gate } = media;
  // HEAD is answered by the same handler: the one made by itself would send a length of 0.
  const options: Pick<RouteOptions, "method" | "compress"> = { method: ["GET", "HEAD"], compress: false };

  app.route<{ Params: { id: string } }>({
    ...options,
    url: "/media/:id/file",
    handler: async (request, reply) => {
      const row = media.find(visitorOf(request).workspace.id, request.params.id);
      if (row?.state !== "ready" || !row.mime || !row.sha256) throw notFound("file");
      return serveFile(request, reply, {
        path: originalOf(gate, row),
        mime: row.mime,
        name: row.name,
        tag: row.sha256,
        cache: CACHE,
      });
    },
  });

  for (const size of THUMB_SIZES) {
    const name = thumbName(size);
    app.route<{ Params: { id: string } }>({
      ...options,
      url: `/media/:id/${name}`,
      handler: async (request, reply) => {
        const row = media.find(visitorOf(request).workspace.id, request.params.id);
        if (row?.state !== "ready" || !row.has_poster || !row.sha256) throw notFound("picture");
        const path = gate.store.file(row.sha256, name);
        return serveFile(request, reply, {
          path,
          mime: "image/webp",
          name,
          tag: `${row.sha256.slice(0, 32)}-${size}`,
          cache: CACHE,
        });
      },
    });
  }
}
