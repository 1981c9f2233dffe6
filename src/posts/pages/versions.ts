/** One channel's side of a form: its draft, its platform's panel, its problems, all as data for one template. */
import type { ChannelView, Channels } from "../../channels/index.ts";
import type { MediaLibrary } from "../../media/index.ts";
import type { Counter, Draft, Field, Panel, Preparation } from "../../platforms/index.ts";
import { words } from "../../web/index.ts";
import { buildDraft } from "../drafts.ts";
import type { PostProblem } from "../shapes.ts";
import { emptyVersion, type ComposeForm, type VersionForm } from "./form.ts";
import { momentText } from "./moments.ts";
import { picturesOf, type PictureView } from "./pictures.ts";

export interface FieldView extends Field {
  /** The name and id in the form. */
  key: string;
  id: string;
  problems: PostProblem[];
  /** For fields that hold a file. */
  picture: PictureView | null;
}

export interface VersionView {
  channel: ChannelView;
  form: VersionForm;
  panel: Panel;
  /** Fields in their groups, in order; fields without a group stand under no heading. */
  groups: Array<{ heading: string; fields: FieldView[] }>;
  problems: PostProblem[];
  /** Problems whose field the panel does not show: they stand at the head of the section. */
  loose: PostProblem[];
  media: PictureView[];
  /** What the preview draws, in its order. */
  drawn: PictureView[];
  /** What the platform was asked: "asking" shows the line that asks, "silent" that it did not answer. */
  facts: "known" | "asking" | "silent";
}

export interface Source {
  channels: Channels;
  media: MediaLibrary;
  workspaceId: string;
}

export function versionOf(
  source: Source,
  form: ComposeForm,
  channel: ChannelView,
  said: { problems: readonly PostProblem[]; dueAt: number | null },
): VersionView {
  const version = form.versions.get(channel.id) ?? emptyVersion();
  const draft = draftOf(source, form, version, said.dueAt);
  const preparation = preparationOf(source, channel);
  const panel = channel.platform.panel(draft, preparation);
  const problems = said.problems.filter((problem) => problem.channelId === channel.id);
  const shown = new Set(["text", "media", ...panel.fields.map((field) => field.name)]);
  const ids = version.ownMedia ? version.media : form.media;
  return {
    channel,
    form: version,
    panel,
    groups: groupsOf(source, { channelId: channel.id, typed: version.options }, panel.fields, problems),
    problems,
    loose: problems.filter((problem) => !shown.has(problem.field)),
    media: picturesOf(source.media, source.workspaceId, ids),
    drawn: picturesOf(source.media, source.workspaceId, panel.preview.mediaIds),
    facts: factsOf(form, channel, preparation),
  };
}

/** Counters as one line: "YouTube 79 of 5,000 bytes", with a flag for what is over. */
export function counterOf(platformName: string, counters: readonly Counter[]): { text: string; over: boolean } {
  const parts = counters.map(({ label, used, max, unit }, index) => {
    const amount = `${words.amount(used)} of ${words.amount(max)}`;
    const named = unit === "characters" ? amount : `${amount} ${unit}`;
    return index === 0 || label === platformName
      ? named
      : unit === "characters"
        ? `${label.toLowerCase()} ${named}`
        : named;
  });
  return { text: `${platformName} ${parts.join(", ")}`, over: counters.some(({ used, max }) => used > max) };
}

function draftOf(source: Source, form: ComposeForm, version: VersionForm, dueAt: number | null): Draft {
  const said = {
    text: version.ownText ? version.text : form.text,
    media: version.ownMedia ? version.media : form.media,
    options: version.options,
  };
  return buildDraft(said, (ids) => source.media.facts(source.workspaceId, ids), dueAt, source.media.canBeFetched);
}

function preparationOf(source: Source, channel: ChannelView): Preparation | null {
  return source.channels.preparationNow(source.workspaceId, channel.id);
}

/** Asked once each time the form is opened, even when older facts are at hand; signed out, there is nobody to ask. */
function factsOf(form: ComposeForm, channel: ChannelView, preparation: Preparation | null): VersionView["facts"] {
  const reachable = channel.state === "ready" || channel.state === "expiring";
  if (reachable && !form.asked.includes(channel.id)) return "asking";
  if (preparation !== null) return "known";
  return reachable && !form.silent.includes(channel.id) ? "asking" : "silent";
}

/** A group stands where its first field stands; fields without a group keep their place between the groups. */
function blocksOf(fields: readonly Field[]): Array<{ heading: string; members: Field[] }> {
  const blocks: Array<{ heading: string; members: Field[] }> = [];
  for (const field of fields) {
    const heading = field.group ?? "";
    const open = heading === "" ? blocks.at(-1) : blocks.find((block) => block.heading === heading);
    if (open && open.heading === heading) open.members.push(field);
    else blocks.push({ heading, members: [field] });
  }
  return blocks;
}

function groupsOf(
  source: Source,
  { channelId, typed }: { channelId: string; typed: Readonly<Record<string, string>> },
  fields: readonly Field[],
  problems: readonly PostProblem[],
): VersionView["groups"] {
  return blocksOf(fields).map(({ heading, members }) => ({
    heading,
    fields: members.map((field): FieldView => ({
      ...field,
      // A moment that nobody can read is shown as it was typed, beside its problem.
      value: field.kind === "moment" ? momentText(field.value || (typed[field.name] ?? "")) : field.value,
      // The form reads a moment from minutes and seconds, everything else as it stands.
      key: `${field.kind === "moment" ? "m" : "o"}.${channelId}.${field.name}`,
      id: `o-${channelId}-${field.name}`,
      problems: problems.filter((problem) => problem.field === field.name),
      picture:
        field.kind === "media" && field.value !== ""
          ? (picturesOf(source.media, source.workspaceId, [field.value])[0] ?? null)
          : null,
    })),
  }));
}
