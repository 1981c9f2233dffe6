/** What a failed container means: worth making anew, or the end, in plain words. */
import { PlatformError } from "../contract.ts";
import { reasons } from "./reasons.ts";
import type { Standing } from "./standing.ts";

type Failed = Extract<Standing, { is: "failed" }>;

/** Faults of Instagram's own or of the line: the same file may well go through a second time. */
export function worthAnotherTry({ subcode, said }: Failed): boolean {
  const reason = reasons[subcode];
  return reason ? reason.kind === "transient" : /download|fetch|timed? ?out/i.test(said);
}

/** The final word on a container that failed. */
export function failure({ subcode, said }: Failed): PlatformError {
  const reason = reasons[subcode];
  const quote = said.replace(/^Error:\s*/i, "").slice(0, 200);
  return new PlatformError("rejected", {
    code: subcode || "ERROR",
    message: reason?.message ?? `Instagram could not process the post${quote ? `: ${quote}` : "."}`,
    remedy:
      reason && reason.kind !== "transient"
        ? reason.remedy
        : "Nothing was published. Look at the file, then send it again.",
  });
}

/** Made anew too often. */
export function lapsed(): PlatformError {
  return new PlatformError("rejected", {
    code: "2207020",
    message: "Instagram did not finish preparing the post within a day, several times over. Nothing was published.",
    remedy: "Send it again; if it fails again, export the file anew.",
  });
}
