/** Answers with a stored file: whole or by range, with a tag that names its content, and headers that let it do no harm. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { FastifyReply, FastifyRequest } from "fastify";
import { notFound } from "../web/index.ts";

export interface Served {
  path: string;
  mime: string;
  /** What a download is called; any text. */
  name: string;
  /** Differs when a byte differs. */
  tag: string;
  /** "private, max-age=…" */
  cache: string;
}

/** For GET and HEAD. Throws 404 when the file is gone from the disk. */
export async function serveFile(request: FastifyRequest, reply: FastifyReply, file: Served): Promise<FastifyReply> {
  const facts = await stat(file.path).catch(() => null);
  if (!facts) throw notFound("file");
  const tag = `"${file.tag}"`;
  reply.headers({
    "content-type": file.mime,
    "content-disposition": disposition(file.name),
    "content-security-policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "accept-ranges": "bytes",
    "cache-control": file.cache,
    etag: tag,
  });
  if (namesTag(request.headers["if-none-match"], tag)) return reply.code(304).send();
  const ifRange = request.headers["if-range"];
  const range = ifRange === undefined || ifRange === tag ? readRange(request.headers.range, facts.size) : null;
  if (range === "unsatisfiable") return reply.code(416).header("content-range", `bytes */${facts.size}`).send();
  const [first, last] = range ?? [0, facts.size - 1];
  if (range) reply.code(206).header("content-range", `bytes ${first}-${last}/${facts.size}`);
  reply.header("content-length", last - first + 1);
  if (request.method === "HEAD") return reply.send();
  return reply.send(createReadStream(file.path, { start: first, end: last }));
}

function namesTag(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  return header.split(",").some((one) => one.trim() === "*" || one.trim().replace(/^W\//, "") === tag);
}

/** First and last byte of the one range asked for; null for none, several or nonsense: then the whole file is the answer. */
export function readRange(header: string | undefined, size: number): [number, number] | "unsatisfiable" | null {
  const found = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? "");
  if (!found || (found[1] === "" && found[2] === "")) return null;
  if (found[1] === "") {
    const tail = Number(found[2]);
    return tail === 0 || size === 0 ? "unsatisfiable" : [Math.max(0, size - tail), size - 1];
  }
  const first = Number(found[1]);
  const last = found[2] === "" ? size - 1 : Math.min(Number(found[2]), size - 1);
  if (found[2] !== "" && Number(found[2]) < first) return null;
  return first >= size ? "unsatisfiable" : [first, last];
}

/** Shown in place; the name twice, plain for old readers and as RFC 5987 text for all others. */
function disposition(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, "_");
  const coded = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `inline; filename="${plain}"; filename*=UTF-8''${coded}`;
}
