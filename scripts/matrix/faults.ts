/** The faults of the matrix: what each does to one request, before or after it had its effect at the platform. */
import type { Fault } from "../../src/sandbox/faults.ts";

export interface MatrixFault {
  name: string;
  /** Done by the sandbox; null = nobody listens at the other end. */
  arm: (Partial<Fault> & Pick<Fault, "kind">) | null;
  /** The request gives up after so many ms instead of half a minute, so that the matrix ends. */
  timeout?: number;
}

const limited = { status: 429, headers: { "retry-after": "2" }, body: "{}" };

export const faults: readonly MatrixFault[] = [
  { name: "refused connection", arm: null },
  { name: "reset before reply", arm: { kind: "refuse" } },
  { name: "reset after effect", arm: { kind: "reset_after" } },
  { name: "timeout", arm: { kind: "timeout", ms: 4000 }, timeout: 900 },
  { name: "timeout after effect", arm: { kind: "timeout_after", ms: 4000 }, timeout: 900 },
  { name: "429", arm: { kind: "status", ...limited } },
  { name: "500", arm: { kind: "status", status: 500 } },
  { name: "500 after effect", arm: { kind: "status_after", status: 500 } },
  { name: "503", arm: { kind: "status", status: 503 } },
  { name: "503 after effect", arm: { kind: "status_after", status: 503 } },
  { name: "403 page of a proxy", arm: { kind: "status", status: 403 } },
  { name: "garbage", arm: { kind: "garbage" } },
  { name: "garbage after effect", arm: { kind: "garbage_after" } },
  { name: "truncated JSON", arm: { kind: "truncated" } },
  { name: "truncated after effect", arm: { kind: "truncated_after" } },
  { name: "slow drip", arm: { kind: "drip", ms: 6000 }, timeout: 900 },
  { name: "redirect elsewhere", arm: { kind: "redirect" } },
  { name: "redirect after effect", arm: { kind: "redirect_after" } },
  { name: "wrong content type", arm: { kind: "wrong_type" } },
  { name: "wrong type after effect", arm: { kind: "wrong_type_after" } },
];
