/** Why a request brought no whole reply. */

export type OutboundReason =
  "blocked" | "refused" | "unreachable" | "timeout" | "reset" | "too_large" | "aborted" | "bad_address";

/** `sent: false` promises that nothing of the request can have reached the other side. */
export class OutboundError extends Error {
  readonly reason: OutboundReason;
  readonly sent: boolean;

  constructor(reason: OutboundReason, message: string, options: { sent: boolean; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.name = "OutboundError";
    this.reason = reason;
    this.sent = options.sent;
  }
}

const NEVER_SENT = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** What a fault on the line means. `progressed`: bytes of the request's body have left already. */
export function translate(error: unknown, progressed: boolean): OutboundError {
  if (error instanceof OutboundError) return error;
  const cause = error as { name?: string; code?: string; message?: string; cause?: unknown };
  if (cause.cause instanceof OutboundError) return cause.cause;
  const code = cause.code ?? "";
  const sent = progressed || !NEVER_SENT.has(code);
  const reason: OutboundReason =
    cause.name === "AbortError" || code === "UND_ERR_ABORTED"
      ? "aborted"
      : code === "ECONNREFUSED"
        ? "refused"
        : /TIMEOUT/.test(code)
          ? "timeout"
          : NEVER_SENT.has(code)
            ? "unreachable"
            : "reset";
  return new OutboundError(reason, PLAIN[reason], { sent, cause: error });
}

/** A sentence for each. */
export const PLAIN: Record<OutboundReason, string> = {
  blocked: "That address is not on the public internet.",
  refused: "The connection was refused.",
  unreachable: "The host could not be reached.",
  timeout: "No answer came in time.",
  reset: "The connection broke before a whole answer came.",
  too_large: "The answer is larger than allowed.",
  aborted: "The request was called off.",
  bad_address: "That is not an address that can be fetched.",
};
