/** What the form edits, and asking its platforms what they allow today. */
import type { FastifyRequest } from "fastify";
import type { Publishing } from "../../publishing/index.ts";
import { visitorOf } from "../../web/index.ts";
import type { ComposeView, Rooms } from "./compose.ts";
import { readCompose, type ComposeForm } from "./form.ts";

export interface WritingRooms extends Rooms {
  publishing: Publishing;
}

/** How long a page waits for what platforms have to say. */
const ASK_WITHIN_MS = 4000;

export function readForm(request: FastifyRequest): ComposeForm {
  return readCompose(request.body, visitorOf(request).workspace.timeZone);
}

/** What the form edits, by the row: a hidden field could be old. */
export function kindOf(rooms: Rooms, request: FastifyRequest, form: ComposeForm): ComposeView["kind"] {
  const post = form.id ? rooms.posts.find(visitorOf(request).workspace.id, form.id) : null;
  return post ? post.state : "new";
}

/** Asks one platform, whatever is known already; one that does not answer is named, and the form works without. */
export async function askOne(rooms: Rooms, workspaceId: string, form: ComposeForm, id: string): Promise<ComposeForm> {
  const asked = [...form.asked.filter((one) => one !== id), id];
  const silent = form.silent.filter((one) => one !== id);
  try {
    await rooms.channels.freshPreparation(workspaceId, id);
    return { ...form, asked, silent };
  } catch {
    return { ...form, asked, silent: [...silent, id] };
  }
}

/** For the page without JavaScript, which cannot ask by itself. */
export async function askAll(rooms: Rooms, workspaceId: string, form: ComposeForm): Promise<ComposeForm> {
  const known = form.channels.filter((id) => rooms.channels.find(workspaceId, id));
  await withinReason(known.map((id) => rooms.channels.freshPreparation(workspaceId, id)));
  const silent = known.filter((id) => rooms.channels.preparationNow(workspaceId, id) === null);
  return { ...form, asked: known, silent };
}

/** Facts are kept for minutes only: who writes longer than that finds them renewed instead of gone. */
export async function renewFacts(rooms: Rooms, workspaceId: string, form: ComposeForm): Promise<void> {
  const gone = form.channels
    .filter((id) => form.asked.includes(id) && !form.silent.includes(id) && rooms.channels.find(workspaceId, id))
    .filter((id) => rooms.channels.preparationNow(workspaceId, id) === null);
  await withinReason(gone.map((id) => rooms.channels.freshPreparation(workspaceId, id)));
}

async function withinReason(answers: ReadonlyArray<Promise<unknown>>): Promise<void> {
  if (answers.length === 0) return;
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise((resolve) => (timer = setTimeout(resolve, ASK_WITHIN_MS)));
  await Promise.race([Promise.allSettled(answers), enough]);
  clearTimeout(timer);
}
