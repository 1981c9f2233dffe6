/** Reads the compose form: the one place that knows the names of its fields. */
import { isNewId, newId } from "../../ids.ts";
import { words } from "../../web/index.ts";
import type { Existing } from "../posts.ts";
import type { FullPost, PostInput } from "../shapes.ts";
import { readMoment } from "./moments.ts";

/** What stands in one channel's section of the form. */
export interface VersionForm {
  ownText: boolean;
  text: string;
  ownMedia: boolean;
  media: string[];
  options: Record<string, string>;
}

export interface ComposeForm {
  /** The post that is edited; null until something was saved. */
  id: string | null;
  /** What the post will be called once something was saved: a form that is sent twice makes one post. */
  newId: string;
  version: number | null;
  text: string;
  media: string[];
  /** Chosen channels, in the order of the form. */
  channels: string[];
  versions: ReadonlyMap<string, VersionForm>;
  /** "2026-12-01", "17:30" or "". */
  date: string;
  time: string;
  timeZone: string;
  /** "all" or a channel's id; without JavaScript every tab is shown one below the other. */
  tab: string;
  /** The channel whose preview is drawn; "" means the first. */
  preview: string;
  /** Channels whose platform was asked since this form was opened, and those of them that did not answer. */
  asked: string[];
  silent: string[];
  /** True once the person tried to send it. */
  tried: boolean;
}

const MOST_CHANNELS = 100;
const MOST_MEDIA = 50;

/** `body` is whatever arrived; of a field that came more than once (toggles) the last wins. */
export function readCompose(body: unknown, fallbackZone: string): ComposeForm {
  const fields = fieldsOf(body);
  const one = (name: string): string => fields.get(name)?.at(-1) ?? "";
  const channels = [...new Set(fields.get("channels") ?? [])].filter(isId).slice(0, MOST_CHANNELS);
  return {
    id: isId(one("id")) ? one("id") : null,
    newId: isNewId(one("newId")) ? one("newId") : newId(),
    version: /^\d{1,9}$/.test(one("version")) ? Number(one("version")) : null,
    text: lines(one("text")),
    media: mediaOf(fields, "media", "add"),
    channels,
    versions: new Map(channels.map((id) => [id, readVersion(fields, id)])),
    date: one("date").trim(),
    time: one("time").trim().slice(0, 5),
    timeZone: one("timeZone") || fallbackZone,
    tab: channels.includes(one("tab")) ? one("tab") : "all",
    preview: one("preview"),
    asked: fields.get("asked") ?? [],
    silent: fields.get("silent") ?? [],
    tried: one("tried") === "yes",
  };
}

/** The button that was pressed: "draft", "schedule", "now", "check", "copy", "media.up.all.2" … */
export function readAct(body: unknown): string {
  return fieldsOf(body).get("do")?.at(-1) ?? "check";
}

export function emptyVersion(): VersionForm {
  return { ownText: false, text: "", ownMedia: false, media: [], options: {} };
}

export function emptyForm(timeZone: string): ComposeForm {
  return readCompose({}, timeZone);
}

/** A stored post as the form shows it. */
export function formOf(post: FullPost): ComposeForm {
  const versions = post.channels.map((version): [string, VersionForm] => [
    version.channelId,
    {
      ownText: version.text !== null,
      text: version.text ?? "",
      ownMedia: version.media !== null,
      media: version.media ?? [],
      options: asTexts(version.options),
    },
  ]);
  return {
    ...emptyForm(post.timeZone),
    id: post.id,
    version: post.version,
    text: post.text,
    media: post.media,
    channels: post.channels.map((version) => version.channelId),
    versions: new Map(versions),
    ...timeOf(post),
  };
}

/** An instant that came without a wall time (through the API) is shown to the minute. */
function timeOf(post: FullPost): { date: string; time: string } {
  const { wallTime, scheduledAt: at, timeZone } = post;
  if (wallTime !== null) return { date: wallTime.slice(0, 10), time: wallTime.slice(11, 16) };
  return at === null
    ? { date: "", time: "" }
    : { date: words.isoDay(at, timeZone), time: words.clockTime(at, timeZone) };
}

/** The wall time that is meant, or null while date or time is missing. */
export function wallTime(form: ComposeForm): string | null {
  return form.date !== "" && form.time !== "" ? `${form.date}T${form.time}` : null;
}

/** What the posts room takes. A channel that says the same as everywhere hands in null. */
export function inputOf(form: ComposeForm): PostInput {
  return {
    text: form.text,
    media: form.media,
    scheduledAt: null,
    wallTime: wallTime(form),
    timeZone: form.timeZone,
    channels: form.channels.map((channelId) => {
      const version = form.versions.get(channelId) ?? emptyVersion();
      return {
        channelId,
        text: version.ownText ? version.text : null,
        media: version.ownMedia ? version.media : null,
        options: version.options,
      };
    }),
  };
}

/** Which post the form writes over, or what the one it makes will be called. */
export function existingOf(form: ComposeForm): Existing {
  return form.id ? { id: form.id, version: form.version ?? undefined } : { newId: form.newId };
}

/** True while nothing is worth keeping: such a form makes no draft. */
export function isEmpty(form: ComposeForm): boolean {
  return form.text.trim() === "" && form.media.length === 0 && form.channels.length === 0;
}

function readVersion(fields: ReadonlyMap<string, string[]>, id: string): VersionForm {
  const own = fields.get(`c.${id}.own`) ?? [];
  const named = (prefix: string, read: (text: string) => string): Array<[string, string]> =>
    [...fields].flatMap(([name, values]): Array<[string, string]> =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), read(values.at(-1) ?? "")]] : [],
    );
  const options = [...named(`o.${id}.`, lines), ...named(`m.${id}.`, readMoment)];
  return {
    ownText: own.includes("text"),
    text: lines(fields.get(`c.${id}.text`)?.at(-1) ?? ""),
    ownMedia: own.includes("media"),
    media: mediaOf(fields, `c.${id}.media`, `c.${id}.add`),
    options: Object.fromEntries(options),
  };
}

/** Ids from an address: one, several, or a list with commas. */
export function mediaFrom(value: unknown): string[] {
  const fields = fieldsOf({ media: value });
  return [...new Set((fields.get("media") ?? []).flatMap(ids))].slice(0, MOST_MEDIA);
}

/** The list that stands in the form, then what was ticked to be added. */
function mediaOf(fields: ReadonlyMap<string, string[]>, list: string, added: string): string[] {
  const all = [...ids(fields.get(list)?.at(-1) ?? ""), ...(fields.get(added) ?? []).filter(isId)];
  return [...new Set(all)].slice(0, MOST_MEDIA);
}

function fieldsOf(body: unknown): Map<string, string[]> {
  const fields = new Map<string, string[]>();
  if (typeof body !== "object" || body === null) return fields;
  for (const [name, value] of Object.entries(body)) {
    fields.set(
      name,
      (Array.isArray(value) ? value : [value]).filter((one) => typeof one === "string"),
    );
  }
  return fields;
}

/** Browsers send line ends as CR LF; counters and platforms count one character. */
function lines(text: string): string {
  return text.replace(/\r\n?/g, "\n");
}

function ids(list: string): string[] {
  return list.split(",").filter(isId);
}

function isId(text: string): boolean {
  return /^[A-Za-z0-9_-]{1,64}$/.test(text);
}

function asTexts(options: Readonly<Record<string, unknown>>): Record<string, string> {
  const texts = Object.entries(options).flatMap(([name, value]): Array<[string, string]> => {
    if (value === null || value === undefined) return [];
    return [[name, Array.isArray(value) ? value.join(", ") : String(value)]];
  });
  return Object.fromEntries(texts);
}
