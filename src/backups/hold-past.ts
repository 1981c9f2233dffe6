/** A backup is older than the present: what it would send and may have been sent since then waits for a person's word. */
import type { Db } from "../database/index.ts";

export interface Held {
  /** Were to be sent by now. */
  due: number;
  /** Were being uploaded. */
  underWay: number;
}

/**
 * In one transaction: what is scheduled for a time that is over, all that is being uploaded, and what would be sent when its
 * channel is connected again, becomes held as "restored". What passed the fence stays as it is: the platform is asked about
 * it, and what it does not know is held as well, because a later try that the backup knows nothing of may have landed
 * (publishing reads `restored_at` for that). `takenAt` and `now` are UTC ms.
 */
export function holdPast(db: Db, { takenAt, now }: { takenAt: number; now: number }): Held {
  const problem = JSON.stringify({
    kind: "restored",
    code: "restored",
    message: `This comes from a backup of ${wallTime(takenAt)}, and its time is over. It may have been published since then.`,
    remedy: "Nothing was sent. Look at the channel: if it is not there, send it now; if it is, call this off.",
  });
  return db.transaction(() => {
    db.run(
      "INSERT INTO settings (name, value) VALUES ('restored_at', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
      [String(now)],
    );
    const rows = db.all<{ id: string; state: string }>(
      `SELECT id, state FROM publications
       WHERE state = 'publishing' OR (state = 'scheduled' AND due_at <= @now)
         OR (state = 'held' AND due_at <= @now AND json_extract(problem, '$.kind') = 'signed_out')`,
      { now },
    );
    for (const { id, state } of rows) {
      db.run("UPDATE publications SET state = 'held', problem = @problem, updated_at = @now WHERE id = @id", {
        id,
        problem,
        now,
      });
      db.run("INSERT INTO publication_events (publication_id, at, event, detail) VALUES (@id, @now, @event, @detail)", {
        id,
        now,
        event: "Restored from a backup",
        detail: `The backup is of ${wallTime(takenAt)}. It was ${state} then; it may have been published since.`,
      });
    }
    const underWay = rows.filter((row) => row.state === "publishing").length;
    return { due: rows.length - underWay, underWay };
  });
}

function wallTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
