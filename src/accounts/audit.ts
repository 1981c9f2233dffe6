/** Who did what, when: append-only, without secrets and without names of what was erased. */
import type { House } from "../house.ts";

export interface AuditEntry {
  action: string;
  workspaceId?: string | null;
  accountId?: string | null;
  target?: string;
  outcome?: string;
  facts?: Record<string, string | number | boolean | null>;
}

export function audit(house: House, entry: AuditEntry): void {
  house.db.run(
    "INSERT INTO audit_log (at, workspace_id, account_id, action, target, outcome, facts) VALUES (?, ?, ?, ?, ?, ?, ?)",
    [
      house.clock.now(),
      entry.workspaceId ?? null,
      entry.accountId ?? null,
      entry.action,
      entry.target ?? "",
      entry.outcome ?? "ok",
      JSON.stringify(entry.facts ?? {}),
    ],
  );
}
