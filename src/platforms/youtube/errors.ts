/** Turns YouTube's refusals into the kinds of problem that the engine acts on. */
import { PlatformError, type PlatformResponse } from "../contract.ts";
import { googleError, nextPacificMidnight, retryAfter } from "../shared/google/index.ts";
import { reasons, sameAs, type Reason, type Wait } from "./reasons.ts";

/** The error for a reply that refuses. `now` is UTC ms and places the end of a limit. */
export function refusal(reply: PlatformResponse, now: number): PlatformError {
  const error = googleError(reply);
  const code = rowOf(reply.status, error.reason, error.domain, error.message);
  const reason = (Object.hasOwn(reasons, code) && reasons[code]) || byStatus(reply.status, error.message);
  return new PlatformError(reason.kind, {
    code: error.reason || `http_${reply.status}`,
    message: reason.message,
    remedy: reason.remedy,
    until: untilOf(reason, now, retryAfter(reply, now)),
  });
}

/** True when a new access token may help: the token is refused, not the account behind it. */
export function needsRenewal(reply: PlatformResponse): boolean {
  if (reply.status !== 401) return false;
  const { reason, domain } = googleError(reply);
  return reason !== "youtubeSignupRequired" && domain !== "youtube.header";
}

/** Anything that was thrown, as a PlatformError; what is none is thrown on, because it is a fault of ours. */
export function asPlatformError(error: unknown): PlatformError {
  if (error instanceof PlatformError) return error;
  throw error;
}

function rowOf(status: number, reason: string, domain: string, message: string): string {
  // 2026-11: the empty upload bucket looks like haste; only the words "per day" tell them apart.
  // https://github.com/googleapis/google-api-python-client/issues/2753
  if (/per day/i.test(message) && (status === 429 || status === 403)) {
    return /upload/i.test(message) ? "uploadsPerDay" : "quotaExceeded";
  }
  if (domain === "youtube.header" || /does not have a linked YouTube account/i.test(message)) {
    return "youtubeSignupRequired";
  }
  return (Object.hasOwn(sameAs, reason) && sameAs[reason]) || reason;
}

function byStatus(status: number, message: string): Reason {
  if (status >= 500 || status === 408) return reasons["backendError"]!;
  if (status === 429) return reasons["rateLimitExceeded"]!;
  if (status === 401) return reasons["authError"]!;
  // A redirect comes from something in front of YouTube: nothing was decided there.
  if (status < 400) {
    return {
      kind: "transient",
      message: "YouTube answered with something that cannot be read.",
      remedy: "Nothing to do: it is tried again.",
    };
  }
  if (message === "") {
    return {
      kind: "rejected",
      message: `The request was refused in YouTube's name, without a reason (${status}).`,
      remedy:
        "Try again later. If it stays so, see whether a proxy or firewall of this server answers in YouTube's place.",
    };
  }
  return {
    kind: "rejected",
    message: `YouTube refused: ${message}`,
    remedy: "Change what the message names and try again.",
  };
}

function untilOf({ kind, wait }: Reason, now: number, retryMs: number | null): number | undefined {
  if (wait) return endOf(wait, now, retryMs);
  return kind === "transient" && retryMs !== null ? now + retryMs : undefined;
}

function endOf(wait: Wait, now: number, retryMs: number | null): number {
  if (wait === "pacific_midnight") return nextPacificMidnight(now);
  if (wait === "day") return now + 24 * 3_600_000;
  return now + (retryMs ?? (wait === "hour" ? 3_600_000 : 60_000));
}
