/** The tus protocol at /media/uploads: files of any size, in pieces, over lines that drop and servers that restart. */
import type { IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Server } from "@tus/server";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { House } from "../house.ts";
import { newId } from "../ids.ts";
import { notFound, protectRaw, visitorOf } from "../web/index.ts";
import type { MediaLibrary } from "./library.ts";
import { mediaJson } from "./tiles.ts";
import { UPLOAD_ID, type UploadOwner } from "./uploads.ts";
import { plainName, tooLarge } from "./words.ts";

const PATH = "/media/uploads";
/** How long one question for the outcome waits before it is told "measuring". */
const ANSWER_WITHIN_MS = 15_000;

/** Who asks, and for which upload: settled before the protocol reads anything. */
type AskedFor = UploadOwner & { uploadId: string | null };

export async function uploadRoutes(
  app: FastifyInstance,
  { house, media }: { house: House; media: MediaLibrary },
): Promise<void> {
  const owners = new WeakMap<IncomingMessage, AskedFor>();
  // Loaded and made at the first upload: it touches the disk on its own time, which a server that stops at once would not survive.
  let tus: Promise<Server> | undefined;
  // The body is handed through as it comes; the protocol reads it.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, _body, done) => done(null));

  const hand = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { id } = request.params as { id?: string };
    if (request.method === "PATCH" || request.method === "POST") {
      const leave = media.lanes.enter(visitorOf(request).workspace.id);
      reply.raw.once("close", leave);
    }
    owners.set(request.raw, { ...ownerOf(request), uploadId: id ?? null });
    reply.hijack();
    protectRaw(reply.raw, house.publicUrl);
    reply.raw.setHeader("cache-control", "no-store");
    tus ??= tusServer(house, media, owners);
    await (await tus).handle(request.raw, reply.raw);
    return reply;
  };

  app.post(PATH, hand);
  app.patch<{ Params: { id: string } }>(`${PATH}/:id`, async (request, reply) => {
    await mustOwn(media, request, request.params.id);
    return hand(request, reply);
  });
  app.delete<{ Params: { id: string } }>(`${PATH}/:id`, async (request, reply) => {
    await mustOwn(media, request, request.params.id);
    return hand(request, reply);
  });
  app.head<{ Params: { id: string } }>(`${PATH}/:id`, async (request, reply) => {
    const { id } = request.params;
    await mustOwn(media, request, id);
    const told = await settledSize(media, id);
    if (told === null) return hand(request, reply);
    // All of it came and was dealt with; the browser asks for the outcome next.
    const headers = {
      "tus-resumable": "1.0.0",
      "upload-offset": told,
      "upload-length": told,
      "cache-control": "no-store",
    };
    return reply.headers(headers).send();
  });
  app.get<{ Params: { id: string } }>(`${PATH}/:id`, async (request, reply) => {
    const { id } = request.params;
    const { workspace } = visitorOf(request);
    await mustOwn(media, request, id);
    const outcome = await Promise.race([
      media.uploads.outcome(id),
      sleep(ANSWER_WITHIN_MS, "measuring" as const, { ref: false }),
    ]);
    if (outcome === "measuring") return reply.code(202).send({ state: "measuring" });
    if (outcome === null) return reply.code(202).send({ state: "incomplete" });
    if (outcome.state === "refused") return reply.code(outcome.status).send(outcome);
    const row = media.find(workspace.id, outcome.mediaId);
    if (!row) throw notFound("file");
    return reply.send({ state: "ready", media: mediaJson(media, row) });
  });
}

async function tusServer(
  house: House,
  media: MediaLibrary,
  owners: WeakMap<IncomingMessage, AskedFor>,
): Promise<Server> {
  const [{ Server }, { FileStore }] = await Promise.all([import("@tus/server"), import("@tus/file-store")]);
  const { maxUploadBytes } = house.config;
  return new Server({
    path: PATH,
    datastore: new FileStore({ directory: media.uploads.folder }),
    relativeLocation: true,
    allowedOrigins: [],
    maxSize: maxUploadBytes,
    namingFunction: () => newId(),
    // The id that ownership was checked for, and no other that the address may be read to hold.
    getFileIdFromRequest: (request) => {
      const node = request.runtime?.node?.req as IncomingMessage | undefined;
      return (node && owners.get(node)?.uploadId) ?? undefined;
    },
    // Who it is for is written by us over whatever the browser claims.
    onUploadCreate: async (request, upload) => {
      const node = request.runtime?.node?.req as IncomingMessage | undefined;
      const owner = node && owners.get(node);
      if (!owner || upload.size === undefined)
        throw { status_code: 400, body: "An upload says its size when it begins." };
      const filename = plainName(upload.metadata?.["filename"] ?? "");
      return { metadata: { filename, workspace: owner.workspaceId, account: owner.accountId } };
    },
    // Not waited for: measuring a large file may take longer than a proxy lets an answer take.
    onUploadFinish: async (_request, upload) => {
      media.uploads
        .settle(upload.id)
        .catch((error: unknown) => house.log.error({ err: error }, "an upload could not be settled"));
      return {};
    },
    onResponseError: (_request, error) => {
      if (!("status_code" in error) || error.status_code !== 413) return undefined;
      const { words } = tooLarge(maxUploadBytes);
      return { status_code: 413, body: `${words.message} ${words.next}` };
    },
  });
}

function ownerOf(request: FastifyRequest): UploadOwner {
  const { account, workspace } = visitorOf(request);
  return { workspaceId: workspace.id, accountId: account.id };
}

/** Throws 404 for what does not exist and for what somebody else uploads. */
async function mustOwn(media: MediaLibrary, request: FastifyRequest, id: string): Promise<void> {
  const owner = ownerOf(request);
  if (!UPLOAD_ID.test(id) || !(await media.uploads.belongsTo(owner, id))) throw notFound("upload");
}

/** The size of an upload whose bytes have been taken in or refused already, else null. */
async function settledSize(media: MediaLibrary, id: string): Promise<number | null> {
  return (await media.uploads.isSettled(id)) ? media.uploads.size(id) : null;
}
