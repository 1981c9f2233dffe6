/** Sends the compose page, whole or as the pieces that follow from what stands in it. */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { FullPost } from "../shapes.ts";
import { sendFragment, sendPage, visitorOf, words, type Refusal } from "../../web/index.ts";
import { composeView, savedAgo, type ComposeView, type Rooms, type Said } from "./compose.ts";
import type { ComposeForm } from "./form.ts";
import { pictureOf, type PictureView } from "./pictures.ts";
import { counterOf } from "./versions.ts";

export interface Around {
  status?: number;
  /** UTC ms of the last save that the form stands on. */
  savedAt?: number | null;
  conflict?: FullPost;
  refusal?: Refusal["words"];
}

/** How many files the page without JavaScript lists. */
const RECENT = 30;
let zones: readonly string[] | null = null;

export async function sendCompose(
  rooms: Rooms,
  request: FastifyRequest,
  reply: FastifyReply,
  form: ComposeForm,
  said: Said,
  around: Around = {},
): Promise<FastifyReply> {
  const { workspace } = visitorOf(request);
  const view = await composeView(rooms, workspace, form, said);
  const page = { title: said.kind === "new" ? "New post" : "Edit post", nav: "posts", status: around.status };
  const data = {
    ...dataOf(rooms, view, around),
    recent: recentOf(rooms, workspace.id),
    zones: zonesWith(form.timeZone),
    maxUploadBytes: rooms.house.config.maxUploadBytes,
  };
  return sendPage(rooms.house, request, reply, "posts/compose", data, page);
}

/** Only what is derived; what the person types into is never part of it, or is merged around the caret. */
export async function sendParts(
  rooms: Rooms,
  request: FastifyRequest,
  reply: FastifyReply,
  form: ComposeForm,
  said: Said,
): Promise<FastifyReply> {
  const view = await composeView(rooms, visitorOf(request).workspace, form, said);
  return sendFragment(rooms.house, request, reply, "posts/compose/parts", { ...dataOf(rooms, view, {}), recent: [] });
}

/** What the autosave answers: the line that says so, and the version to go on from. */
export async function sendSaved(
  rooms: Rooms,
  request: FastifyRequest,
  reply: FastifyReply,
  form: ComposeForm,
  around: Around,
): Promise<FastifyReply> {
  const now = rooms.house.clock.now();
  const data = {
    ...notices(around, now),
    saved: savedOf(around, now),
    view: { form, kind: form.id ? "draft" : "new" },
  };
  return sendFragment(rooms.house, request, reply, "posts/compose/autosaved", data);
}

function dataOf(rooms: Rooms, view: ComposeView, around: Around) {
  const now = rooms.house.clock.now();
  return {
    view,
    sentence: settleSentence(view.open),
    ownCounters: view.versions.map((version) => counterOf(version.channel.platform.name, version.panel.counters)),
    textProblems: shared(view, "text"),
    mediaProblems: shared(view, "media"),
    saved: savedOf(around, now),
    ...notices(around, now),
  };
}

/** Problems of what all channels share, each once: the post's own, and those of channels without a version of theirs. */
function shared(view: ComposeView, field: "text" | "media") {
  const following = view.versions.filter(({ form }) => !(field === "text" ? form.ownText : form.ownMedia));
  const all = [...view.general, ...following.flatMap((version) => version.problems)];
  const own = all.filter((problem) => problem.field === field);
  return [...new Map(own.map((problem) => [problem.message, problem])).values()];
}

function settleSentence(open: number): string {
  return `${words.count(open, "thing").replace(/^o/, "O")} to settle before this can go out`;
}

function savedOf(around: Around, now: number): { at: number; words: string } | null {
  return around.savedAt ? { at: around.savedAt, words: savedAgo(around.savedAt, now) } : null;
}

function notices(around: Around, now: number) {
  const { conflict, refusal } = around;
  return {
    refusal: refusal ?? null,
    conflict: conflict ? { href: `/posts/${conflict.id}/edit`, ago: words.distance(conflict.updatedAt, now) } : null,
  };
}

function recentOf(rooms: Rooms, workspaceId: string): PictureView[] {
  const { items } = rooms.media.list(workspaceId, { limit: RECENT });
  return items.map((row) => pictureOf(rooms.media, row));
}

function zonesWith(chosen: string): string[] {
  zones ??= Intl.supportedValuesOf("timeZone");
  return [...new Set([chosen, "UTC", ...zones])].sort();
}
