/** Fault switches: what goes wrong on the line or at the gate, for which request, how often. */
import type { Collection } from "./world.ts";

/**
 * Before the effect: refuse (connection closed unanswered), status (error reply), garbage, truncated, redirect, wrong_type, timeout.
 * After the effect: reset_after (effect done, connection closed), timeout_after (effect done, no reply), status_after (effect
 * done, error reply), garbage_after, truncated_after (half of the reply), redirect_after, wrong_type_after.
 * During an upload: cut (connection closed after `bytes` of the body were read; they count as received).
 * Slow: drip (reply comes a byte at a time over `ms`), delay (reply after `ms`).
 */
export type FaultKind =
  | "refuse"
  | "status"
  | "garbage"
  | "truncated"
  | "redirect"
  | "wrong_type"
  | "timeout"
  | "reset_after"
  | "status_after"
  | "garbage_after"
  | "truncated_after"
  | "timeout_after"
  | "redirect_after"
  | "wrong_type_after"
  | "cut"
  | "drip"
  | "delay";

export interface Fault {
  id: string;
  /** "POST open.tiktokapis.com/v2/post/publish/video/init/": method, real host and the path's beginning; "*" = every request. */
  request: string;
  kind: FaultKind;
  /** How many requests it still hits; each hit counts down; negative = without end. */
  times: number;
  /** Lets this many matching requests pass first. */
  skip: number;
  /** Chance of a hit, 0 to 1. */
  chance: number;
  status?: number;
  headers?: Record<string, string>;
  body?: string;
  bytes?: number;
  ms?: number;
}

export class Faults {
  readonly #faults: Collection<Fault>;

  constructor(faults: Collection<Fault>) {
    this.#faults = faults;
  }

  /** Arms a fault; what is left out is: once, at once, always. */
  arm(fault: Partial<Fault> & Pick<Fault, "request" | "kind">): Fault {
    const id = fault.id ?? `${Math.random().toString(36).slice(2)}`;
    return this.#faults.put(id, { times: 1, skip: 0, chance: 1, ...fault, id });
  }

  clear(): void {
    for (const fault of this.#faults.all()) this.#faults.delete(fault.id);
  }

  list(): Fault[] {
    return this.#faults.all();
  }

  /** The fault that hits this request now, counted down; undefined when it passes. */
  take(method: string, hostAndPath: string): Fault | undefined {
    const name = `${method} ${hostAndPath}`;
    for (const fault of this.#faults.all()) {
      if (fault.times === 0 || !(fault.request === "*" || name.startsWith(fault.request))) continue;
      if (fault.skip > 0) {
        this.#faults.put(fault.id, { ...fault, skip: fault.skip - 1 });
        continue;
      }
      if (fault.chance < 1 && Math.random() > fault.chance) continue;
      this.#faults.put(fault.id, { ...fault, times: fault.times - 1 });
      return fault;
    }
    return undefined;
  }
}
