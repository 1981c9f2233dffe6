/** What happens to publications when their channel is signed out, comes back, or is disconnected. */
import type { PublicationRow, PublicationState } from "../database/index.ts";
import type { House } from "../house.ts";
import { findPlatform } from "../platforms/index.ts";
import { again, callOff, isChangeable, jobFor, jobKey } from "./plan.ts";
import * as problems from "./problems.ts";
import { MovedOn, type PublicationRows } from "./rows.ts";

/** Everything not yet on its way waits as held; what the platform already has keeps waiting for its word. */
export function holdChannel(house: House, rows: PublicationRows, channelId: string, reason: string): void {
  house.db.transaction(() => {
    for (const row of inStates(house, channelId, ["scheduled", "publishing"])) {
      ignoreMoved(() => {
        rows.move(
          row,
          "held",
          { problem: problems.signedOut(nameOf(row), reason) },
          { event: `${nameOf(row)} signed Postern out` },
        );
        house.queue.cancel(jobKey(row.id));
      });
    }
  });
}

/** Held for the sign-out goes back to its time (what is too late by then is asked about); what waits is looked at now. */
export function releaseChannel(house: House, rows: PublicationRows, channelId: string): void {
  house.db.transaction(() => {
    for (const row of inStates(house, channelId, ["held"])) {
      if (!row.problem?.includes('"kind":"signed_out"')) continue;
      ignoreMoved(() => void again(house, rows, row, row.due_at));
    }
    for (const row of inStates(house, channelId, ["confirming", "in_inbox"])) {
      house.queue.enqueue(jobFor(row, house.clock.now()));
    }
  });
}

/** Something moved at the platform: what waits for its word asks now instead of at its next look. */
export function lookNow(house: House, channelId: string): void {
  const waiting = inStates(house, channelId, ["confirming", "in_inbox", "published"]);
  house.db.transaction(() => {
    for (const row of waiting) {
      if (row.checkpoint_sealed !== null) house.queue.enqueue(jobFor(row, house.clock.now()));
    }
  });
}

/** Says once on the timeline that a published post is not public any more. */
export function noLongerPublic(house: House, rows: PublicationRows, channelId: string, remoteId: string): void {
  for (const row of inStates(house, channelId, ["published"]).filter((one) => one.remote_id === remoteId)) {
    const event = `${nameOf(row)} says that it is not public any more`;
    if (rows.timeline(row.id).at(-1)?.event === event) continue;
    rows.say(row.id, event);
    rows.announce(row);
  }
}

/** Inside the disconnecting transaction: calls off, keeps the workspace's own posts, forgets what names the person. */
export function dropChannel(
  house: House,
  rows: PublicationRows,
  channelId: string,
  callOffNow: (id: string) => void,
): void {
  for (const row of inStates(house, channelId, ["scheduled", "publishing", "held", "failed"])) {
    if (row.state === "publishing") callOffNow(row.id);
    if (isChangeable(row) || row.state === "publishing")
      callOff(house, rows, row, "Called off: the channel was disconnected");
  }
  for (const row of inStates(house, channelId, ["confirming"])) {
    rows.move(
      row,
      "unconfirmed",
      { problem: problems.disconnected(nameOf(row)), memory: null },
      { event: "The channel was disconnected" },
    );
    house.queue.cancel(jobKey(row.id));
  }
  for (const row of inStates(house, channelId, ["in_inbox"])) {
    const problem = problems.unheard(nameOf(row));
    rows.move(row, "in_inbox", { problem, memory: null, expires_at: null }, { event: "The channel was disconnected" });
    house.queue.cancel(jobKey(row.id));
  }
  forgetProfile(house, channelId);
}

function forgetProfile(house: House, channelId: string): void {
  const channel = house.db.get<{ name: string | null; handle: string | null; remote_id: string | null }>(
    "SELECT name, handle, remote_id FROM channels WHERE id = ?",
    [channelId],
  );
  house.db.run("UPDATE publications SET checkpoint_sealed = NULL WHERE channel_id = ?", [channelId]);
  for (const mark of [channel?.handle?.replace(/^@/, ""), channel?.name, channel?.remote_id]) {
    if (!mark) continue;
    house.db.run("UPDATE publications SET url = NULL WHERE channel_id = ? AND instr(lower(url), lower(?)) > 0", [
      channelId,
      mark,
    ]);
    house.db.run(
      `UPDATE publications SET problem = json_set(problem, '$.message', replace(json_extract(problem, '$.message'), ?, '(erased)'))
       WHERE channel_id = ? AND problem IS NOT NULL AND instr(problem, ?) > 0`,
      [mark, channelId, mark],
    );
    house.db.run(
      `UPDATE publication_events SET event = replace(event, @mark, '(erased)'), detail = replace(detail, @mark, '(erased)')
       WHERE publication_id IN (SELECT id FROM publications WHERE channel_id = @channelId)
         AND (instr(event, @mark) > 0 OR instr(detail, @mark) > 0)`,
      { mark, channelId },
    );
  }
}

function inStates(house: House, channelId: string, states: readonly PublicationState[]): PublicationRow[] {
  return house.db.all<PublicationRow>(
    "SELECT * FROM publications WHERE channel_id = ? AND state IN (SELECT value FROM json_each(?))",
    [channelId, JSON.stringify(states)],
  );
}

function nameOf(row: PublicationRow): string {
  return findPlatform(row.platform)?.name ?? row.platform;
}

function ignoreMoved(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof MovedOn)) throw error;
  }
}
