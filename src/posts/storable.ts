/** What a post must be to be stored at all, draft or not: bounded, in a real time zone, made of the workspace's own. */
import type { Db } from "../database/index.ts";
import { isTimeZone } from "../time-zone.ts";
import { assetIds } from "./drafts.ts";
import { timingOf } from "./schedule.ts";
import type { ChannelInput, PostInput, PostProblem } from "./shapes.ts";

export const MAX_TEXT = 20_000;
export const MAX_MEDIA = 35;
export const MAX_CHANNELS = 50;
/** Characters of one channel's options as JSON. */
const MAX_OPTIONS = 50_000;
/** The last millisecond of the year 9999. */
const LAST_INSTANT = 253_402_300_799_999;

/** Problems that keep this input out of the tables; ids of other workspaces look like ids that never were. */
export function storageProblems(db: Db, workspaceId: string, input: PostInput): PostProblem[] {
  return [
    ...timeProblems(input),
    ...sizeProblems(input),
    ...channelProblems(db, workspaceId, input),
    ...mediaProblems(db, workspaceId, input),
  ];
}

function timeProblems(input: PostInput): PostProblem[] {
  if (!isTimeZone(input.timeZone)) {
    return [problem(null, "timeZone", "There is no time zone of that name.", "Use an IANA name such as Europe/Paris.")];
  }
  const timing = timingOf(input);
  const at = timing ? (timing.scheduledAt ?? 0) : NaN;
  if (Number.isSafeInteger(at) && at >= 0 && at <= LAST_INSTANT) return [];
  return [
    problem(null, "scheduledAt", "That is not a date and time.", "Give a date and a time such as 2026-12-01T17:30."),
  ];
}

function sizeProblems(input: PostInput): PostProblem[] {
  const found = input.channels.flatMap((channel) => [
    ...bounds(channel.channelId, channel.text ?? "", channel.media ?? []),
    ...(JSON.stringify(channel.options ?? {}).length > MAX_OPTIONS
      ? [problem(channel.channelId, "options", "The options of this channel are too long.", "Shorten them.")]
      : []),
  ]);
  if (input.channels.length > MAX_CHANNELS) {
    const message = `A post goes to at most ${MAX_CHANNELS} channels.`;
    found.push(problem(null, "channels", message, "Leave some out, or make a second post."));
  }
  return [...bounds(null, input.text, input.media), ...found];
}

function bounds(channelId: string | null, text: string, media: readonly string[]): PostProblem[] {
  const found: PostProblem[] = [];
  if (text.length > MAX_TEXT) {
    const message = `The text has ${text.length} characters; Postern keeps ${MAX_TEXT}.`;
    found.push(problem(channelId, "text", message, "Shorten it."));
  }
  if (media.length > MAX_MEDIA) {
    found.push(problem(channelId, "media", `A post holds at most ${MAX_MEDIA} files.`, "Leave some out."));
  }
  return found;
}

function channelProblems(db: Db, workspaceId: string, input: PostInput): PostProblem[] {
  const ids = input.channels.map((channel) => channel.channelId);
  const own = ownIds(db, "channels", workspaceId, ids);
  return [...new Set(ids)].flatMap((id) => {
    if (!own.has(id))
      return [problem(id, "channelId", "There is no such channel here.", "Choose one of your channels.")];
    const twice = ids.indexOf(id) !== ids.lastIndexOf(id);
    return twice ? [problem(id, "channelId", "This channel is named twice.", "Name each channel once.")] : [];
  });
}

function mediaProblems(db: Db, workspaceId: string, input: PostInput): PostProblem[] {
  const own = ownIds(db, "media", workspaceId, mediaIdsOf(input));
  const strangers = (channelId: string | null, field: string, ids: readonly string[]): PostProblem[] =>
    ids.some((id) => !own.has(id))
      ? [problem(channelId, field, "A file is not among your media, or was deleted.", "Choose it again.")]
      : [];
  return [
    ...strangers(null, "media", input.media),
    ...input.channels.flatMap((channel) => [
      ...strangers(channel.channelId, "media", channel.media ?? []),
      ...assetFields(channel).flatMap(([field, id]) => strangers(channel.channelId, field, [id])),
    ]),
  ];
}

function assetFields(channel: ChannelInput): Array<[string, string]> {
  const options = channel.options ?? {};
  const ids = new Set(assetIds(options));
  return Object.entries(options).filter(
    (entry): entry is [string, string] => ids.has(entry[1] as string) && entry[0].endsWith("MediaId"),
  );
}

/** Every file a post uses: its own, its versions' and those named in options. */
export function mediaIdsOf(input: Pick<PostInput, "media" | "channels">): string[] {
  const ids = input.channels.flatMap((channel) => [...(channel.media ?? []), ...assetIds(channel.options ?? {})]);
  return [...new Set([...input.media, ...ids])];
}

function ownIds(db: Db, table: "channels" | "media", workspaceId: string, ids: readonly string[]): Set<string> {
  const rows = db.all<{ id: string }>(
    // The plus keeps SQLite from walking the whole workspace instead of the few ids.
    `SELECT ${table}.id FROM ${table} WHERE +${table}.workspace_id = ? AND ${table}.id IN (SELECT value FROM json_each(?))`,
    [workspaceId, JSON.stringify(ids)],
  );
  return new Set(rows.map((row) => row.id));
}

export function problem(channelId: string | null, field: string, message: string, remedy: string): PostProblem {
  return { channelId, field, message, remedy };
}
