/** Builds the compose page from a form: everything its templates show, derived anew each time. */
import type { Channels, ChannelView } from "../../channels/index.ts";
import type { House } from "../../house.ts";
import type { MediaLibrary } from "../../media/index.ts";
import { words } from "../../web/index.ts";
import type { Posts } from "../posts.ts";
import type { PostProblem } from "../shapes.ts";
import { inputOf, isEmpty, wallTime, type ComposeForm } from "./form.ts";
import { picturesOf, type PictureView } from "./pictures.ts";
import { counterOf, versionOf, type VersionView } from "./versions.ts";
import { whenOf, type WhenView } from "./when.ts";

export interface Rooms {
  house: House;
  channels: Channels;
  media: MediaLibrary;
  posts: Posts;
}

/** One line of the summary: who says it, what, and where in the form. */
export interface Settle {
  who: string;
  problems: Array<PostProblem & { href: string }>;
}

export interface ComposeView {
  form: ComposeForm;
  /** What is edited: nothing yet, a draft, or a post whose publications wait for their time. */
  kind: "new" | "draft" | "planned";
  choices: Array<{ channel: ChannelView; chosen: boolean }>;
  versions: VersionView[];
  /** The one whose preview is drawn when only one is. */
  shown: VersionView | null;
  /** Channels that can be chosen exist at all. */
  anyChannel: boolean;
  counters: Array<{ text: string; over: boolean }>;
  media: PictureView[];
  fits: string;
  when: WhenView;
  general: PostProblem[];
  settle: Settle[];
  open: number;
}

export interface Said {
  kind: ComposeView["kind"];
  /** The button that was pressed in vain, and what the posts room said then. */
  act?: string;
  problems?: readonly PostProblem[];
}

/** `problems` are judged here, from what is known at this moment: nothing is asked, so this answers at once. */
export async function composeView(
  rooms: Rooms,
  workspace: { id: string; timeZone: string },
  form: ComposeForm,
  said: Said,
): Promise<ComposeView> {
  const now = rooms.house.clock.now();
  const when = whenOf(form, workspace.timeZone, now, said.act === "schedule");
  const problems = await problemsOf(rooms, workspace.id, form, when, said);
  const listed = rooms.channels.list(workspace.id).filter((channel) => channel.state !== "disconnected");
  const known = new Map(listed.map((channel) => [channel.id, channel]));
  const source = { ...rooms, workspaceId: workspace.id };
  const versions = form.channels.flatMap((id) => {
    const channel = known.get(id);
    return channel ? [versionOf(source, form, channel, { problems, dueAt: when.at })] : [];
  });
  const settle = settleOf(versions, problems);
  return {
    form,
    kind: said.kind,
    choices: listed.map((channel) => ({ channel, chosen: form.channels.includes(channel.id) })),
    versions,
    shown: versions.find((version) => version.channel.id === shownId(form)) ?? versions[0] ?? null,
    anyChannel: listed.length > 0,
    counters: countersOf(versions),
    media: picturesOf(rooms.media, workspace.id, form.media),
    fits: form.media.length > 0 ? fitsOf(versions) : "",
    when,
    general: problems.filter((problem) => problem.channelId === null),
    settle,
    open: settle.reduce((sum, part) => sum + part.problems.length, 0),
  };
}

function shownId(form: ComposeForm): string {
  return form.tab !== "all" ? form.tab : form.preview;
}

/** The time is judged beside its fields, by whenOf; an empty form is not wrong, it is empty. */
async function problemsOf(
  rooms: Rooms,
  workspaceId: string,
  form: ComposeForm,
  when: WhenView,
  said: Said,
): Promise<PostProblem[]> {
  if (isEmpty(form) && !form.tried) return [];
  const input = { ...inputOf(form), wallTime: when.at === null ? null : wallTime(form) };
  const found = said.problems ?? (await rooms.posts.problems(workspaceId, input, { fresh: false }));
  const others = found.filter((problem) => problem.field !== "scheduledAt" && problem.field !== "timeZone");
  const needsChannel = form.channels.length === 0 && !others.some((problem) => problem.field === "channels");
  const chooser = {
    channelId: null,
    field: "channels",
    message: "No channel is chosen.",
    remedy: "Choose where it goes.",
  };
  return needsChannel ? [chooser, ...others] : others;
}

function settleOf(versions: readonly VersionView[], problems: readonly PostProblem[]): Settle[] {
  const general = problems.filter((problem) => problem.channelId === null);
  const own = general.map((problem) => ({
    ...problem,
    href: problem.field === "channels" ? "#channels" : `#${problem.field}`,
  }));
  const parts = versions.map((version) => ({
    who: `${version.channel.platform.name} · ${version.channel.label}`,
    problems: version.problems.map((problem) => ({ ...problem, href: hrefOf(version, problem) })),
  }));
  return [{ who: "The post", problems: own }, ...parts].filter((part) => part.problems.length > 0);
}

function hrefOf(version: VersionView, problem: PostProblem): string {
  const id = version.channel.id;
  if (problem.field === "text") return version.form.ownText ? `#text-${id}` : "#text";
  if (problem.field === "media") return version.form.ownMedia ? `#media-${id}` : "#media";
  const shown = version.panel.fields.some((field) => field.name === problem.field);
  return shown ? `#o-${id}-${problem.field}` : `#c-${id}`;
}

/** Two channels of one platform that count alike are said once. */
function countersOf(versions: readonly VersionView[]): ComposeView["counters"] {
  const lines = versions
    .filter((version) => !version.form.ownText)
    .map((version) => counterOf(version.channel.platform.name, version.panel.counters));
  return [...new Map(lines.map((line) => [line.text, line])).values()];
}

/** "Fits TikTok and YouTube" for those that have nothing against the media. */
function fitsOf(versions: readonly VersionView[]): string {
  const content = versions.filter(
    (version) => !version.form.ownMedia && version.media.every((file) => file.state === "ready"),
  );
  const fine = content.filter((version) => !version.problems.some((problem) => problem.field === "media"));
  const names = [...new Set(fine.map((version) => version.channel.platform.name))];
  return names.length > 0 ? `Fits ${sentenceList(names)}` : "";
}

export function sentenceList(names: readonly string[]): string {
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** "saved 4 seconds ago" */
export function savedAgo(updatedAt: number, now: number): string {
  const said = words.distance(updatedAt, now);
  return said === "now" ? "saved just now" : `saved ${said}`;
}
