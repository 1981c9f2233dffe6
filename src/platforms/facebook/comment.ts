/** The first comment under a post: sent at most once, and a refusal is a warning, for the post itself is there. */
import { z } from "zod";
import { PlatformError } from "../contract.ts";
import { call, graphId, listAll } from "../shared/meta/index.ts";
import type { Landed } from "./checkpoint.ts";
import type { FacebookDelivery } from "./delivery.ts";
import { messageOf } from "./options.ts";

const made = z.object({ id: graphId });
const comment = z.object({ id: graphId, message: z.string().optional() });

/** `target` is the post or video. Never throws a PlatformError. */
export async function addComment(delivery: FacebookDelivery, at: Landed, target: string): Promise<Landed> {
  if (at.comment === "none") return at;
  // "sent" on arrival: an earlier step died with the request under way.
  const problem = at.comment === "sent" ? doubt : await send(delivery, at, target);
  const warning = problem === doubt ? await askAbout(delivery, target) : problem;
  const done: Landed = { ...at, comment: "none", warnings: warning ? [...at.warnings, warning] : at.warnings };
  delivery.save(done);
  if (!warning) delivery.note("First comment written");
  return done;
}

const doubt = Symbol("doubt");

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

async function askAbout(delivery: FacebookDelivery, target: string): Promise<string | null> {
  const words = messageOf(delivery.options.firstComment).trim();
  const query = { filter: "stream", order: "reverse_chronological", fields: "id,message", limit: 50 };
  try {
    const found = await listAll(delivery.session, { path: `/${target}/comments`, query }, comment, () => true);
    if (found.some(({ message }) => message?.trim() === words)) return null;
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
  }
  return "The first comment may be missing: Facebook's answer was lost. Look at the post, and write it there if it is not.";
}
