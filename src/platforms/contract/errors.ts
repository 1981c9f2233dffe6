/** The one error a platform module throws, and the five kinds the engine acts on. */

/** What went wrong, in the only five ways the publishing engine knows how to act on. */
export type ProblemKind = "transient" | "rate_limited" | "signed_out" | "rejected" | "unknown_outcome";

/**
 * The one error a platform module throws.
 * `code` is the vendor's own code, `message` plain words, `remedy` the next step for a person.
 * `until` (UTC ms) says when a rate limit ends, or before when a transient fault asks not to be tried again; `sent: false` promises that the request never left this machine.
 */
export class PlatformError extends Error {
  readonly kind: ProblemKind;
  readonly code: string;
  readonly remedy: string;
  readonly until: number | null;
  readonly sent: boolean;

  constructor(
    kind: ProblemKind,
    facts: { code: string; message: string; remedy?: string; until?: number; sent?: boolean; cause?: unknown },
  ) {
    super(facts.message, { cause: facts.cause });
    this.name = "PlatformError";
    this.kind = kind;
    this.code = facts.code;
    this.remedy = facts.remedy ?? "";
    this.until = facts.until ?? null;
    this.sent = facts.sent ?? true;
  }
}
