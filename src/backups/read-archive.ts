/** Reads a backup file from its first byte to its last and believes nothing that its hashes do not bear out. */
import { createHash } from "node:crypto";
import { LARGEST_MANIFEST, lastLine, manifestForm, partForm } from "./format.ts";
import type { Manifest, MediaPart, Part, SandboxPart } from "./format.ts";
import { openSource, type Source } from "./source.ts";

/** Takes the bytes of a part. A chunk is only valid until `write` is done. */
export interface Sink {
  write(chunk: Buffer): Promise<void>;
  /** Called once, whether or not all bytes came and were right. */
  close(): Promise<void>;
}

/** Where parts go; null = only checked. */
export interface Visitor {
  database(manifest: Manifest): Promise<Sink | null>;
  media(part: MediaPart): Promise<Sink | null>;
  sandbox(part: SandboxPart): Promise<Sink | null>;
}

export interface Contents {
  manifest: Manifest;
  /** Hashes of the media whose original is inside. */
  included: Set<string>;
}

/**
 * Goes through the whole file once, with flat memory. Throws BackupError when it is no backup, of a newer form, cut short or
 * changed in any byte. What a sink was given before that is then worth nothing.
 */
export async function readArchive(file: string, visitor: Visitor): Promise<Contents> {
  const source = await openSource(file);
  try {
    await source.firstLine();
    const manifest = await readManifest(source);
    await readDatabase(source, manifest, visitor);
    if (manifest.sandbox) await readWorld(source, manifest.sandbox, visitor);
    return { manifest, included: await readMedia(source, manifest, visitor) };
  } finally {
    await source.close();
  }
}

async function readManifest(source: Source): Promise<Manifest> {
  const part = await nextPart(source);
  if (part?.part !== "manifest" || part.bytes > LARGEST_MANIFEST) throw source.damaged();
  const chunks: Buffer[] = [];
  await pour(source, part, { write: async (chunk) => void chunks.push(Buffer.from(chunk)), close: async () => {} });
  const manifest = manifestForm.safeParse(parse(Buffer.concat(chunks).toString("utf8")));
  if (!manifest.success) throw source.damaged();
  return manifest.data;
}

async function readDatabase(source: Source, manifest: Manifest, visitor: Visitor): Promise<void> {
  const part = await nextPart(source);
  const { bytes, sha256 } = manifest.database;
  if (part?.part !== "database" || part.bytes !== bytes || part.sha256 !== sha256) throw source.damaged();
  await pour(source, part, await visitor.database(manifest));
}

async function readWorld(source: Source, told: { bytes: number; sha256: string }, visitor: Visitor): Promise<void> {
  const part = await nextPart(source);
  if (part?.part !== "sandbox" || part.name !== "world.db") throw source.damaged();
  if (part.bytes !== told.bytes || part.sha256 !== told.sha256) throw source.damaged();
  await pour(source, part, await visitor.sandbox(part));
}

/** What the sandbox received stands among the media: nothing but its world names it. */
async function readMedia(source: Source, manifest: Manifest, visitor: Visitor): Promise<Set<string>> {
  const listed = new Map(manifest.media.map((entry) => [entry.sha256, entry]));
  const included = new Set<string>();
  for (let part = await nextPart(source); part; part = await nextPart(source)) {
    if (part.part === "sandbox" && manifest.sandbox && manifest.withMedia && part.name !== "world.db") {
      await pour(source, part, await visitor.sandbox(part));
      continue;
    }
    const entry = part.part === "media" ? listed.get(part.content) : undefined;
    if (part.part !== "media" || !entry || !manifest.withMedia) throw source.damaged();
    if (entry.path.endsWith(`/${part.name}`)) {
      if (part.bytes !== entry.bytes || part.sha256 !== entry.sha256) throw source.damaged();
      included.add(entry.sha256);
    }
    await pour(source, part, await visitor.media(part));
  }
  return included;
}

/** Null at the last line, which must be the right one and the end of the file. */
async function nextPart(source: Source): Promise<Part | null> {
  const end = lastLine(source.hashSoFar());
  const line = await source.line();
  if (line === end) {
    if (source.left > 0) throw source.damaged("it goes on after its end");
    return null;
  }
  const part = partForm.safeParse(parse(line));
  if (!part.success) throw source.damaged();
  if (part.data.bytes > source.left) throw source.damaged("it ends too early");
  return part.data;
}

async function pour(source: Source, part: Part, sink: Sink | null): Promise<void> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of source.take(part.bytes)) {
      hash.update(chunk);
      await sink?.write(chunk);
    }
  } finally {
    await sink?.close();
  }
  if (hash.digest("hex") !== part.sha256) throw source.damaged();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
