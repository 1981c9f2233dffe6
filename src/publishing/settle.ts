/** Turns what a platform said, or how a step failed, into the publication's next state and the job's next time. */
import { backoff, snooze, type Snooze } from "../jobs/index.ts";
import { PlatformError, type Outcome, type Platform, type Verdict } from "../platforms/index.ts";
import type { Hold } from "./delivery.ts";
import * as problems from "./problems.ts";
import type { PublicationRows } from "./rows.ts";

export interface Settling {
  rows: PublicationRows;
  platform: Platform;
  hold: Hold;
  now: number;
  signOut(reason: string): void;
}

/** Failures in a row before something that was never sent is given up; with backoff about a quarter of an hour. */
const TRIES = 8;
/** How long the platform may stay silent about something that was sent before a person is asked. */
const ASK_AFTER_MS = 72 * 3600 * 1000;
/** Signed out while the platform already has the post: looked at again when the channel is reconnected, at the latest then. */
const WAIT_FOR_RECONNECT_MS = 6 * 3600 * 1000;

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

/**
 * A step ended in an error. Past the fence nothing leads back to `publish`, except a definite refusal of the deciding request
 * itself. `asking` says that the step only asked what became of it (reconcile, or getting a session for that): its errors are
 * about the asking and never reopen the fence.
 */
export function settleError(to: Settling, error: unknown, asking: boolean): Snooze | void {
  const problem = problems.problemFrom(error);
  const known = error instanceof PlatformError ? error : null;
  if (asking) return afterFence(to, known, problem);
  switch (to.hold.row.fence) {
    case "open":
      return beforeFence(to, known, problem);
    case "committed":
      return atFence(to, known, problem);
    case "answered":
      return afterFence(to, known, problem);
  }
}

type Problem = ReturnType<typeof problems.problemFrom>;

function beforeFence(to: Settling, error: PlatformError | null, problem: Problem): Snooze | void {
  const { rows, platform, hold, now } = to;
  switch (error?.kind) {
    case "rejected":
      rows.move(
        hold.row,
        "failed",
        { problem, memory: null, sent_bytes: 0 },
        { event: `${platform.name} refused it`, detail: problem.message },
      );
      return;
    case "signed_out":
      rows.move(
        hold.row,
        "held",
        { problem: problems.signedOut(platform.name, problem.message) },
        { event: `${platform.name} signed Postern out` },
      );
      to.signOut(problem.message);
      return;
    case "rate_limited": {
      const until = error.until ?? now + 60_000;
      hold.row = rows.move(
        hold.row,
        "publishing",
        { problem },
        waitingLine(hold, `${platform.name} asks to wait`, problem.message),
      );
      return snooze(Math.max(until, now + 1000));
    }
    default: {
      const failures = hold.memory.failures + 1;
      if (failures >= TRIES) {
        rows.move(
          hold.row,
          "failed",
          { problem, memory: null, sent_bytes: 0 },
          { event: `Given up after ${failures} tries`, detail: problem.message },
        );
        return;
      }
      const memory = { ...hold.memory, failures };
      hold.row = rows.move(
        hold.row,
        "publishing",
        { problem, memory },
        { event: "Trying again shortly", detail: problem.message },
      );
      return snooze(now + backoff(failures));
    }
  }
}

/** The deciding request was begun and the step failed: a definite refusal reopens the fence, anything else is asked about. */
function atFence(to: Settling, error: PlatformError | null, problem: Problem): Snooze | void {
  const { rows, platform, hold, now } = to;
  const surelyNot =
    error !== null && (error.sent === false || error.kind === "rate_limited" || error.kind === "signed_out");
  if (surelyNot) {
    hold.row = rows.move(hold.row, "publishing", { fence: "open" });
    return beforeFence(to, error, problem);
  }
  if (error?.kind === "rejected") {
    rows.move(
      hold.row,
      "failed",
      { problem, memory: null },
      { event: `${platform.name} refused it`, detail: problem.message },
    );
    return;
  }
  const failures = hold.memory.failures + 1;
  const memory = { ...hold.memory, failures };
  hold.row = rows.move(
    hold.row,
    "confirming",
    { memory },
    waitingLine(hold, `The answer was lost; asking ${platform.name} what became of it`, problem.message),
  );
  hold.memory = memory;
  if (now - (memory.committedAt ?? now) > ASK_AFTER_MS) return ask(to);
  return snooze(now + (failures === 1 ? 500 : backoff(failures)));
}

/** The platform has it, or may have it: failing to look is no failure of the post. */
function afterFence(to: Settling, error: PlatformError | null, problem: Problem): Snooze | void {
  const { rows, platform, hold, now } = to;
  if (hold.row.state === "published") {
    // Only the link was still missing; after a definite no the search ends.
    return error?.kind === "rejected" || error?.kind === "signed_out" ? undefined : snooze(now + 15 * 60_000);
  }
  switch (error?.kind) {
    case "rejected":
      rows.move(
        hold.row,
        "failed",
        { problem, memory: null },
        { event: `${platform.name} says it failed`, detail: problem.message },
      );
      return;
    case "unknown_outcome":
      return ask(to);
    case "signed_out":
      hold.row = rows.move(hold.row, hold.row.state, { problem: problems.signedOut(platform.name, problem.message) });
      to.signOut(problem.message);
      return snooze(now + WAIT_FOR_RECONNECT_MS);
    case "rate_limited":
      return snooze(Math.max(error.until ?? 0, now + 60_000));
    default: {
      const memory = { ...hold.memory, failures: hold.memory.failures + 1 };
      hold.row = rows.move(hold.row, hold.row.state, { memory });
      if (hold.row.state === "confirming" && now - (memory.committedAt ?? now) > ASK_AFTER_MS) return ask(to);
      return snooze(now + backoff(memory.failures));
    }
  }
}

function ask(to: Settling): void {
  const { rows, platform, hold } = to;
  if (hold.row.state === "in_inbox") return;
  rows.move(
    hold.row,
    "unconfirmed",
    { problem: problems.cannotTell(platform.name) },
    { event: `${platform.name} cannot say whether it is there` },
  );
}

/** A module that needed no commit (nothing deciding was sent by us) still passes through `confirming`. */
function passFence({ rows, hold }: Settling): void {
  if (hold.row.state === "publishing") hold.row = rows.move(hold.row, "confirming", { fence: "answered" });
}

/** The same line twice in a row says nothing new. */
function waitingLine(hold: Hold, event: string, detail: string): { event: string; detail: string } | undefined {
  return hold.row.problem?.includes(JSON.stringify(detail).slice(1, -1)) ? undefined : { event, detail };
}
