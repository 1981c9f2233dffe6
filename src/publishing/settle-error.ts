/** Turns how a step failed into the publication's next state: the table that keeps "never twice, never lost". */
import { backoff, snooze, type Snooze } from "../jobs/index.ts";
import { PlatformError } from "../platforms/index.ts";
import type { Hold } from "./delivery.ts";
import * as problems from "./problems.ts";
import { ask, ASK_AFTER_MS, type Settling } from "./settling.ts";

/** Failures in a row before something that was never sent is given up; with backoff about a quarter of an hour. */
const TRIES = 8;
/** No platform is left alone for longer than this because it asked for it in a fault. */
const LONGEST_PAUSE_MS = 6 * 3600 * 1000;
/** Signed out while the platform already has the post: looked at again when the channel is reconnected, at the latest then. */
const WAIT_FOR_RECONNECT_MS = 6 * 3600 * 1000;

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
      return known && asksThePerson(to, known) ? ask(to, problem) : afterFence(to, known, problem);
  }
}

/** The module looked at what the platform surely has, nobody can tell, and its own words say what to look at. */
function asksThePerson(to: Settling, { kind, remedy }: PlatformError): boolean {
  return kind === "unknown_outcome" && to.hold.row.state === "confirming" && !/^(Nothing to do|$)/.test(remedy);
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
      return snooze(notBefore(now, failures, error));
    }
  }
}

/** The deciding request was begun and the step failed: a definite refusal reopens the fence, anything else is asked about. */
function atFence(to: Settling, error: PlatformError | null, problem: Problem): Snooze | void {
  const { rows, platform, hold, now } = to;
  const surelyNot =
    error !== null && (error.sent === false || error.kind === "rate_limited" || error.kind === "signed_out");
  if (surelyNot) {
    // Nothing is out, so the three days of waiting for an answer begin with the next deciding request.
    const { committedAt: _withdrawn, ...memory } = hold.memory;
    hold.row = rows.move(hold.row, "publishing", { fence: "open", memory });
    hold.memory = memory;
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
      return snooze(notBefore(now, memory.failures, error));
    }
  }
}

/** Our own backoff, or later where the platform asked for more time. */
function notBefore(now: number, failures: number, error: PlatformError | null): number {
  return Math.max(now + backoff(failures), Math.min(error?.until ?? 0, now + LONGEST_PAUSE_MS));
}

/** The same line twice in a row says nothing new. */
function waitingLine(hold: Hold, event: string, detail: string): { event: string; detail: string } | undefined {
  return hold.row.problem?.includes(JSON.stringify(detail).slice(1, -1)) ? undefined : { event, detail };
}
