/** The workspaces table: what a team shares, its zone, and how late a post may still go out. */
import { z } from "zod";
import type { WorkspaceRow } from "../database/index.ts";
import type { House } from "../house.ts";
import { isTimeZone } from "../time-zone.ts";

const zone = z.string().refine(isTimeZone, "Choose a time zone from the list.");

const unitMs = { minutes: 60_000, hours: 3_600_000 };
const LONGEST_GRACE_MS = 7 * 24 * unitMs.hours;

export const workspaceForm = z
  .object({
    workspaceName: z.string().trim().min(1, "Write a name.").max(100, "Use at most 100 characters."),
    timeZone: zone,
    grace: z
      .string()
      .regex(/^\d{1,5}$/, "Write a whole number.")
      .transform(Number),
    graceUnit: z.enum(["minutes", "hours"]).default("minutes"),
  })
  .refine(({ grace, graceUnit }) => grace * unitMs[graceUnit] <= LONGEST_GRACE_MS, {
    path: ["grace"],
    message: "A week (168 hours) is the longest.",
  });

export type WorkspaceChange = z.output<typeof workspaceForm>;

export function readWorkspace(house: House, workspaceId: string): WorkspaceRow {
  return house.db.get<WorkspaceRow>("SELECT * FROM workspaces WHERE id = ?", [workspaceId])!;
}

export function changeWorkspace(house: House, workspaceId: string, change: WorkspaceChange): void {
  house.db.run("UPDATE workspaces SET name = ?, time_zone = ?, missed_grace_ms = ? WHERE id = ?", [
    change.workspaceName,
    change.timeZone,
    change.grace * unitMs[change.graceUnit],
    workspaceId,
  ]);
}

/** How the grace is written in the form: whole hours as hours, anything else in minutes. */
export function graceFields(ms: number): { grace: string; graceUnit: keyof typeof unitMs } {
  if (ms > 0 && ms % unitMs.hours === 0) return { grace: String(ms / unitMs.hours), graceUnit: "hours" };
  return { grace: String(Math.round(ms / unitMs.minutes)), graceUnit: "minutes" };
}

/** Inside the caller's transaction. */
export function createWorkspace(house: House, workspace: { id: string; name: string; timeZone: string }): void {
  house.db.run("INSERT INTO workspaces (id, name, time_zone, created_at) VALUES (?, ?, ?, ?)", [
    workspace.id,
    workspace.name,
    workspace.timeZone,
    house.clock.now(),
  ]);
}

/** With everything that hangs on it by a foreign key: channels, media rows, posts, publications, keys. In the caller's transaction. */
export function eraseWorkspace(house: House, workspaceId: string): void {
  house.db.run("DELETE FROM workspaces WHERE id = ?", [workspaceId]);
}
