/** What Facebook says about a video: how far its upload, its processing and its publication are. */
import { z } from "zod";
import { PlatformError, type Session } from "../contract.ts";
import { call, graphId, maybe, metaCode, numeric, videoProblem } from "../shared/meta/index.ts";

const fault = z.object({ code: maybe(z.union([z.number(), z.string()])), message: maybe(z.string()) });
/** Meta's pages show `error`, its live replies `errors`. */
const phase = z.object({ status: maybe(z.string()), error: maybe(fault), errors: maybe(z.array(fault)) });

const video = z.object({
  id: maybe(graphId),
  post_id: maybe(graphId),
  permalink_url: maybe(z.string()),
  published: maybe(z.boolean()),
  status: z
    .object({
      video_status: maybe(z.string()),
      // Meta's pages spell it with one r, its live replies with two.
      uploading_phase: maybe(phase.extend({ bytes_transferred: maybe(numeric), bytes_transfered: maybe(numeric) })),
      processing_phase: maybe(phase),
      publishing_phase: maybe(phase.extend({ publish_status: maybe(z.string()) })),
    })
    .catch({}),
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
  const read = async (fields: string) => {
    const { data, usage } = await call(session, { method: "GET", path: `/${id}`, query: { fields }, signal }, video);
    return { video: data, percent: usage.percent };
  };
  try {
    return await read("status,post_id,permalink_url,published").catch((error: unknown) => {
      // A name that Meta dropped takes the others with it.
      if (metaCode(error) === "100") return read("status");
      throw error;
    });
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
  if (uploading?.status !== undefined) return uploading.status === "in_progress" ? "some" : "nothing";
  // Without a word about the upload the whole video's state has to do.
  return ["upload_complete", "processing", "ready"].includes(overall) ? "all" : "nothing";
}

/** Bytes that Facebook has of the file; 0 when it does not say. */
export function arrivedOf({ status }: Video): number {
  const { bytes_transferred: live, bytes_transfered: documented } = status.uploading_phase ?? {};
  return live ?? documented ?? 0;
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
    if (publishing.status === "complete" && (overall ?? "ready") === "ready") return "live";
    if (publishing.status === "in_progress" || publishing.status === "complete") return "taken";
  }
  // What is said of the video itself stands where its phases say nothing.
  if (found.published === true) return (overall ?? "ready") === "ready" ? "live" : "taken";
  if (publishing || found.published === false) return "open";
  if (overall === "ready") return "live";
  return overall === "processing" ? "taken" : "open";
}

/** True when Facebook says nothing at all about how the video stands. */
export function isSilent({ status, published }: Video): boolean {
  return published === undefined && Object.values(status).every((part) => part === undefined);
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
