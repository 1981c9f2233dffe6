/** What can still be done with a post as a whole, and the sentence that says why not. */
import type { PublicationState } from "../database/index.ts";
import type { FullPost } from "./shapes.ts";

const WAITING: readonly PublicationState[] = ["scheduled", "held"];
const BEGUN: readonly PublicationState[] = ["publishing", "confirming", "in_inbox", "unconfirmed"];

/** Null when it may be given another time: a draft that has one, or a post of which every part waits. */
export function whyNotMoved(post: FullPost): string | null {
  if (post.state === "draft") return post.scheduledAt === null ? "It is a draft without a time." : null;
  if (post.publications.every(({ state }) => WAITING.includes(state))) return null;
  return said(post) ?? "A part of it failed or was called off. Give it a new time on its own page.";
}

/** Null when a part of it waits to go out. */
export function whyNotCalledOff(post: FullPost): string | null {
  if (post.state === "draft") return "It is a draft; nothing of it is on the schedule.";
  if (post.publications.some(({ state }) => WAITING.includes(state))) return null;
  return said(post) ?? "Nothing of it waits to go out.";
}

function said({ publications }: FullPost): string | null {
  const out = publications.filter(({ state }) => state === "published").length;
  if (out > 0) return out === publications.length ? "It is already published." : "A part of it is already published.";
  const begun = publications.filter(({ state }) => BEGUN.includes(state)).length;
  if (begun > 0)
    return begun === publications.length ? "It is already on its way." : "A part of it is already on its way.";
  return null;
}
