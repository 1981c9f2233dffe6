/** How a container stands: processed in its time, readable by its owner, gone after a day. */
import { GraphRefusal, unseen } from "../meta/refusal.ts";
import type { World } from "../world.ts";
import { publishNow } from "./posts.ts";
import type { Container } from "./store.ts";

const DAY = 24 * 3_600_000;
const PROCESSING_MS = 1500;
const SLOW_PROCESSING_MS = 20_000;

export function notReady(): GraphRefusal {
  return new GraphRefusal(9007, "Media ID is not available", {
    subcode: 2207027,
    words: "The media is not ready for publishing, please wait for a moment",
  });
}

export interface Status {
  code: "IN_PROGRESS" | "FINISHED" | "ERROR" | "EXPIRED" | "PUBLISHED";
  said: string;
}

/** How a container stands now; one whose publishing was held up is published as soon as the switch is off. */
export function statusOf(world: World, container: Container): Status {
  const mode = world.behaviour("instagram", "processing");
  const { mediaId, stuck, failure, createdAt, arrivedAt, awaitsBytes } = container;
  if (stuck && mode !== "stuck" && mediaId === "") publishNow(world, container);
  if (mediaId !== "" || (stuck && mode !== "stuck"))
    return { code: "PUBLISHED", said: "Published: Media has been published." };
  if (world.now() - createdAt > DAY)
    return { code: "EXPIRED", said: "Expired: The container was not published in time." };
  const reason = failure || (mode.startsWith("fail:") ? mode.slice(5) : "");
  const takes = mode === "slow" ? SLOW_PROCESSING_MS : PROCESSING_MS;
  if (stuck || mode === "never" || (awaitsBytes && !failure) || world.now() - arrivedAt < takes) {
    return { code: "IN_PROGRESS", said: "In progress: Media is still being processed." };
  }
  if (reason) return { code: "ERROR", said: `Error: Media upload has failed with error code ${reason}` };
  return { code: "FINISHED", said: "Finished: Media has been uploaded and it is ready to be published." };
}

/** A container as JSON. Throws 100/33 while reading is switched off. */
export function containerJson(world: World, container: Container, fields: readonly string[]): object {
  mustBeReadable(world, container.id);
  const { code, said } = statusOf(world, container);
  const textOnly = code === "ERROR" && world.behaviour("instagram", "status") === "text_only";
  return {
    id: container.id,
    ...(fields.includes("status_code") && !textOnly ? { status_code: code } : {}),
    ...(fields.includes("status") ? { status: textOnly ? "Error: Media download has failed." : said } : {}),
  };
}

/** A switch for what went on for days in 2026: single objects cannot be read, everything else works. */
export function mustBeReadable(world: World, id: string): void {
  if (world.behaviour("instagram", "reads") === "reads_100_33") throw unseen(id);
}
