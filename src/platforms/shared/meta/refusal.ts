/** Turns a refusal of Meta's into the kind of problem that the engine acts on. */
import { PlatformError, type PlatformResponse } from "../../contract.ts";
import { faultIn, type GraphFault } from "./envelope.ts";
import { isKnown, reasonFor, type Reason, type Reasons } from "./reasons.ts";
import { usageOf } from "./usage.ts";

const MINUTE = 60_000;

/** The error for a reply that refuses. `now` is UTC ms and places the end of a limit; `own` rows come before the shared ones. */
export function refusalOf(reply: PlatformResponse, now: number, own?: Reasons): PlatformError {
  const fault = faultIn(reply);
  if (!fault) return byStatus(reply, now);
  const reason = reasonOf(fault, reply.status, own);
  return new PlatformError(reason.kind, {
    code: codeOf(fault),
    message: worded(reason, fault),
    remedy: reason.remedy,
    until: reason.kind === "rate_limited" ? endOf(reason, reply, now) : undefined,
    cause: { said: fault.message, data: fault.data, trace: fault.trace },
  });
}

/** A number that nobody knows, from a server that says that it is broken, refuses nothing for good. */
function reasonOf(fault: GraphFault, status: number, own?: Reasons): Reason {
  if (fault.shape === "oauth") return oauthReason(fault);
  return status >= 500 && !isKnown(fault, own)
    ? reasonFor({ ...fault, code: 2, subcode: null }, own)
    : reasonFor(fault, own);
}

/** Meta's numbers of an error: "190/460", "506"; "" for one that is not Meta's. */
export function metaCode(error: unknown): string {
  return error instanceof PlatformError ? error.code : "";
}

/** What Meta added to a refusal: the right offset of an upload, for one. */
export function dataOf(error: PlatformError): Record<string, unknown> {
  return (error.cause as { data?: Record<string, unknown> } | undefined)?.data ?? {};
}

/** An answer from something in front of Meta, or one that was cut short. */
export function unreadable(status: number): PlatformError {
  return new PlatformError("transient", {
    code: "unreadable",
    message: `Meta's answer could not be understood (status ${status}).`,
    remedy: "Nothing to do: it is tried again.",
  });
}

function codeOf(fault: GraphFault): string {
  const code = fault.code ?? (fault.shape === "rupload" ? "rupload" : "refused");
  return fault.subcode === null ? String(code) : `${code}/${fault.subcode}`;
}

/** Meta's own sentence follows where ours cannot say what exactly was wrong. */
function worded(reason: Reason, fault: GraphFault): string {
  const said = fault.forPeople || fault.message.replace(/^\(#\d+\)\s*/, "");
  return reason.quote && said ? `${reason.message} Meta says: ${said}` : reason.message;
}

function byStatus(reply: PlatformResponse, now: number): PlatformError {
  if (reply.status !== 429) return unreadable(reply.status);
  return new PlatformError("rate_limited", {
    code: "http_429",
    message: "Meta asks for a slower pace.",
    remedy: "Nothing to do: it is tried again.",
    until: endOf({ waitMs: MINUTE }, reply, now),
  });
}

/** Calling while blocked lengthens the block, so Meta's own estimate comes first. */
function endOf({ waitMs = MINUTE }: { waitMs?: number }, reply: PlatformResponse, now: number): number {
  const seconds = Number(reply.headers["retry-after"]);
  return now + (usageOf(reply.headers).regainMs || (seconds > 0 && seconds < 1e9 ? seconds * 1000 : waitMs));
}

function oauthReason(fault: GraphFault): Reason {
  const used = /matching code|already used|expired/i.test(fault.message);
  return {
    kind: "rejected",
    message: used ? "The sign-in was started too long ago or used already." : "Meta did not accept the sign-in.",
    remedy: used
      ? "Connect again."
      : "An administrator compares the app id, the app secret and the redirect address with the app's settings at Meta.",
    quote: !used,
  };
}
