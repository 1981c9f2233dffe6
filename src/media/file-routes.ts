/** Files and their thumbnails, for those who are signed in. */
import type { FastifyInstance } from "fastify";
import { notFound, visitorOf } from "../web/index.ts";
import { originalOf } from "./deliver-media.ts";
import type { MediaLibrary } from "./library.ts";
import { serveFile } from "./serve-file.ts";
import { THUMB_SIZES, thumbName } from "./thumbnails.ts";

/** The address changes with the row's epoch, and content never changes under one id. */
const CACHE = "private, max-age=31536000, immutable";

export async function fileRoutes(app: FastifyInstance, { media }: { media: MediaLibrary }): Promise<void> {
  const { gate } = media;
  const options = { compress: false } as const;

  app.get<{ Params: { id: string } }>("/media/:id/file", options, async (request, reply) => {
    const row = media.find(visitorOf(request).workspace.id, request.params.id);
    if (row?.state !== "ready" || !row.mime || !row.sha256) throw notFound("file");
    return serveFile(request, reply, {
      path: originalOf(gate, row),
      mime: row.mime,
      name: row.name,
      tag: row.sha256,
      cache: CACHE,
    });
  });

  for (const size of THUMB_SIZES) {
    const name = thumbName(size);
    app.get<{ Params: { id: string } }>(`/media/:id/${name}`, options, async (request, reply) => {
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
    });
  }
}
