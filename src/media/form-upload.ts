/** The plain form, for browsers without script: multipart, streamed to disk, with its token as the first field. */
import { Transform, type Readable } from "node:stream";
import multipart from "@fastify/multipart";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { House } from "../house.ts";
import { Refusal, refuseForm, seeOther, flash, visitorOf, words } from "../web/index.ts";
import { blameForm, formParts, type FormParts } from "./form-parts.ts";
import type { MediaLibrary } from "./library.ts";
import { sendLibrary, type UploadProblem } from "./library-page.ts";
import { plainName, tooLarge } from "./words.ts";

const MAX_FILES = 20;

export async function formUploadRoutes(
  app: FastifyInstance,
  { house, media }: { house: House; media: MediaLibrary },
): Promise<void> {
  const { maxUploadBytes } = house.config;
  await app.register(multipart, {
    throwFileSizeLimit: false,
    limits: { files: MAX_FILES, fields: 5, fileSize: maxUploadBytes, fieldSize: 1000 },
  });
  const streams = new WeakMap<FastifyRequest, FormParts>();

  // Before the token is checked (a preHandler of every page): the form's first field becomes the body that is looked at.
  app.addHook("preValidation", async (request) => {
    visitorOf(request);
    if (!request.isMultipart()) throw refuseForm("That was not a form with a file. Nothing was added.");
    const parts = formParts(request, broken);
    const first = await parts.next();
    const token =
      !first.done && first.value.type === "field" && first.value.fieldname === "_csrf" ? String(first.value.value) : "";
    // A file before the token is not looked at, but must be read: what follows it would never come.
    if (!first.done && first.value.type === "file") first.value.file.resume();
    request.body = { _csrf: token };
    streams.set(request, parts);
  });
  // What is refused early is still on its way: it is read into nothing, so that the browser gets to see the answer.
  app.addHook("onResponse", async (request) => {
    if (request.raw.readableEnded) return;
    request.raw.unpipe();
    request.raw.resume();
  });

  app.post("/media", async (request, reply) => {
    const { account, workspace } = visitorOf(request);
    const problems: UploadProblem[] = [];
    let added = 0;
    for await (const part of streams.get(request) ?? []) {
      if (part.type !== "file") continue;
      if (part.fieldname !== "file" || !part.filename) {
        part.file.resume();
        continue;
      }
      const body = whole(part.file, maxUploadBytes);
      try {
        await media.receive(workspace.id, account.id, { name: part.filename, body });
        added += 1;
      } catch (error) {
        body.destroy();
        if (part.file.errored) throw blameForm(part.file.errored, broken);
        if (!(error instanceof Refusal)) throw error;
        problems.push({ name: plainName(part.filename), status: error.statusCode, ...error.words });
      }
    }
    if (added + problems.length === 0) problems.push({ name: "", ...noFile() });
    if (problems.length > 0) return sendLibrary(house, media, request, reply, { problems, added });
    flash(request, `${words.count(added, "file")} ${added === 1 ? "was" : "were"} added.`.replace(/^o/, "O"));
    return seeOther(request, reply, "/media");
  });
}

/**
 * The parser ends a file that is too large as if it were whole; this ends it with the truth, and fails when the line breaks.
 * What is left of a file when this is destroyed is read into nothing, because what follows it in the form would never come.
 */
function whole(file: Readable & { truncated?: boolean }, maxBytes: number): Readable {
  const checked = new Transform({
    transform: (chunk: Buffer, _encoding, done) => done(null, chunk),
    flush: (done) => done(file.truncated ? tooLarge(maxBytes) : null),
  });
  file.once("error", (error) => checked.destroy(error));
  // After the pipe's own listener, which pauses the file.
  return file.pipe(checked).once("close", () => file.resume());
}

/** What came before the break was added: each file counts on its own. */
function broken(): Refusal {
  return refuseForm(
    "The form is broken or ends too early. Files that came whole before that are in the library.",
    "Look there, then send the others again.",
  );
}

function noFile() {
  return {
    status: 422,
    title: "No file was chosen",
    message: "The form came without a file, so nothing was added.",
    next: "Choose one, then press Add.",
  };
}
