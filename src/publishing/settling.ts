/** What settling a step works on, and asking a person when the platform cannot tell. */
import type { Platform } from "../platforms/index.ts";
import type { Hold } from "./delivery.ts";
import * as problems from "./problems.ts";
import type { PublicationRows } from "./rows.ts";

export interface Settling {
  rows: PublicationRows;
  platform: Platform;
  hold: Hold;
  now: number;
  /** When this database was restored from a backup, UTC ms; 0 = never. */
  restoredAt: number;
  signOut(reason: string): void;
}

/** How long the platform may stay silent about something that was sent before a person is asked. */
export const ASK_AFTER_MS = 72 * 3600 * 1000;

/** Final until a person says whether it is there. `problem`: why, where the platform's module knows better. */
export function ask(to: Settling, problem?: problems.Problem): void {
  const { rows, platform, hold } = to;
  if (hold.row.state === "in_inbox") return;
  rows.move(
    hold.row,
    "unconfirmed",
    { problem: problem ?? problems.cannotTell(platform.name) },
    { event: `${platform.name} cannot say whether it is there` },
  );
}
