/** Tells a form that came a second time from one that wants something new. */
import { timingOf } from "../schedule.ts";
import type { FullPost, PostInput } from "../shapes.ts";
import type { Rooms } from "./compose.ts";
import { inputOf, type ComposeForm } from "./form.ts";

export type Sending = "draft" | "schedule" | "now";

/** The post that says what this form says and is where `pressed` would bring it; null when sending it would change anything. */
export function takenAlready(rooms: Rooms, workspaceId: string, form: ComposeForm, pressed: Sending): FullPost | null {
  const post = rooms.posts.find(workspaceId, form.id ?? form.newId);
  if (!post || contentOf(post) !== contentOf(inputOf(form))) return null;
  if (post.state !== (pressed === "draft" ? "draft" : "planned")) return null;
  if (pressed === "now") return (post.scheduledAt ?? Infinity) <= rooms.house.clock.now() ? post : null;
  return timingOf(inputOf(form))?.scheduledAt === post.scheduledAt ? post : null;
}

function contentOf({ text, media, channels }: PostInput): string {
  const versions = channels.map((one) => [one.channelId, one.text ?? null, one.media ?? null, one.options ?? {}]);
  return JSON.stringify([text, media, versions]);
}
