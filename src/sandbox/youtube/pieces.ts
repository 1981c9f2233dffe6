/** One piece of a resumable upload: its range, and the whole units that are kept of it. */
import { createHash, type Hash } from "node:crypto";
import { Readable, Transform } from "node:stream";
import type { FastifyRequest } from "fastify";
import type { World } from "../world.ts";
import { Refusal } from "./gate.ts";
import { storeOf, type Upload } from "./store.ts";

export const UNIT = 262_144;

export interface Range {
  /** null = a question, no bytes. */
  start: number | null;
  /** One past the last byte. */
  end: number;
  total: number;
}

/** What Content-Range says; without one the body is the whole file. Throws badRequest. */
export function rangeOf(request: FastifyRequest): Range {
  const header = request.headers["content-range"];
  const length = Number(request.headers["content-length"] ?? 0);
  if (header === undefined) return { start: 0, end: length, total: length };
  const match = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+)$/.exec(header);
  if (!match) throw badRange();
  const total = Number(match[3]);
  if (match[1] === undefined) return { start: null, end: 0, total };
  return { start: Number(match[1]), end: Number(match[2]) + 1, total };
}

export function badRange(): Refusal {
  return new Refusal(400, "badRequest", "Failed to parse Content-Range header.", { domain: "global" });
}

/**
 * Takes a piece in and returns the upload as it then stands. Like Google it keeps whole units of what arrived, and the odd
 * rest only at the file's end; so a connection that breaks loses what came after the last whole unit.
 */
export async function receive(
  world: World,
  hashes: Map<string, Hash>,
  upload: Upload,
  end: number,
  request: FastifyRequest,
): Promise<Upload> {
  const { stored: from, uploadId } = upload;
  const most = spent(world, "store", "less") ? (Math.ceil((end - from) / UNIT) - 1) * UNIT : Infinity;
  const hash = from === 0 ? createHash("sha256") : hashes.get(uploadId);
  const units = wholeUnits(from, upload.total ?? end, most, hash);
  pour(request, units);
  const got = await world.receive(units, upload.fileId ? { fileId: upload.fileId } : undefined);
  if (hash) hashes.set(uploadId, hash);
  const stored = from + got.bytes;
  const sha256 = stored === upload.total && hash ? hash.copy().digest("hex") : "";
  return storeOf(world).uploads.put(uploadId, { ...upload, stored, sha256, fileId: got.fileId });
}

/** Ends the units when the body ends, also when it breaks off: what arrived counts. */
function pour(request: FastifyRequest, units: Transform): void {
  const { body } = request;
  if (!(body instanceof Readable) || body.destroyed) return void units.end();
  body.on("error", () => units.end());
  body.on("close", () => void (body.readableEnded || units.end()));
  body.pipe(units);
}

function wholeUnits(from: number, total: number, most: number, hash: Hash | undefined): Transform {
  let held: Buffer = Buffer.alloc(0);
  let passed = 0;
  const pass = (stream: Transform, bytes: Buffer) => {
    const part = bytes.subarray(0, Math.max(0, most - passed));
    passed += part.length;
    hash?.update(part);
    if (part.length) stream.push(part);
  };
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      held = held.length ? Buffer.concat([held, chunk]) : chunk;
      const whole = held.length - (held.length % UNIT);
      if (whole) pass(this, held.subarray(0, whole));
      held = held.subarray(whole);
      done();
    },
    flush(done) {
      if (from + passed + held.length === total) pass(this, held);
      done();
    },
  });
}

/** True once when the switch stands at `value`; then it is off again. */
export function spent(world: World, name: string, value: string): boolean {
  if (world.behaviour("youtube", name) !== value) return false;
  world.setBehaviour("youtube", name, "");
  return true;
}

/** Reads and forgets a body, so that a refusal reaches a sender who is still sending. */
export async function drain(request: FastifyRequest): Promise<void> {
  const { body } = request;
  if (!(body instanceof Readable) || body.destroyed) return;
  body.resume();
  await new Promise((done) => body.once("close", done).once("end", done).once("error", done));
}
