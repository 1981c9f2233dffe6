/** The media library of every workspace: what the other rooms ask it for. */
import type { Readable } from "node:stream";
import type { MediaRow } from "../database/index.ts";
import type { House } from "../house.ts";
import type { RecurringJob } from "../jobs/index.ts";
import { canBeFetchedFrom } from "../outbound/index.ts";
import type { DeliveryMedia, MediaFacts } from "../platforms/contract.ts";
import { notFound, Refusal } from "../web/index.ts";
import { admitFile, type Gate } from "./admit-file.ts";
import { deliveryOf, factsOf } from "./deliver-media.ts";
import { beginImport, defineImportJob } from "./import-media.ts";
import { listMedia, weightOf, type MediaPage, type MediaQuery } from "./list-media.ts";
import { Lanes } from "./lanes.ts";
import { describeMedia, findMedia, usesOf, type Description, type MediaUse } from "./media.ts";
import { Measurer } from "./measure.ts";
import { eraseMedia, removeMedia } from "./remove-media.ts";
import { forgetTraces } from "./search.ts";
import { Store } from "./store.ts";
import { sweep } from "./sweep.ts";
import { thumbName, type ThumbSize } from "./thumbnails.ts";
import { UploadDesk } from "./uploads.ts";
import { plainName } from "./words.ts";

export interface Incoming {
  /** As the person's machine calls it; shown, never used as a path. */
  name: string;
  body: Readable;
  sourceUrl?: string;
}

export class MediaLibrary {
  readonly house: House;
  readonly uploads: UploadDesk;
  readonly lanes = new Lanes();
  readonly #gate: Gate;

  /** `ffmpeg: false` works as on a machine without it. */
  constructor(house: House, options: { ffmpeg?: boolean } = {}) {
    this.house = house;
    this.#gate = { house, store: new Store(house.config.dataDir), measurer: new Measurer(options) };
    this.uploads = new UploadDesk(this.#gate, (owner, name, file) => this.#adopt(owner, name, file));
    defineImportJob(this.#gate);
  }

  /** What routes of this room need to serve files. */
  get gate(): Gate {
    return this.#gate;
  }

  clocks(): RecurringJob[] {
    return [{ name: "sweep media", every: "0 17 * * * *", run: () => sweep(this.#gate, this.uploads) }];
  }

  /** Ready files of the workspace, in the order asked; what is missing is left out. */
  facts(workspaceId: string, ids: readonly string[]): MediaFacts[] {
    return ids.flatMap((id) => {
      const row = this.find(workspaceId, id);
      return (row && factsOf(row)) ?? [];
    });
  }

  /** Whether platforms can fetch files from here; always in the sandbox. */
  get canBeFetched(): boolean {
    return canBeFetchedFrom(this.house.publicUrl, this.house.config.platformMode);
  }

  forDelivery(workspaceId: string, id: string): DeliveryMedia | null {
    const row = this.find(workspaceId, id);
    return row && deliveryOf(this.#gate, row);
  }

  /**
   * Takes a whole file in; the row is ready when this returns. The same bytes again give the row that is there already.
   * Throws a Refusal (413, 422, 507, or 429 before it reads anything), or what `body` failed with; then nothing of it is left.
   */
  async receive(workspaceId: string, accountId: string | null, { name, body, sourceUrl }: Incoming): Promise<MediaRow> {
    const leave = this.lanes.enter(workspaceId);
    try {
      const arrived = await this.#gate.store.take(body, this.house.config.maxUploadBytes).catch(fullDisk);
      const admission = { workspaceId, accountId, name: plainName(name), sourceUrl: sourceUrl ?? null, arrived };
      return (await admitFile(this.#gate, admission).catch(fullDisk))!;
    } finally {
      leave();
    }
  }

  async #adopt(owner: { workspaceId: string; accountId: string }, name: string, file: string): Promise<MediaRow> {
    const arrived = await this.#gate.store.weigh(file);
    return (await admitFile(this.#gate, { ...owner, name: plainName(name), sourceUrl: null, arrived }).catch(
      fullDisk,
    ))!;
  }

  /** Returns a row in state processing; a job fetches the file. Throws a 422 Refusal for what is no address. */
  beginImport(workspaceId: string, accountId: string | null, url: string): MediaRow {
    return beginImport(this.#gate, workspaceId, accountId, url);
  }

  find(workspaceId: string, id: string): MediaRow | null {
    return findMedia(this.house.db, workspaceId, id);
  }

  /** Newest first. Throws a 400 Refusal for a cursor that is not ours. */
  list(workspaceId: string, query: MediaQuery): MediaPage {
    return listMedia(this.house.db, workspaceId, query);
  }

  /** Ready files and their bytes together. */
  weight(workspaceId: string): { files: number; bytes: number } {
    return weightOf(this.house.db, workspaceId);
  }

  /** Throws 404 when it is not in the workspace. */
  update(workspaceId: string, id: string, changes: Description): MediaRow {
    const row = describeMedia(this.house.db, workspaceId, id, changes);
    if (!row) throw notFound("file");
    this.house.news.emit(`workspace:${workspaceId}`, { mediaId: id });
    return row;
  }

  /** Throws 404, or 409 while a post that is still to go out needs it. */
  remove(workspaceId: string, id: string): void {
    removeMedia(this.house, this.#gate.store, workspaceId, id);
  }

  /** Erases up to `limit` files of the workspace for good, needed or not; returns how many. */
  eraseSome(workspaceId: string, limit: number): number {
    return eraseMedia(this.house, this.#gate.store, workspaceId, limit);
  }

  /** After erasing: nothing of the words stays in the index. */
  forgetWords(): void {
    forgetTraces(this.house.db);
  }

  uses(workspaceId: string, id: string): MediaUse[] {
    return usesOf(this.house.db, workspaceId, id);
  }

  /** Address of a small picture for <img>, null where there is none. */
  thumbPath(row: MediaRow, size: ThumbSize): string | null {
    return row.state === "ready" && row.has_poster ? `/media/${row.id}/${thumbName(size)}?v=${row.epoch}` : null;
  }

  /** Address of the still that stands before a video plays, null where there is none. */
  posterUrl(row: MediaRow): string | null {
    return this.thumbPath(row, 1080);
  }

  /** Address of the file itself, for those who are signed in. */
  filePath(row: MediaRow): string | null {
    return row.state === "ready" ? `/media/${row.id}/file?v=${row.epoch}` : null;
  }
}

function fullDisk(error: unknown): never {
  if ((error as { code?: string } | null)?.code !== "ENOSPC") throw error;
  throw new Refusal(507, {
    title: "The disk is full",
    message: "There is no room left on this install's disk. Nothing of the file was kept.",
    next: "Delete files that no post needs, or give it more room.",
  });
}
