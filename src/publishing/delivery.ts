/** Builds what a platform module is handed, with the fence wired to the publication's row. */
import type { PublicationRow } from "../database/index.ts";
import type { House } from "../house.ts";
import type { MediaLibrary } from "../media/index.ts";
import type { Delivery, DeliveryMedia, Platform, Session } from "../platforms/index.ts";
import { MovedOn, type Memory, type PublicationRows } from "./rows.ts";

/** What the person wrote for this channel, with the post's own text and media filled in. */
export interface Content {
  text: string;
  mediaIds: string[];
  options: Record<string, unknown>;
}

/** The row as this step last saw it, and what it remembers; save and commit keep both up to date. */
export interface Hold {
  row: PublicationRow;
  memory: Memory;
}

export interface DeliveryParts {
  house: House;
  rows: PublicationRows;
  media: MediaLibrary;
  platform: Platform;
  session: Session;
  content: Content;
  options: unknown;
  hold: Hold;
  signal: AbortSignal;
  onProgress(sent: number, total: number): void;
}

/** Throws a sentence when a file has gone. */
export function makeDelivery(parts: DeliveryParts): Delivery<unknown, unknown> {
  const { house, rows, platform, session, content, hold } = parts;
  const files = new Map<string, DeliveryMedia>();
  const file = (id: string): DeliveryMedia | null => {
    const found = files.get(id) ?? parts.media.forDelivery(hold.row.workspace_id, id);
    if (found) files.set(id, found);
    return found;
  };
  return {
    session,
    text: content.text,
    media: content.mediaIds.map((id) => file(id)).filter((found) => found !== null),
    options: parts.options,
    asset: file,
    startedAt: hold.row.started_at ?? house.clock.now(),
    now: () => house.clock.now(),
    signal: parts.signal,
    save: (checkpoint) => save(rows, platform, hold, checkpoint),
    commit: (checkpoint) => commit(parts, checkpoint),
    note: (event, detail) => {
      rows.say(hold.row.id, event, detail);
      rows.announce(hold.row);
    },
    progress: parts.onProgress,
  };
}

/**
 * Survives a crash when it returns; before the fence a power cut may take it back. Past the fence it waits for the disk: it may
 * be a module's own word that it sends something once, such as the first comment. A save after a commit means that the
 * deciding request was answered.
 */
function save(rows: PublicationRows, platform: Platform, hold: Hold, checkpoint: unknown): void {
  const memory: Memory = { ...hold.memory, checkpoint: platform.checkpoint.parse(checkpoint), failures: 0 };
  const open = hold.row.fence === "open";
  const move = (): PublicationRow =>
    rows.move(hold.row, hold.row.state, { memory, fence: open ? "open" : "answered", problem: null });
  hold.row = open ? move() : rows.db.transaction(move);
  hold.memory = memory;
}

function commit({ house, rows, platform, hold, signal }: DeliveryParts, checkpoint: unknown): void {
  // Called off or stopping: the one request that would make it public is not begun any more.
  if (signal.aborted) throw new MovedOn();
  const memory: Memory = {
    ...hold.memory,
    checkpoint: platform.checkpoint.parse(checkpoint),
    committedAt: hold.memory.committedAt ?? house.clock.now(),
  };
  // A second time in one step only writes down what was learned while the outcome is open.
  const first = hold.row.fence !== "committed";
  hold.row = rows.move(
    hold.row,
    "confirming",
    { memory, fence: "committed", problem: null },
    first ? { event: `Sending the deciding part to ${platform.name}` } : undefined,
  );
  hold.memory = memory;
}
