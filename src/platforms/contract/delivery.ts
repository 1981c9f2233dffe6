/** Publishing: what a module is handed, the fence, and the words a step ends with. */
import type { Readable } from "node:stream";
import type { MediaFacts } from "./draft.ts";
import type { Session } from "./session.ts";

/** A file that can be sent: by byte range (never whole in memory) or, for platforms that pull, by a signed public address. */
export interface DeliveryMedia extends MediaFacts {
  /** Bytes [start, end). */
  read(start: number, end: number): Readable;
  /** A signed address good for `minutes`, or null when this install has no public https address. `as: "jpeg"` converts images. */
  publicUrl(minutes: number, as?: "jpeg"): Promise<string | null>;
}

export interface Delivery<Options, Checkpoint> {
  session: Session;
  text: string;
  media: readonly DeliveryMedia[];
  options: Options;
  asset(mediaId: string): DeliveryMedia | null;
  /** UTC ms at which this publication first started; for matching what is found at the platform. */
  startedAt: number;
  now(): number;
  /** Aborted when the process stops or the person cancels before the fence. */
  signal: AbortSignal;
  /** Writes the checkpoint durably before returning. After a `commit` it also says: the deciding request was answered. */
  save(checkpoint: Checkpoint): void;
  /**
   * Written durably just before the one request that can make the post public.
   * If the process dies, or the request ends in doubt, after this, `reconcile` is asked and `publish` is never called again.
   * A definite refusal of that request is thrown as rejected, rate_limited or signed_out and reopens the fence.
   * Called again in the same step, it writes down what the answer taught, for `resume` or `reconcile`.
   */
  commit(checkpoint: Checkpoint): void;
  /** A line of the timeline, in plain words; never a token, an upload address or a handle. */
  note(event: string, detail?: string): void;
  /** Bytes sent so far of all bytes to send; drives the bar, cheap to call often. */
  progress(sent: number, total: number): void;
}

export type Outcome<Checkpoint> =
  /** Live, says the platform. With `checkpoint` and `lookAgainAt`, `resume` is called later to fill in a missing id or link. */
  | {
      state: "published";
      remoteId: string | null;
      url: string | null;
      /** What the person should know although it worked: "The thumbnail was refused: …". */
      warnings?: string[];
      checkpoint?: Checkpoint;
      lookAgainAt?: number;
    }
  /** In the creator's inbox at the platform; they finish it there. */
  | { state: "in_inbox"; checkpoint: Checkpoint; lookAgainAt: number; expiresAt: number | null }
  /** Not finished: `resume` is called at `lookAgainAt` (UTC ms). */
  | { state: "waiting"; checkpoint: Checkpoint; lookAgainAt: number };

export type Verdict<Checkpoint> =
  | { verdict: "landed"; outcome: Outcome<Checkpoint> }
  /** Surely not there. With a checkpoint `resume` goes on from it (same upload), without one `publish` starts anew. */
  | { verdict: "absent"; checkpoint?: Checkpoint }
  | { verdict: "later"; lookAgainAt: number; checkpoint?: Checkpoint }
  /** The platform cannot tell: a person is asked. */
  | { verdict: "unknown" };
