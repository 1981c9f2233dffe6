/** The real engine's rows, fence and settling, driven step by step against a world that counts what is out. */
import { EventEmitter } from "node:events";
import pino from "pino";
import type { Channels } from "../../src/channels/index.ts";
import type { Db, PublicationRow } from "../../src/database/index.ts";
import type { House } from "../../src/house.ts";
import { Queue } from "../../src/jobs/index.ts";
import type { MediaLibrary } from "../../src/media/index.ts";
import {
  findPlatform,
  PlatformError,
  type Outcome,
  type Platform,
  type ProblemKind,
} from "../../src/platforms/index.ts";
import { holdChannel, releaseChannel } from "../../src/publishing/channel-events.ts";
import { makeDelivery, type Hold } from "../../src/publishing/delivery.ts";
import { again, isChangeable } from "../../src/publishing/plan.ts";
import { Publishing } from "../../src/publishing/index.ts";
import { MovedOn, PublicationRows } from "../../src/publishing/rows.ts";
import { settleError } from "../../src/publishing/settle-error.ts";
import { settleOutcome, settleVerdict } from "../../src/publishing/settle.ts";
import { openVault } from "../../src/vault/index.ts";
import { Refusal } from "../../src/web/index.ts";
import { memoryDatabase } from "../support/database.ts";
import type { Asked, Deciding, Event } from "./line.ts";

const HOUR = 3_600_000;
const BEGIN = 1_800_000_000_000;

class Crash extends Error {}
class Bug extends Error {}

/** TikTok's name and nothing of its module: a checkpoint is whatever we say. */
const platform = {
  ...findPlatform("tiktok")!,
  checkpoint: { parse: (value: unknown) => value },
} as unknown as Platform;

export class Model {
  readonly db: Db;
  readonly rows: PublicationRows;
  /** Whether the platform holds the post. */
  landed = false;
  /** When a deciding request last left, on the model's clock. */
  sentAt = 0;
  /** A deciding request that should never have left; "" when there was none. */
  violation = "";
  /** The platform itself said that it cannot tell. */
  cannotTell = false;
  now = BEGIN;
  readonly #house: House;
  readonly #publishing: Publishing;

  constructor() {
    this.db = memoryDatabase(BEGIN);
    const clock = { now: () => this.now };
    const queue = new Queue(this.db, clock);
    const parts = { db: this.db, clock, queue, vault: openVault(this.db, Buffer.alloc(32, 7), clock) };
    const runner = { define: () => undefined };
    this.#house = { ...parts, runner, news: new EventEmitter(), log: pino({ level: "silent" }) } as unknown as House;
    this.rows = new PublicationRows(this.#house);
    const deaf = { onSignedOut: () => 0, onReconnected: () => 0, beforeDisconnect: () => 0 } as unknown as Channels;
    this.#publishing = new Publishing(this.#house, deaf, {} as MediaLibrary);
    this.db.run("INSERT INTO workspaces (id, name, time_zone, created_at) VALUES ('w', 'W', 'UTC', 1)");
    this.db.run(
      "INSERT INTO channels (id, workspace_id, platform, remote_id, state, connected_at, created_at) VALUES ('c', 'w', 'tiktok', 'r', 'ready', 1, 1)",
    );
    this.db.run(
      "INSERT INTO posts (id, workspace_id, state, time_zone, created_at, updated_at) VALUES ('p', 'w', 'planned', 'UTC', 1, 1)",
    );
  }

  /** A publication that is due, and an empty world. */
  reset(): void {
    for (const table of ["publication_events", "jobs", "publications"]) this.db.run(`DELETE FROM ${table}`);
    Object.assign(this, { landed: false, now: BEGIN, sentAt: 0, cannotTell: false, violation: "" });
    this.#publishing.plan("w", "p", ["c"], this.now);
  }

  get row(): PublicationRow {
    return this.db.get<PublicationRow>("SELECT * FROM publications")!;
  }

  apply(event: Event): void {
    this.now += 1000;
    const { id } = this.row;
    switch (event.is) {
      case "step":
        return this.#step(event);
      case "cancel":
        // A person who calls off what may be out has looked, and seen that it is not.
        if (this.row.state === "unconfirmed" && this.landed) return;
        return ifAllowed(() => this.#publishing.cancel("w", id));
      case "retry":
        return ifAllowed(() => this.#publishing.retry("w", id));
      case "confirm":
        return ifAllowed(() => this.#publishing.confirm("w", id, { landed: this.landed }));
      case "sign_out":
        return holdChannel(this.#house, this.rows, "c", "signed out");
      case "reconnect":
        return releaseChannel(this.#house, this.rows, "c");
      case "again":
        return void (isChangeable(this.row) && again(this.#house, this.rows, this.row, this.now));
      case "processing_fails":
        if (this.row.state === "confirming") this.landed = false;
        return;
      case "wait":
        this.now += event.hours * HOUR;
    }
  }

  /** As advance.ts does it: what state and fence say must happen next, and nothing else. */
  #step(event: Extract<Event, { is: "step" }>): void {
    const seen = this.row;
    if (["held", "unconfirmed", "failed", "cancelled"].includes(seen.state)) return;
    const began = seen.state === "scheduled" ? this.rows.move(seen, "publishing", { started_at: this.now }) : seen;
    const hold: Hold = { row: began, memory: this.rows.memory(began) };
    if (began.state === "published" && hold.memory.checkpoint === undefined) return;
    const asking = began.fence === "committed";
    const settling = {
      rows: this.rows,
      platform,
      hold,
      now: this.now,
      restoredAt: 0,
      signOut: (reason: string) => holdChannel(this.#house, this.rows, "c", reason),
    };
    try {
      if (asking) settleVerdict(settling, this.#reconcile(event.asked));
      else if (began.fence === "open") settleOutcome(settling, this.#publish(hold, event));
      else settleOutcome(settling, this.#look(event.asked));
    } catch (error) {
      if (error instanceof MovedOn || error instanceof Crash) return;
      try {
        settleError(settling, error, asking);
      } catch (later) {
        if (!(later instanceof MovedOn)) throw later;
      }
    }
  }

  #publish(hold: Hold, event: Extract<Event, { is: "step" }>): Outcome<unknown> {
    const delivery = makeDelivery({
      house: this.#house,
      rows: this.rows,
      media: {} as MediaLibrary,
      platform,
      session: {} as never,
      content: { text: "", mediaIds: [], options: {} },
      options: {},
      hold,
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
    if (event.early) throw failure(event.early);
    delivery.save({ uploaded: true });
    if (event.interrupt) this.apply({ is: event.interrupt });
    const calledOff = this.row.state !== "publishing";
    delivery.commit({ uploaded: true });
    if (calledOff) this.violation = "a deciding request left although the publication was called off";
    if (this.landed) this.violation = "a deciding request left although the post is out";
    this.sentAt = this.now;
    return this.#decide(event.deciding);
  }

  #decide({ effect, answer }: Deciding): Outcome<unknown> {
    if (effect) this.landed = true;
    switch (answer) {
      case "published":
        return { state: "published", remoteId: "1", url: null };
      case "waiting":
        return this.#waiting();
      case "inbox":
        return { state: "in_inbox", checkpoint: {}, lookAgainAt: this.now + 1000, expiresAt: null };
      case "lost":
        throw new PlatformError("transient", { code: "network", message: "lost" });
      case "never_sent":
        throw new PlatformError("transient", { code: "network", message: "refused", sent: false });
      case "bug":
      case "crash":
        throw failure(answer);
      default:
        throw failure(answer);
    }
  }

  #waiting(): Outcome<unknown> {
    return { state: "waiting", checkpoint: {}, lookAgainAt: this.now + 1000 };
  }

  /** The platform is asked how the post stands after it answered the deciding request. */
  #look(asked: Asked): Outcome<unknown> {
    if (asked === "truth" && this.landed) return { state: "published", remoteId: "1", url: null };
    if (asked === "truth") throw failure("rejected");
    if (asked === "later") return this.#waiting();
    throw this.#doubt(asked);
  }

  #reconcile(asked: Asked): Parameters<typeof settleVerdict>[1] {
    if (asked === "truth" && this.landed)
      return { verdict: "landed", outcome: { state: "published", remoteId: "1", url: null } };
    if (asked === "truth") return { verdict: "absent" };
    if (asked === "later") return { verdict: "later", lookAgainAt: this.now + 1000 };
    if (asked === "unknown") {
      this.cannotTell = true;
      return { verdict: "unknown" };
    }
    throw this.#doubt(asked);
  }

  #doubt(asked: Asked): Error {
    if (asked === "unknown" || asked === "unknown_outcome") this.cannotTell = true;
    return asked === "unknown" || asked === "unknown_outcome"
      ? failure("unknown_outcome")
      : failure(asked as ProblemKind | "bug" | "crash");
  }
}

function failure(kind: ProblemKind | "bug" | "crash"): Error {
  if (kind === "crash") return new Crash();
  if (kind === "bug") return new Bug("our own");
  return new PlatformError(kind, { code: kind, message: "In plain words.", remedy: "Do this." });
}

/** What a person may not do now is refused, and changes nothing. */
function ifAllowed(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}
