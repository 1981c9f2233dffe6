/** The library's pages, its picker, imports, and what is said about one file. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { audit } from "../accounts/index.ts";
import { flash, formFrom, notFound, seeOther, sendFragment, visitorOf } from "../web/index.ts";
import type { Wired } from "../wiring.ts";
import { sendFilePage } from "./file-page.ts";
import { fileRoutes } from "./file-routes.ts";
import { formUploadRoutes } from "./form-upload.ts";
import { sendLibrary, sendPicker } from "./library-page.ts";
import { mediaJson, tileOf } from "./tiles.ts";
import { uploadRoutes } from "./tus.ts";

const description = z.object({
  title: z.string().max(200, "At most 200 characters."),
  altText: z.string().max(2000, "At most 2,000 characters."),
  labels: z.string().max(2000, "At most 2,000 characters."),
});

type Id = { Params: { id: string } };

export async function mediaRoutes(
  app: FastifyInstance,
  { house, media }: Pick<Wired, "house" | "media">,
): Promise<void> {
  await app.register(uploadRoutes, { house, media });
  await app.register(formUploadRoutes, { house, media });
  await app.register(fileRoutes, { media });

  app.get("/media", async (request, reply) => sendLibrary(house, media, request, reply));
  app.get("/media/pick", async (request, reply) => sendPicker(house, media, request, reply));

  app.post("/media/import", async (request, reply) => {
    const { account, workspace } = visitorOf(request);
    const form = formFrom(z.object({ url: z.string() }), request.body);
    media.beginImport(workspace.id, account.id, form.ok ? form.values.url : "");
    flash(request, "The file is being fetched. It appears here when it has arrived.", "plain");
    return seeOther(request, reply, "/media");
  });

  app.get<Id>("/media/:id.json", async (request, reply) => {
    const row = media.find(visitorOf(request).workspace.id, request.params.id);
    if (!row) throw notFound("file");
    return reply.send(mediaJson(media, row));
  });

  app.get<Id>("/media/:id/tile", async (request, reply) => {
    const row = media.find(visitorOf(request).workspace.id, request.params.id);
    if (!row) throw notFound("file");
    return sendFragment(house, request, reply, "media/tiles", { tiles: [tileOf(media, row)] });
  });

  app.get<Id>("/media/:id", async (request, reply) => sendFilePage(house, media, request, reply, request.params.id));

  app.post<Id>("/media/:id", async (request, reply) => {
    const { workspace } = visitorOf(request);
    const { id } = request.params;
    if (!media.find(workspace.id, id)) throw notFound("file");
    const form = formFrom(description, request.body);
    if (!form.ok) return sendFilePage(house, media, request, reply, id, form);
    const labels = form.values.labels.split(",");
    media.update(workspace.id, id, { ...form.values, labels });
    flash(request, "Saved.");
    return seeOther(request, reply, `/media/${id}`);
  });

  app.post<Id>("/media/:id/delete", async (request, reply) => {
    const { account, workspace } = visitorOf(request);
    const { id } = request.params;
    const name = media.find(workspace.id, id)?.name ?? "";
    media.remove(workspace.id, id);
    audit(house, { action: "media.delete", workspaceId: workspace.id, accountId: account.id, target: id });
    flash(request, `“${name}” was deleted.`, "plain");
    return seeOther(request, reply, "/media");
  });
}
