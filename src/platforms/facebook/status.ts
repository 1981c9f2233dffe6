/** What Facebook says about a video: how far its upload, its processing and its publication are. */
import { z } from "zod";
import { PlatformError, type Session } from "../contract.ts";
import { call, graphId, metaCode, videoProblem } from "../shared/meta/index.ts";

const fault = z.object({ code: z.union([z.number(), z.string()]).optional(), message: z.string().optional() });
/** Meta's pages show `error`, its live replies `errors`. */
const phase = z.object({ status: z.string().optional(), error: fault.optional(), errors: z.array(fault).optional() });

const video = z.object({
  id: graphId.optional(),
  post_id: graphId.optional(),
  permalink_url: z.string().optional(),
  status: z
    .object({
      video_status: z.string().optional(),
      uploading_phase: phase.optional(),
      processing_phase: phase.optional(),
      publishing_phase: phase.extend({ publish_status: z.string().optional() }).optional(),
    })
    .default({}),
});

export type Video = z.infer<typeof video>;

/**
 * The video as the Page sees it; null when Facebook shows none of that id. `percent` is the fullest usage meter.
 * Throws as the Graph client does.
 */
export async function readVideo(
  session: Session,
  id: string,
  signal?: AbortSignal,
): Promise<{ video: Video | null; percent: number }> {
  const query = { fields: "status,post_id,permalink_url" };
  try {
    const { data, usage } = await call(session, { method: "GET", path: `/${id}`, query, signal }, video);
    return { video: data, percent: usage.percent };
  } catch (error) {
    if (metaCode(error) === "100/33") return { video: null, percent: 0 };
    throw error;
  }
}

const BROKEN = ["error", "upload_failed", "expired"];

/** How much of the file has arrived. */
export function uploadOf({ status }: Video): "all" | "some" | "nothing" | "broken" {
  const { uploading_phase: uploading, video_status: overall = "" } = status;
  if (BROKEN.includes(overall) || uploading?.status === "error") return "broken";
  if (uploading?.status === "complete") return "all";
  return uploading?.status === "in_progress" ? "some" : "nothing";
}

/**
 * What became of it: "live", "taken" (Facebook publishes it when it is processed), or "open" (nobody has told it to).
 * Throws rejected, in plain words, when Facebook could not process it.
 */
export function standingOf(found: Video): "live" | "taken" | "open" {
  refuseFailed(found);
  const { video_status: overall, publishing_phase: publishing } = found.status;
  if (publishing) {
    if (publishing.publish_status === "published") return "live";
    if (publishing.status === "complete" && overall === "ready") return "live";
    return publishing.status === "in_progress" || publishing.status === "complete" ? "taken" : "open";
  }
  if (overall === "ready") return "live";
  return overall === "processing" ? "taken" : "open";
}

/** A phase can carry an error while the whole still says "processing". */
function refuseFailed({ status }: Video): void {
  const phases = [status.uploading_phase, status.processing_phase, status.publishing_phase];
  const errors = phases.flatMap((one) => [...(one?.errors ?? []), ...(one?.error ? [one.error] : [])]);
  const failed = BROKEN.includes(status.video_status ?? "") || phases.some((one) => one?.status === "error");
  if (!failed && errors.length === 0) return;
  const code = String(errors[0]?.code ?? status.video_status ?? "error");
  throw new PlatformError("rejected", { code, ...videoProblem(code, errors[0]?.message ?? "") });
}

/** Facebook gives some links without their beginning. */
export function wholeAddress(address: string): string {
  return address.startsWith("/") ? `https://www.facebook.com${address}` : address;
}
