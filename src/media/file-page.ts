/** Builds the page of one file: what was measured, in words, what is said about it, and where it is used. */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { MediaRow } from "../database/index.ts";
import type { House } from "../house.ts";
import { notFound, sendPage, visitorOf, words, type FormResult } from "../web/index.ts";
import type { MediaLibrary } from "./library.ts";
import { iconOf, tileOf } from "./tiles.ts";
import { codecName, formatName, rateWords } from "./words.ts";

/** A form that was refused comes back with its words and status 422. Throws 404 for a file of another workspace. */
export function sendFilePage(
  house: House,
  media: MediaLibrary,
  request: FastifyRequest,
  reply: FastifyReply,
  id: string,
  refused?: Extract<FormResult<unknown>, { ok: false }>,
): FastifyReply {
  const { workspace } = visitorOf(request);
  const row = media.find(workspace.id, id);
  if (!row) throw notFound("file");
  const described = { title: row.title, altText: row.alt_text, labels: labelsOf(row) };
  const data = {
    ...detailsOf(media, row, workspace.timeZone),
    values: refused?.values ?? described,
    errors: refused?.errors ?? {},
  };
  return sendPage(house, request, reply, "media/show", data, {
    title: row.title || row.name,
    nav: "media",
    status: refused ? 422 : 200,
  });
}

function labelsOf(row: MediaRow): string {
  return (JSON.parse(row.labels) as string[]).join(", ");
}

interface Use {
  href: string;
  text: string;
  word: string;
  hue: string;
  hollow: boolean;
}

function detailsOf(media: MediaLibrary, row: MediaRow, timeZone: string) {
  return {
    file: row,
    tile: tileOf(media, row),
    icon: iconOf(row),
    address: media.filePath(row),
    poster: media.posterUrl(row),
    facts: factLines(row, timeZone),
    uses: media.uses(row.workspace_id, row.id).map(useOf),
  };
}

function useOf(use: ReturnType<MediaLibrary["uses"]>[number]): Use {
  const said = use.state === "draft" ? { word: "Draft", hue: "", hollow: true } : words.stateWords(use.state);
  return { href: `/posts/${use.postId}`, text: use.text.trim() || "A post without words", ...said };
}

/** Pairs of name and value, in the order in which people ask. */
function factLines(row: MediaRow, timeZone: string): Array<[string, string]> {
  const lines: Array<[string, string | null]> = [
    ["File", row.name],
    ["Kind", row.mime && formatName(row.mime)],
    ["Size", row.bytes === null ? null : words.fileSize(row.bytes)],
    ["Pixels", row.width && row.height ? `${row.width} × ${row.height}` : null],
    ["Length", row.duration_ms === null ? null : words.playTime(row.duration_ms)],
    ["Frames", row.frame_rate === null ? null : rateWords(row.frame_rate)],
    ["Picture", row.video_codec && codecName(row.video_codec)],
    ["Sound", row.audio_codec ? codecName(row.audio_codec) : row.kind === "video" ? "None" : null],
    ["Turned", row.rotation ? `${row.rotation}°` : null],
    ["From", row.source_url && new URL(row.source_url).host],
    ["Added", `${words.fullDate(row.created_at, timeZone)}, ${words.clockTime(row.created_at, timeZone)}`],
  ];
  return lines.filter((line): line is [string, string] => line[1] !== null);
}
