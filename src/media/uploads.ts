/** Resumable uploads: what is finished is measured and taken in, and its outcome kept until the browser has asked for it. */
import { readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import type { MediaRow } from "../database/index.ts";
import { Refusal } from "../web/index.ts";
import type { Gate } from "./admit-file.ts";

export interface UploadOwner {
  workspaceId: string;
  accountId: string;
}

export type Outcome =
  { state: "ready"; mediaId: string } | { state: "refused"; status: number; message: string; next: string };

/** What the upload store writes beside every file. */
interface Card {
  size: number;
  metadata?: Record<string, string | null>;
}

type Adopt = (owner: UploadOwner, name: string, file: string) => Promise<MediaRow>;

export const UPLOAD_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export class UploadDesk {
  readonly #gate: Gate;
  readonly #adopt: Adopt;
  readonly #settling = new Map<string, Promise<Outcome>>();

  constructor(gate: Gate, adopt: Adopt) {
    this.#gate = gate;
    this.#adopt = adopt;
  }

  get folder(): string {
    return this.#gate.store.uploads;
  }

  /** Whether this upload exists and was begun by this account in this workspace. */
  async belongsTo(owner: UploadOwner, id: string): Promise<boolean> {
    const card = await this.#card(id);
    return card?.metadata?.["workspace"] === owner.workspaceId && card.metadata["account"] === owner.accountId;
  }

  /** Bytes announced; null when there is no such upload. */
  async size(id: string): Promise<number | null> {
    return (await this.#card(id))?.size ?? null;
  }

  /** True once its bytes are being taken in, or were taken in or refused: the file itself may be gone from here. */
  async isSettled(id: string): Promise<boolean> {
    return this.#settling.has(id) || (await readJson<Outcome>(this.#path(id, ".outcome"))) !== null;
  }

  /** How it ended, null while bytes are missing. Measuring begins, or is joined, when all have come. */
  async outcome(id: string): Promise<Outcome | null> {
    const told = await readJson<Outcome>(this.#path(id, ".outcome"));
    if (told) return told;
    const card = await this.#card(id);
    const arrived = await stat(this.#path(id)).catch(() => null);
    return card && arrived?.size === card.size ? this.settle(id) : null;
  }

  /** Measures a finished upload once, whoever asks and however often. Throws only when this machine fails, not the file. */
  settle(id: string): Promise<Outcome> {
    const under = this.#settling.get(id);
    if (under) return under;
    const settling = this.#settle(id).finally(() => this.#settling.delete(id));
    this.#settling.set(id, settling);
    return settling;
  }

  /** Finishes uploads that were complete when the process stopped or the browser was closed. */
  async settleForgotten(): Promise<void> {
    for (const name of await readdir(this.folder)) {
      if (UPLOAD_ID.test(name)) await this.outcome(name).catch((error: unknown) => this.#complain(error));
    }
  }

  /** Erases what this account began to upload, whether or not it ever finished. */
  async eraseOf(accountId: string): Promise<void> {
    const cards = (await readdir(this.folder)).filter((name) => name.endsWith(".json"));
    for (const id of cards.map((name) => name.slice(0, -".json".length)).filter((name) => UPLOAD_ID.test(name))) {
      if ((await this.#card(id))?.metadata?.["account"] !== accountId) continue;
      for (const ending of ["", ".outcome", ".json"] as const) await rm(this.#path(id, ending), { force: true });
    }
  }

  async #settle(id: string): Promise<Outcome> {
    const told = await readJson<Outcome>(this.#path(id, ".outcome"));
    if (told) return told;
    const { metadata = {} } = (await this.#card(id)) ?? {};
    const owner = { workspaceId: metadata["workspace"] ?? "", accountId: metadata["account"] ?? "" };
    const file = this.#path(id);
    const outcome = await this.#adopt(owner, metadata["filename"] ?? "", file).then(
      (row): Outcome => ({ state: "ready", mediaId: row.id }),
      (error: unknown) => refusedOutcome(error),
    );
    await writeFile(this.#path(id, ".outcome"), JSON.stringify(outcome));
    await rm(file, { force: true });
    return outcome;
  }

  #card(id: string): Promise<Card | null> {
    return readJson<Card>(this.#path(id, ".json"));
  }

  #path(id: string, ending: "" | ".json" | ".outcome" = ""): string {
    if (!UPLOAD_ID.test(id)) throw new Error("That is not an upload's id.");
    return path.join(this.folder, `${id}${ending}`);
  }

  #complain(error: unknown): void {
    this.#gate.house.log.error({ err: error }, "an upload could not be settled");
  }
}

function refusedOutcome(error: unknown): Outcome {
  if (!(error instanceof Refusal)) throw error;
  return { state: "refused", status: error.statusCode, message: error.words.message, next: error.words.next };
}

async function readJson<T>(file: string): Promise<T | null> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as T;
  } catch {
    return null;
  }
}
