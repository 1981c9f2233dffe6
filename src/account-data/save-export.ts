/** Writes an export into a file that its owner alone reads, and that appears only when it is whole. */
import { createWriteStream } from "node:fs";
import { mkdtemp, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { House } from "../house.ts";
import { exportAccount, exportName, type Exported } from "./export-account.ts";

export interface Saved extends Exported {
  file: string;
  bytes: number;
}

/** What stands in the way, as a sentence for an operator. */
export class ExportError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ExportError";
  }
}

/**
 * `to` is a folder, in which the file gets its usual name, or the path of a file that is not there yet. Throws ExportError,
 * with nothing left behind.
 */
export async function saveExport(house: House, accountId: string, to: string): Promise<Saved> {
  const inFolder = (await stat(to).catch(() => null))?.isDirectory() ?? false;
  const file = inFolder ? path.join(to, exportName(house.clock.now())) : to;
  if (await stat(file).catch(() => null))
    throw new ExportError(`There is a file ${file} already, and nothing was written. Name another with --to.`);
  let bench: string | null = null;
  try {
    bench = await mkdtemp(path.join(path.dirname(file), ".unfinished-"));
    const draft = path.join(bench, "export");
    const { archive, done } = exportAccount(house, accountId);
    await pipeline(Readable.from(archive), createWriteStream(draft, { flags: "wx", mode: 0o600, flush: true }));
    const { size } = await stat(draft);
    await rename(draft, file);
    return { file, bytes: size, ...done };
  } catch (error) {
    throw inWords(error, path.dirname(file));
  } finally {
    if (bench) await rm(bench, { recursive: true, force: true });
  }
}

/** Pours the export into a stream that is already open (a pipe); it is not closed. */
export async function pourExport(house: House, accountId: string, into: Writable): Promise<Exported> {
  const { archive, done } = exportAccount(house, accountId);
  await pipeline(Readable.from(archive), into, { end: false });
  return done;
}

function inWords(error: unknown, folder: string): unknown {
  switch ((error as { code?: string }).code) {
    case "ENOSPC":
    case "EDQUOT":
      return new ExportError(`The disk of ${folder} is full. Nothing of the export was kept.`, { cause: error });
    case "ENOENT":
    case "ENOTDIR":
      return new ExportError(`There is no folder ${folder}. Nothing was written.`, { cause: error });
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new ExportError(`${folder} cannot be written, so there is no export. Name another place with --to.`, {
        cause: error,
      });
    default:
      return error;
  }
}
