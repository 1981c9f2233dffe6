/** One streamed file out of a multipart form, counted and hashed on its way; never whole in memory. */
import { createHash } from "node:crypto";
import { pipeline, Transform, type Readable } from "node:stream";
import type { FastifyRequest } from "fastify";
import { blameForm, formParts } from "../media/index.ts";
import { RequestRefused } from "./problem-json.ts";

export interface Upload {
  name: string;
  body: Readable;
  /** What the request was: file name and bytes. Complete once the body has ended. */
  digest(): string;
  /** The error as it is, or a 400 in its place when it is the form that broke off. */
  blame(error: unknown): unknown;
}

/** Throws 415 for another kind of body, 400 without a field `file`. The body fails with 413 when it outgrows the limit. */
export async function uploadOf(request: FastifyRequest): Promise<Upload> {
  if (!request.isMultipart()) {
    throw new RequestRefused(
      415,
      "A file is sent as multipart/form-data",
      "Nothing was stored.",
      [],
      "Send a form with a field named file.",
    );
  }
  for await (const part of formParts(request, broken)) {
    if (part.type !== "file") continue;
    if (part.fieldname !== "file") {
      part.file.resume();
      continue;
    }
    const hash = createHash("sha256").update(`${part.filename}\0`);
    const counted = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk);
        done(null, chunk);
      },
      // The parser ends a file that is too large as if it were whole.
      flush: (done) => done(part.file.truncated ? tooLarge() : null),
    });
    pipeline(part.file, counted, () => undefined);
    return {
      name: part.filename,
      body: counted,
      digest: () => hash.copy().digest("hex"),
      blame: (error) => (part.file.errored ? blameForm(part.file.errored, broken) : error),
    };
  }
  throw new RequestRefused(400, "The form has no file", "Nothing was stored.", [
    { path: "file", message: "The form needs a field named file." },
  ]);
}

function broken(): RequestRefused {
  const message = "The form is broken or ends too early.";
  return new RequestRefused(400, "That form cannot be read", "Nothing was stored.", [{ path: "", message }]);
}

function tooLarge(): RequestRefused {
  return new RequestRefused(
    413,
    "That file is too large",
    "It is larger than this install takes. Nothing was stored.",
    [],
    "Send a smaller file.",
  );
}
