/** Every legal arrow of a publication, in one place; the table's CHECK constraints tell the same story. */
import type { PublicationState } from "../database/index.ts";

export const arrows: Readonly<Record<PublicationState, readonly PublicationState[]>> = {
  scheduled: ["publishing", "held", "failed", "cancelled"],
  // Back to scheduled only before anything that could become public was sent.
  publishing: ["publishing", "confirming", "scheduled", "held", "failed", "cancelled"],
  confirming: ["confirming", "published", "in_inbox", "failed", "unconfirmed", "publishing", "held"],
  in_inbox: ["in_inbox", "published", "failed"],
  held: ["scheduled", "cancelled"],
  unconfirmed: ["published", "scheduled", "cancelled"],
  failed: ["scheduled", "cancelled"],
  published: ["published"],
  cancelled: ["scheduled"],
};

/** confirming → publishing or held happens only when the platform said that the deciding request had no effect. */
export function canGo(from: PublicationState, to: PublicationState): boolean {
  return arrows[from].includes(to);
}
