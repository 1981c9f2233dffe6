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
