/** Reads Google's error envelope, which may be missing, empty or HTML. */
import { z } from "zod";
import type { PlatformResponse } from "../../contract.ts";

const word = z.string().optional().catch(undefined);
/** What cannot be read of it counts as missing, so that one odd field hides none of the others. */
const envelope = z.object({
  error: z.object({
    message: word,
    status: word,
    errors: z
      .array(z.object({ reason: word, domain: word, message: word }))
      .optional()
      .catch(undefined),
    details: z
      .array(z.looseObject({ reason: word }))
      .optional()
      .catch(undefined),
  }),
});

export interface GoogleError {
  /** `errors[0].reason`, else the reason of the details, else "". */
  reason: string;
  domain: string;
  /** Google's own sentence without its HTML, "" when there is none. */
  message: string;
}

/** The error in a reply; all fields are "" when the reply is not Google's envelope. */
export function googleError(reply: PlatformResponse): GoogleError {
  const parsed = envelope.safeParse(reply.json);
  if (!parsed.success) return { reason: "", domain: "", message: "" };
  const { error } = parsed.data;
  const first = error.errors?.[0];
  const detail = error.details?.find((entry) => entry.reason)?.reason;
  return {
    reason: first?.reason ?? detail ?? error.status ?? "",
    domain: first?.domain ?? "",
    message: plain(error.message ?? first?.message ?? ""),
  };
}

function plain(text: string): string {
  return text
    .replace(/<[^<>]*>/g, "")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 300);
}

/** Milliseconds of a Retry-After in seconds or as a date; null when there is none. */
export function retryAfter(reply: PlatformResponse, now: number): number | null {
  const value = reply.headers["retry-after"];
  if (!value) return null;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
