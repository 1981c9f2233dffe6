/** Builds the library's pages: the grid with its filters, the piece that "Show more" asks for, and the picker. */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { House } from "../house.ts";
import { isHtmx, sendFragment, sendPage, visitorOf, words } from "../web/index.ts";
import type { MediaLibrary } from "./library.ts";
import { plainQuery, queryString, type Filters } from "./filters.ts";
import { tileOf } from "./tiles.ts";

export interface UploadProblem {
  /** File name; "" when none was chosen. */
  name: string;
  status: number;
  title: string;
  message: string;
  next: string;
}

const PER_PAGE = 36;

/** The page, or for htmx only the part that changes: everything below the filters, or the next tiles after a cursor. */
export function sendLibrary(
  house: House,
  media: MediaLibrary,
  request: FastifyRequest,
  reply: FastifyReply,
  outcome: { problems?: UploadProblem[]; added?: number } = {},
): FastifyReply {
  const { workspace } = visitorOf(request);
  const filters = plainQuery(request.query);
  const page = media.list(workspace.id, { ...filters, limit: PER_PAGE });
  const { files, bytes } = media.weight(workspace.id);
  const data = {
    tiles: page.items.map((row) => tileOf(media, row)),
    more: page.nextCursor && `/media?${queryString({ ...filters, cursor: page.nextCursor })}`,
    filters,
    narrowed: Boolean(filters.search || filters.kind || filters.use),
    empty: files === 0 && page.items.length === 0 && !filters.cursor,
    title: titleOf(files, bytes),
    maxBytes: house.config.maxUploadBytes,
    problems: outcome.problems ?? [],
    added: outcome.added ?? 0,
  };
  if (isHtmx(request) && filters.cursor) return sendFragment(house, request, reply, "media/more", data);
  if (isHtmx(request)) return sendFragment(house, request, reply, "media/results", data);
  return sendPage(house, request, reply, "media/library", data, {
    title: "Media",
    nav: "media",
    status: outcome.problems?.[0]?.status ?? 200,
  });
}

/** Tiles to choose from, for the dialog of the compose page. */
export function sendPicker(
  house: House,
  media: MediaLibrary,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const { workspace } = visitorOf(request);
  const filters: Filters = plainQuery(request.query);
  const page = media.list(workspace.id, { ...filters, ready: true, limit: PER_PAGE });
  const data = {
    tiles: page.items.map((row) => tileOf(media, row)),
    more: page.nextCursor && `/media/pick?${queryString({ ...filters, cursor: page.nextCursor })}`,
    filters,
  };
  // The picker's own search asks for the results alone, so that the field keeps its caret.
  const { part: asked } = request.query as { part?: unknown };
  const part = filters.cursor ? "media/pick-more" : asked === "results" ? "media/pick-results" : "media/pick";
  return sendFragment(house, request, reply, part, data);
}

/** "12 files, 340 MB" */
export function titleOf(files: number, bytes: number): string {
  if (files === 0) return "Nothing here yet";
  return `${words.count(files, "file").replace(/^one/, "One")}, ${words.fileSize(bytes)}`;
}
