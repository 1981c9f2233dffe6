/** What Instagram says of a container, whichever of its two fields it says it in. */
import { z } from "zod";
import { PlatformError, type Session } from "../contract.ts";
import { maybe } from "../shared/meta/index.ts";
import { ask } from "./client.ts";

export type Standing =
  | { is: "ready" | "processing" | "published" | "expired" }
  /** `subcode`: Instagram's number of the reason, "" when it gives none. */
  | { is: "failed"; subcode: string; said: string }
  /** Instagram does not show it; that happens with containers that are well, too. */
  | { is: "unreadable" };

const reply = z.object({ status_code: maybe(z.string()), status: maybe(z.string()) });

/** Reads a container's status. Throws PlatformError when there was no answer at all, or the sign-in is gone. */
export async function standingOf(session: Session, containerId: string, signal?: AbortSignal): Promise<Standing> {
  const query = { fields: "status_code,status" };
  try {
    return read(await ask(session, { method: "GET", path: `/${containerId}`, query, signal }, reply));
  } catch (error) {
    // 2026-11: fresh containers were unreadable for days while everything else worked; so this proves nothing.
    // https://github.com/gitroomhq/postiz-app/issues/1562
    if (error instanceof PlatformError && error.kind === "rejected") return { is: "unreadable" };
    throw error;
  }
}

/** Exported for its test. The code is missing at times, and then only the sentence tells. */
export function read({ status_code: code = "", status: said = "" }: z.infer<typeof reply>): Standing {
  const subcode = /2207\d{3}/.exec(said)?.[0] ?? "";
  switch (code) {
    case "FINISHED":
      return { is: "ready" };
    case "IN_PROGRESS":
      return { is: "processing" };
    case "PUBLISHED":
      return { is: "published" };
    case "EXPIRED":
      return { is: "expired" };
    case "ERROR":
      return { is: "failed", subcode, said };
    default:
      if (/error|fail/i.test(said) || subcode) return { is: "failed", subcode, said };
      if (/^finished/i.test(said)) return { is: "ready" };
      if (/^published/i.test(said)) return { is: "published" };
      if (/^expired/i.test(said)) return { is: "expired" };
      return /progress/i.test(said) ? { is: "processing" } : { is: "unreadable" };
  }
}

const WAITS = [3, 5, 10, 15, 30];
const HALF_HOUR_MS = 30 * 60_000;

/** Milliseconds before the next look: quick at first, then once a minute, after half an hour every five minutes. */
export function waitBefore(looks: number, age: number): number {
  if (age > HALF_HOUR_MS) return 300_000;
  return 1000 * (WAITS[looks] ?? 60);
}
