/** The publications table and its timeline: one guarded function changes state, everything is said to open pages. */
import type { Db, Fence, PublicationRow, PublicationState } from "../database/index.ts";
import type { House } from "../house.ts";
import type { Vault } from "../vault/index.ts";
import { canGo } from "./states.ts";
import type { ProblemView, PublicationView, TimelineLine } from "./views.ts";

/** What the engine remembers beside the platform's own checkpoint. */
export interface Memory {
  /** The platform module's checkpoint; undefined before its first save. */
  checkpoint?: unknown;
  /** Failures in a row that count against the tries. */
  failures: number;
  /** When the deciding request was sent, UTC ms. */
  committedAt?: number;
}

/** Columns that may change together with the state. */
export interface Change {
  due_at?: number;
  started_at?: number | null;
  published_at?: number | null;
  attempt?: number;
  fence?: Fence;
  sent_bytes?: number;
  total_bytes?: number;
  remote_id?: string | null;
  url?: string | null;
  expires_at?: number | null;
  problem?: ProblemView | null;
  memory?: Memory | null;
}

/** Somebody else moved the publication first: a person called it off, the channel was signed out. Nothing was changed. */
export class MovedOn extends Error {
  constructor() {
    super("The publication was changed meanwhile.");
    this.name = "MovedOn";
  }
}

export class PublicationRows {
  readonly #house: House;

  constructor(house: House) {
    this.#house = house;
  }

  get db(): Db {
    return this.#house.db;
  }

  row(id: string): PublicationRow | undefined {
    return this.db.get<PublicationRow>("SELECT * FROM publications WHERE id = ?", [id]);
  }

  scoped(workspaceId: string, id: string): PublicationRow | undefined {
    return this.db.get<PublicationRow>("SELECT * FROM publications WHERE id = ? AND workspace_id = ?", [
      id,
      workspaceId,
    ]);
  }

  memory(row: PublicationRow): Memory {
    if (row.checkpoint_sealed === null) return { failures: 0 };
    return JSON.parse(openMemory(this.#house.vault, row)) as Memory;
  }

  /**
   * Moves a publication from the state and fence that the caller saw to `to`, with `change`, and writes a timeline line when
   * there is something to say. Throws MovedOn when the row is not as the caller saw it; throws Error for an illegal arrow.
   */
  move(
    seen: PublicationRow,
    to: PublicationState,
    change: Change = {},
    said?: { event: string; detail?: string },
  ): PublicationRow {
    if (!canGo(seen.state, to)) throw new Error(`A publication cannot go from ${seen.state} to ${to}.`);
    const columns = columnsOf(change, (memory) => this.#seal(seen.id, memory));
    const now = this.#house.clock.now();
    const names = Object.keys(columns);
    const write = (): void => {
      const changed = this.db.run(
        `UPDATE publications SET state = @to, updated_at = @now${names.map((name) => `, ${name} = @${name}`).join("")}
         WHERE id = @id AND state = @seenState AND fence = @seenFence`,
        { ...columns, to, now, id: seen.id, seenState: seen.state, seenFence: seen.fence },
      );
      if (changed !== 1) throw new MovedOn();
      if (said) this.say(seen.id, said.event, said.detail);
    };
    if (mayBeTakenBack(seen, to, change.fence ?? seen.fence)) this.db.lightly(write);
    else this.db.transaction(write);
    this.announce(seen, to);
    return { ...seen, ...columns, state: to, updated_at: now } as PublicationRow;
  }

  /** A line of the timeline. */
  say(id: string, event: string, detail = ""): void {
    const values = [id, this.#house.clock.now(), event, detail.slice(0, 500)];
    this.db.lightly(() =>
      this.db.run("INSERT INTO publication_events (publication_id, at, event, detail) VALUES (?, ?, ?, ?)", values),
    );
  }

  timeline(id: string): TimelineLine[] {
    return this.db.all("SELECT at, event, detail FROM publication_events WHERE publication_id = ? ORDER BY id", [id]);
  }

  /** Tells open pages; losing it loses nothing. */
  announce(row: Pick<PublicationRow, "id" | "workspace_id" | "post_id">, state?: PublicationState): void {
    this.#house.news.emit(`publication:${row.id}`, { publicationId: row.id, postId: row.post_id, state });
    this.#house.news.emit(`workspace:${row.workspace_id}`, { publicationId: row.id, postId: row.post_id, state });
  }

  #seal(id: string, memory: Memory): string {
    return this.#house.vault.seal(JSON.stringify(memory), { table: "publications", id, column: "checkpoint_sealed" });
  }
}

/**
 * What a power cut may take back without harm: steps before the fence, which are taken again; a fence that opens again, for
 * then the platform is asked once more; and looks after the answer, which are repeated. The fence itself, the answer, what a
 * module saves after it (delivery.ts) and every end wait for the disk, and what came before them with them.
 */
function mayBeTakenBack(seen: PublicationRow, to: PublicationState, fence: Fence): boolean {
  if (to === "publishing") return fence === "open";
  return to === seen.state && seen.fence === "answered" && fence === "answered";
}

function openMemory(vault: Vault, row: PublicationRow): string {
  return vault.open(row.checkpoint_sealed!, { table: "publications", id: row.id, column: "checkpoint_sealed" });
}

function columnsOf(change: Change, seal: (memory: Memory) => string): Record<string, unknown> {
  const { memory, problem, ...plain } = change;
  const columns: Record<string, unknown> = { ...plain };
  if (problem !== undefined) columns["problem"] = problem === null ? null : JSON.stringify(problem);
  if (memory !== undefined) columns["checkpoint_sealed"] = memory === null ? null : seal(memory);
  return columns;
}

export function viewOf(row: PublicationRow): PublicationView {
  return {
    id: row.id,
    workspaceId: row.workspace_id,
    postId: row.post_id,
    channelId: row.channel_id,
    platform: row.platform,
    state: row.state,
    dueAt: row.due_at,
    startedAt: row.started_at,
    publishedAt: row.published_at,
    remoteId: row.remote_id,
    url: row.url,
    attempt: row.attempt,
    sentBytes: row.sent_bytes,
    totalBytes: row.total_bytes,
    expiresAt: row.expires_at,
    problem: row.problem === null ? null : (JSON.parse(row.problem) as ProblemView),
  };
}
