/** The first comment under a post: sent at most once, and a refusal is a warning, for the post itself is there. */
import { z } from "zod";
import { PlatformError } from "../contract.ts";
import { call, graphId, listAll, maybe } from "../shared/meta/index.ts";
import type { Landed } from "./checkpoint.ts";
import type { FacebookDelivery } from "./delivery.ts";
import { messageOf } from "./options.ts";

const made = z.object({ id: graphId });
const comment = z.object({
  id: maybe(graphId),
  message: maybe(z.string()),
  from: maybe(z.object({ id: maybe(graphId) })),
});

/** `target` is the post or video. Never throws a PlatformError. */
export async function addComment(delivery: FacebookDelivery, at: Landed, target: string): Promise<Landed> {
  if (at.comment === "none") return at;
  // Asked before writing too: after a restore this memory is older than what is under the post.
  const warning = (await isThere(delivery, target)) ? null : await write(delivery, at, target);
  const done: Landed = { ...at, comment: "none", warnings: warning ? [...at.warnings, warning] : at.warnings };
  delivery.save(done);
  if (!warning) delivery.note("First comment written");
  return done;
}

const doubt = Symbol("doubt");

async function write(delivery: FacebookDelivery, at: Landed, target: string): Promise<string | null> {
  // "sent" on arrival: an earlier step died with the request under way.
  const problem = at.comment === "sent" ? doubt : await send(delivery, at, target);
  if (problem !== doubt) return problem;
  if (await isThere(delivery, target)) return null;
  return "The first comment may be missing: Facebook's answer was lost. Look at the post, and write it there if it is not.";
}

/** What went wrong in words, `doubt` when the comment may be there all the same, null when all is well. */
async function send(delivery: FacebookDelivery, at: Landed, target: string): Promise<string | typeof doubt | null> {
  delivery.save({ ...at, comment: "sent" });
  const form = { message: messageOf(delivery.options.firstComment) };
  try {
    await call(delivery.session, { method: "POST", path: `/${target}/comments`, form }, made);
    return null;
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    if (error.kind === "transient" && error.sent) return doubt;
    return `The first comment was not written: ${error.message} Write it on Facebook.`;
  }
}

async function isThere(delivery: FacebookDelivery, target: string): Promise<boolean> {
  const words = messageOf(delivery.options.firstComment).trim();
  const query = { filter: "stream", order: "reverse_chronological", fields: "id,message,from,created_time", limit: 50 };
  try {
    const found = await listAll(delivery.session, { path: `/${target}/comments`, query }, comment, () => true);
    const own = delivery.session.remoteId;
    return found.some(({ message, from }) => message?.trim() === words && (from?.id ?? own) === own);
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    return false;
  }
}
