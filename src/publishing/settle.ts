/** Turns what a platform said into the publication's next state and the job's next time. */
import { backoff, snooze, type Snooze } from "../jobs/index.ts";
import type { Outcome, Verdict } from "../platforms/index.ts";
import type { Hold } from "./delivery.ts";
import * as problems from "./problems.ts";
import { ask, ASK_AFTER_MS, type Settling } from "./settling.ts";

export function settleOutcome(to: Settling, outcome: Outcome<unknown>): Snooze | void {
  const { rows, platform, hold, now } = to;
  const memory = {
    ...hold.memory,
    failures: 0,
    ...("checkpoint" in outcome && outcome.checkpoint !== undefined ? { checkpoint: outcome.checkpoint } : {}),
  };
  const fence = hold.row.fence === "open" ? "open" : "answered";
  switch (outcome.state) {
    case "waiting":
      hold.row = rows.move(hold.row, hold.row.state, { memory, fence, problem: null });
      if (fence === "answered" && now - (memory.committedAt ?? now) > ASK_AFTER_MS && hold.row.state === "confirming") {
        return ask(to);
      }
      return snooze(outcome.lookAgainAt);
    case "in_inbox": {
      passFence(to);
      const first = hold.row.state !== "in_inbox";
      hold.row = rows.move(
        hold.row,
        "in_inbox",
        { memory, fence: "answered", expires_at: outcome.expiresAt, problem: null },
        first ? { event: `Delivered to your ${platform.name} inbox`, detail: "Finish it in the app." } : undefined,
      );
      if (outcome.expiresAt !== null && now >= outcome.expiresAt) {
        rows.move(
          hold.row,
          "failed",
          { problem: problems.inboxExpired(platform.name), memory: null },
          { event: "The inbox draft expired" },
        );
        return;
      }
      return snooze(
        outcome.expiresAt === null ? outcome.lookAgainAt : Math.min(outcome.lookAgainAt, outcome.expiresAt),
      );
    }
    case "published":
      return published(to, outcome, memory);
  }
}

function published(
  to: Settling,
  outcome: Extract<Outcome<unknown>, { state: "published" }>,
  memory: Hold["memory"],
): Snooze | void {
  const { rows, platform, hold, now } = to;
  passFence(to);
  const first = hold.row.state !== "published";
  const again = outcome.lookAgainAt !== undefined && outcome.checkpoint !== undefined;
  hold.row = rows.move(
    hold.row,
    "published",
    {
      fence: "answered",
      published_at: hold.row.published_at ?? now,
      remote_id: outcome.remoteId ?? hold.row.remote_id,
      url: outcome.url ?? hold.row.url,
      sent_bytes: hold.row.total_bytes,
      problem: null,
      memory: again ? memory : null,
    },
    first
      ? { event: `Published, says ${platform.name}` }
      : outcome.url && !hold.row.url
        ? { event: "The link is known now" }
        : undefined,
  );
  for (const warning of outcome.warnings ?? []) rows.say(hold.row.id, "Worth knowing", warning);
  return again ? snooze(outcome.lookAgainAt!) : undefined;
}

export function settleVerdict(to: Settling, verdict: Verdict<unknown>): Snooze | void {
  const { rows, platform, hold, now } = to;
  switch (verdict.verdict) {
    case "landed":
      rows.say(hold.row.id, `${platform.name} has it`);
      return settleOutcome(to, verdict.outcome);
    case "absent": {
      if ((hold.memory.committedAt ?? now) < to.restoredAt) {
        const change = { fence: "open", problem: problems.restored(platform.name), memory: null } as const;
        rows.move(hold.row, "held", change, { event: `${platform.name} does not know it; this is a restored backup` });
        return;
      }
      const failures = hold.memory.failures + 1;
      const memory = { failures, ...(verdict.checkpoint === undefined ? {} : { checkpoint: verdict.checkpoint }) };
      hold.row = rows.move(
        hold.row,
        "publishing",
        { fence: "open", memory },
        { event: `${platform.name} does not have it; going on` },
      );
      hold.memory = memory;
      return snooze(now + (failures > 1 ? backoff(failures) : 0));
    }
    case "later": {
      const memory =
        verdict.checkpoint === undefined ? hold.memory : { ...hold.memory, checkpoint: verdict.checkpoint };
      hold.row = rows.move(hold.row, "confirming", { memory });
      if (now - (memory.committedAt ?? now) > ASK_AFTER_MS) return ask(to);
      return snooze(verdict.lookAgainAt);
    }
    case "unknown":
      return ask(to);
  }
}

/** A module that needed no commit (nothing deciding was sent by us) still passes through `confirming`. */
function passFence({ rows, hold }: Settling): void {
  if (hold.row.state === "publishing") hold.row = rows.move(hold.row, "confirming", { fence: "answered" });
}
