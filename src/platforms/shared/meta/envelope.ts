/** Reads Meta's three ways of saying no, whatever the status of the reply. */
import { z } from "zod";
import type { PlatformResponse } from "../../contract.ts";

/** One refusal, in one shape. */
export interface GraphFault {
  /** Which of the three it was: the Graph's own, the sign-in's, or that of the upload host. */
  shape: "graph" | "oauth" | "rupload";
  /** Meta's number; null when none came. */
  code: number | null;
  subcode: number | null;
  /** What Meta wrote for developers, one line. */
  message: string;
  /** What Meta wrote for people, in their language; "" when nothing. */
  forPeople: string;
  /** Meta says itself that trying again may help. */
  transient: boolean;
  /** Further facts (`error_data`), parsed where they came as text. */
  data: Record<string, unknown>;
  /** Meta's name for the call, for asking its support. */
  trace: string;
}

// Only that there is an `error` decides; what is odd within it is left out and never hides the refusal.
const number = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^-?\d+$/)
      .transform(Number),
  ])
  .nullish()
  .catch(null);
const words = z.string().nullish().catch(null);
const flag = z
  .union([z.boolean(), z.literal("true").transform(() => true)])
  .nullish()
  .catch(null);

const graph = z.object({
  error: z.object({
    message: words,
    code: number,
    error_subcode: number,
    is_transient: flag,
    error_user_title: words,
    error_user_msg: words,
    error_data: z.unknown().optional(),
    fbtrace_id: words,
  }),
});

const oauth = z.object({ error_type: z.string(), code: number, error_message: words });

const rupload = z.object({ debug_info: z.object({ retriable: flag, type: words, message: words }) });

/** The refusal in a reply's body; null when the body is none. A good status proves nothing: Meta also refuses with 200. */
export function faultIn(reply: PlatformResponse): GraphFault | null {
  return fromGraph(reply.json) ?? fromRupload(reply.json) ?? fromOAuth(reply.json);
}

function fromGraph(json: unknown): GraphFault | null {
  const parsed = graph.safeParse(json);
  if (!parsed.success) return null;
  const { error } = parsed.data;
  const title = plain(error.error_user_title ?? "");
  const words = plain(error.error_user_msg ?? "");
  return {
    shape: "graph",
    code: error.code ?? null,
    subcode: error.error_subcode ?? null,
    message: plain(error.message ?? ""),
    forPeople: title && words && !words.startsWith(title) ? `${title}: ${words}` : words || title,
    transient: error.is_transient === true,
    data: asRecord(error.error_data),
    trace: error.fbtrace_id ?? "",
  };
}

function fromOAuth(json: unknown): GraphFault | null {
  const parsed = oauth.safeParse(json);
  if (!parsed.success) return null;
  const { code, error_message: message } = parsed.data;
  return { ...nothing, shape: "oauth", code: code ?? null, message: plain(message ?? "") };
}

/** The upload host hides a Graph error, as text, inside its own. */
function fromRupload(json: unknown): GraphFault | null {
  const parsed = rupload.safeParse(json);
  if (!parsed.success) return null;
  const { message, retriable } = parsed.data.debug_info;
  const inner = fromGraph(asRecord(message));
  return {
    ...(inner ?? { ...nothing, message: plain(message ?? "") }),
    shape: "rupload",
    transient: retriable === true || (inner?.transient ?? false),
  };
}

const nothing = { code: null, subcode: null, message: "", forPeople: "", transient: false, data: {}, trace: "" };

/** An object as it is, or the one inside a JSON text; {} for everything else. */
function asRecord(value: unknown): Record<string, unknown> {
  if (typeof value === "string") {
    try {
      return asRecord(JSON.parse(value) as object);
    } catch {
      return {};
    }
  }
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function plain(text: string): string {
  return text.replace(/\s+/g, " ").trim().slice(0, 300);
}
