/** Making, moving and calling off publications while nothing of them is on its way. */
import type { PublicationRow } from "../database/index.ts";
import type { House } from "../house.ts";
import { newId } from "../ids.ts";
import type { NewJob } from "../jobs/index.ts";
import { Refusal } from "../web/index.ts";
import { poolOf } from "./places.ts";
import type { PublicationRows } from "./rows.ts";

/** The job that advances a publication; one at a time each. */
export function jobFor(row: Pick<PublicationRow, "id" | "channel_id" | "platform" | "state">, runAt: number): NewJob {
  return {
    kind: "publish",
    args: { publicationId: row.id },
    lane: "publish",
    runAt,
    uniqueKey: jobKey(row.id),
    slot: row.channel_id,
    pool: poolOf(row),
  };
}

export function jobKey(publicationId: string): string {
  return `publication:${publicationId}`;
}

/** Not begun, or ended without anything that could be public. */
export function isChangeable(row: Pick<PublicationRow, "state" | "fence">): boolean {
  return (
    row.state === "scheduled" ||
    row.state === "cancelled" ||
    ((row.state === "held" || row.state === "failed") && row.fence === "open")
  );
}

/** See Publishing.plan. */
export function plan(
  house: House,
  rows: PublicationRows,
  workspaceId: string,
  postId: string,
  channelIds: readonly string[],
  dueAt: number,
): void {
  house.db.transaction(() => {
    const existing = ofPost(house, workspaceId, postId);
    const blocked = existing.find((row) => !isChangeable(row));
    if (blocked) throw onItsWay();
    for (const row of existing.filter((row) => !channelIds.includes(row.channel_id))) {
      house.queue.cancel(jobKey(row.id));
      house.db.run("DELETE FROM publications WHERE id = ?", [row.id]);
    }
    for (const channelId of channelIds) {
      const known = existing.find((row) => row.channel_id === channelId);
      if (known) again(house, rows, known, dueAt);
      else add(house, rows, workspaceId, postId, channelId, dueAt);
    }
  });
}

function add(
  house: House,
  rows: PublicationRows,
  workspaceId: string,
  postId: string,
  channelId: string,
  dueAt: number,
): void {
  const channel = house.db.get<{ platform: string }>(
    "SELECT platform FROM channels WHERE id = ? AND workspace_id = ? AND disconnected_at IS NULL",
    [channelId, workspaceId],
  );
  if (!channel)
    throw new Refusal(404, {
      title: "This channel is not here",
      message: "There is no such channel in this workspace.",
      next: "Choose another channel.",
    });
  const now = house.clock.now();
  const row = {
    id: newId(),
    workspace_id: workspaceId,
    post_id: postId,
    channel_id: channelId,
    platform: channel.platform,
    state: "scheduled" as const,
  };
  house.db.run(
    `INSERT INTO publications (id, workspace_id, post_id, channel_id, platform, state, due_at, created_at, updated_at)
     VALUES (@id, @workspace_id, @post_id, @channel_id, @platform, @state, @dueAt, @now, @now)`,
    { ...row, dueAt, now },
  );
  rows.say(row.id, "Scheduled");
  house.queue.enqueue(jobFor(row, dueAt));
  rows.announce(row, row.state);
}

/** Back to scheduled from wherever it ended without becoming public; a new time keeps what was already uploaded only from `held`. */
export function again(house: House, rows: PublicationRows, row: PublicationRow, dueAt: number): PublicationRow {
  const fresh = row.state !== "held" && row.state !== "scheduled";
  const change = {
    due_at: dueAt,
    problem: null,
    fence: "open" as const,
    ...(fresh ? { memory: null, sent_bytes: 0, remote_id: null, url: null, expires_at: null, started_at: null } : {}),
  };
  return house.db.transaction(() => {
    const moved =
      row.state === "scheduled"
        ? { ...row, due_at: dueAt }
        : rows.move(row, "scheduled", change, { event: "Scheduled again" });
    if (row.state === "scheduled") {
      house.db.run("UPDATE publications SET due_at = ?, updated_at = ? WHERE id = ? AND state = 'scheduled'", [
        dueAt,
        house.clock.now(),
        row.id,
      ]);
      if (dueAt !== row.due_at) rows.say(row.id, "Moved to another time");
      rows.announce(row, "scheduled");
    }
    house.queue.enqueue(jobFor(moved, dueAt));
    return moved;
  });
}

export function callOff(house: House, rows: PublicationRows, row: PublicationRow, event: string): PublicationRow {
  return house.db.transaction(() => {
    house.queue.cancel(jobKey(row.id));
    return rows.move(row, "cancelled", { problem: null, memory: null, sent_bytes: 0 }, { event });
  });
}

export function ofPost(house: House, workspaceId: string, postId: string): PublicationRow[] {
  return house.db.all<PublicationRow>(
    "SELECT * FROM publications WHERE post_id = ? AND workspace_id = ? ORDER BY created_at, id",
    [postId, workspaceId],
  );
}

/** Of several posts with one question; in each as `ofPost` has them. */
export function ofPosts(house: House, workspaceId: string, postIds: readonly string[]): Map<string, PublicationRow[]> {
  const rows = house.db.all<PublicationRow>(
    // The plus keeps SQLite from walking the whole workspace instead of the few ids.
    `SELECT * FROM publications WHERE post_id IN (SELECT value FROM json_each(?)) AND +workspace_id = ?
     ORDER BY created_at, id`,
    [JSON.stringify(postIds), workspaceId],
  );
  return Map.groupBy(rows, (row) => row.post_id);
}

export function onItsWay(): Refusal {
  return new Refusal(409, {
    title: "This post is already on its way",
    message: "A part of it is being sent or has been published, so it cannot be changed any more. Nothing was changed.",
    next: "Duplicate it to send a changed version.",
  });
}
