/** The first comment: sent at most once, and a refusal is a warning, for the post itself is there. */
import { z } from "zod";
import { PlatformError } from "../contract.ts";
import { graphId, maybe } from "../shared/meta/index.ts";
import type { Landed } from "./checkpoint.ts";
import { ask, askAll } from "./client.ts";
import { orNull, type InstagramDelivery } from "./delivery.ts";
import { captionOf } from "./options.ts";

const made = z.object({ id: graphId });
const entry = z.object({ text: maybe(z.string()), message: maybe(z.string()), username: maybe(z.string()) });

const doubt = Symbol("doubt");

/** The checkpoint without an open comment, and what the person should know. Never throws a PlatformError. */
export async function addComment(
  delivery: InstagramDelivery,
  at: Landed,
  mediaId: string,
): Promise<{ at: Landed; warning: string | null }> {
  // Asked before writing too: after a restore this memory is older than what is under the post.
  const warning = (await isThere(delivery, mediaId)) ? null : await write(delivery, at, mediaId);
  const done: Landed = { ...at, comment: "none" };
  delivery.save(done);
  if (!warning) delivery.note("First comment written");
  return { at: done, warning };
}

async function write(delivery: InstagramDelivery, at: Landed, mediaId: string): Promise<string | null> {
  // "sent" on arrival: an earlier step died with the request under way.
  const result = at.comment === "sent" ? doubt : await send(delivery, at, mediaId);
  if (result !== doubt) return result;
  if (await isThere(delivery, mediaId)) return null;
  return "The first comment may be missing: Instagram's answer was lost. Look at the post, and write it there if it is not.";
}

/** What went wrong in words, `doubt` when the comment may be there all the same, null when all is well. */
async function send(delivery: InstagramDelivery, at: Landed, mediaId: string): Promise<string | typeof doubt | null> {
  delivery.save({ ...at, comment: "sent" });
  const form = { message: wordsOf(delivery) };
  try {
    await ask(delivery.session, { method: "POST", path: `/${mediaId}/comments`, form }, made);
    return null;
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    if (error.kind === "transient" && error.sent) return doubt;
    return `The first comment was not written: ${error.message} Write it in the Instagram app.`;
  }
}

async function isThere(delivery: InstagramDelivery, mediaId: string): Promise<boolean> {
  const query = { fields: "text,username", limit: 50 };
  const list = await orNull(askAll(delivery.session, { path: `/${mediaId}/comments`, query }, entry, () => true));
  const own = delivery.session.extra["username"] || delivery.session.handle.replace(/^@/, "");
  const words = wordsOf(delivery);
  return (list ?? []).some(
    ({ text, message, username }) => (text ?? message)?.trim() === words && (username ?? own) === own,
  );
}

function wordsOf(delivery: InstagramDelivery): string {
  return captionOf(delivery.options.firstComment).trim();
}
