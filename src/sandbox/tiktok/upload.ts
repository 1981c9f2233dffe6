/** Chunk by chunk: PUTs to the upload address, in order, each whole or not at all. */
import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { truncate } from "node:fs/promises";
import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { World } from "../world.ts";
import { show } from "./record.ts";
import { tiktokStore, type Task, type Upload } from "./store.ts";

const TYPES = ["video/mp4", "video/quicktime", "video/webm"];
const HOUR = 3_600_000;

export function uploadRoutes(app: FastifyInstance, world: World): void {
  /** The hash of what is stored, per upload; lost with the process and then read again from the file. */
  const hashes = new Map<string, Hash>();
  /** One PUT at a time per upload. */
  const queues = new Map<string, Promise<unknown>>();

  app.put("/open-upload.tiktokapis.com/video/", async (request, reply) => {
    const query = request.query as Record<string, string | undefined>;
    const id = query["upload_id"] ?? "";
    const turn = (queues.get(id) ?? Promise.resolve()).then(() => put(world, hashes, request, reply, query));
    queues.set(
      id,
      turn.catch(() => undefined),
    );
    return turn;
  });
}

async function put(
  world: World,
  hashes: Map<string, Hash>,
  request: FastifyRequest,
  reply: FastifyReply,
  query: Record<string, string | undefined>,
): Promise<FastifyReply> {
  const store = tiktokStore(world);
  const task = store.tasks.get(store.uploads.get(query["upload_id"] ?? "")?.publishId ?? "");
  const upload = task?.upload;
  if (!task || !upload || upload.token !== query["upload_token"]) return refuse(request, reply, 404);
  if (world.now() - task.openedAt >= HOUR) return refuse(request, reply, 403);
  const range = readRange(request, upload);
  if (!range) return refuse(request, reply, 400);
  const next = expected(upload);
  if (task.state !== "uploading" || range.first !== next.first || range.last !== next.last)
    return refuse(request, reply, 416);
  if (request.headers.authorization) task.warnings.push("An upload carried an Authorization header.");

  const length = range.last - range.first + 1;
  const hash = (await storedHash(world, hashes, upload)).copy();
  const got = await take(world, request, upload, hash);
  if (got.bytes !== length) {
    await forget(world, got.fileId, upload.storedBytes);
    return reply.sent ? reply : reply.code(400).send("");
  }
  hashes.set(upload.id, hash);
  const stored: Upload = {
    ...upload,
    fileId: got.fileId,
    storedChunks: upload.storedChunks + 1,
    storedBytes: range.last + 1,
  };
  const done = stored.storedChunks === stored.count;
  const after: Task = { ...task, upload: stored };
  if (done) Object.assign(after, finish(world, after, String(request.headers["content-type"]), hash));
  store.tasks.put(task.publishId, after);
  if (done) {
    hashes.delete(upload.id);
    show(world, after);
  }
  if (reply.sent) return reply;
  return reply
    .code(done ? 201 : 206)
    .header("content-range", `bytes 0-${stored.storedBytes - 1}/${stored.size}`)
    .send("");
}

function finish(world: World, task: Task, mime: string, hash: Hash): Partial<Task> {
  const file = {
    fileId: task.upload?.fileId ?? "",
    bytes: task.upload?.size ?? 0,
    sha256: hash.copy().digest("hex"),
    mime,
  };
  return { state: "processing", receivedAt: world.now(), files: [file] };
}

/** First and last byte the next chunk must have; the last chunk takes the rest. */
function expected(upload: Upload): { first: number; last: number } {
  const final = upload.storedChunks === upload.count - 1;
  return { first: upload.storedBytes, last: final ? upload.size - 1 : upload.storedBytes + upload.chunk - 1 };
}

/** The announced range; undefined when headers are missing or contradict each other. */
function readRange(request: FastifyRequest, upload: Upload): { first: number; last: number } | undefined {
  const match = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(request.headers["content-range"] ?? "");
  if (!match || !TYPES.includes(request.headers["content-type"] ?? "")) return undefined;
  const [first, last, total] = match.slice(1).map(Number) as [number, number, number];
  const length = Number(request.headers["content-length"] ?? Number.NaN);
  if (total !== upload.size || last < first || length !== last - first + 1) return undefined;
  return { first, last };
}

/** Answers without the body: what is still on its way is let in and thrown away, so that the reply is heard. */
function refuse(request: FastifyRequest, reply: FastifyReply, status: number): FastifyReply {
  if (request.body instanceof Readable) request.body.resume().on("error", () => undefined);
  return reply.code(status).send("");
}

/** Takes the body in and hashes it. A generator rather than pipes: a line that breaks always ends it. */
function take(world: World, request: FastifyRequest, upload: Upload, hash: Hash) {
  const hashed = async function* () {
    for await (const chunk of request.body as Readable) {
      hash.update(chunk as Buffer);
      yield chunk as Buffer;
    }
  };
  return world.receive(Readable.from(hashed()), upload.fileId ? { fileId: upload.fileId } : undefined);
}

/** A chunk that did not arrive whole leaves nothing behind. */
async function forget(world: World, fileId: string, bytes: number): Promise<void> {
  const files = world.collection<{ bytes: number; dropped: boolean }>("files");
  const dropped = files.get(fileId)?.dropped ?? false;
  files.put(fileId, { bytes, dropped });
  if (!dropped) await truncate(world.filePath(fileId), bytes).catch(() => undefined);
}

async function storedHash(world: World, hashes: Map<string, Hash>, upload: Upload): Promise<Hash> {
  const known = hashes.get(upload.id);
  if (known) return known;
  const hash = createHash("sha256");
  if (upload.fileId === null) return hash;
  const file = createReadStream(world.filePath(upload.fileId));
  try {
    for await (const part of file) hash.update(part as Buffer);
  } catch {
    // Too large to have been kept: the sum of such a file is not known after a restart.
  }
  return hash;
}
