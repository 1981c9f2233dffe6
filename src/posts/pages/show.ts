/** Builds the post page: what was written, and how it stands on each channel. */
import type { ChannelView, Channels } from "../../channels/index.ts";
import type { House } from "../../house.ts";
import type { MediaLibrary } from "../../media/index.ts";
import type { Publishing, PublicationView } from "../../publishing/index.ts";
import { words } from "../../web/index.ts";
import type { Posts } from "../posts.ts";
import type { FullPost } from "../shapes.ts";
import { formOf } from "./form.ts";
import { foundOnce } from "./found-once.ts";
import { sectionOf, type SectionView } from "./sections.ts";
import { titleOf } from "./titles.ts";
import { versionOf, type VersionView } from "./versions.ts";

export interface ShowRooms {
  house: House;
  channels: Channels;
  media: MediaLibrary;
  posts: Posts;
  publishing: Publishing;
}

export interface ShowView {
  post: FullPost;
  title: string;
  /** "Post · by Ada · for Sunday 12:15, Paris" */
  line: string;
  /** What the title does not already say. */
  text: string;
  sections: SectionView[];
  /** Chosen channels of a draft, which has no publications. */
  chosen: string[];
  previews: VersionView[];
  mayChange: boolean;
  mayCallOff: boolean;
  mayDelete: boolean;
  moving: boolean;
}

export function showView(rooms: ShowRooms, workspace: { id: string; timeZone: string }, post: FullPost): ShowView {
  const mayChange = rooms.publishing.mayChange(workspace.id, post.id);
  const publications =
    post.state === "draft" ? post.publications.filter(({ state }) => state !== "cancelled") : post.publications;
  const once = { ...rooms, channels: foundOnce(rooms.channels) };
  const channels = post.channels.flatMap(({ channelId }) => once.channels.find(workspace.id, channelId) ?? []);
  const source = { ...rooms, workspaceId: workspace.id };
  const form = formOf(post);
  const title = titleOf(post.text);
  return {
    post,
    title,
    line: lineOf(rooms, post, workspace.timeZone),
    text: restOf(post.text, title),
    sections: publications.map((publication) => liveSection(once, workspace, post, publication, mayChange)),
    chosen: channels.map((channel) => channel.label),
    previews: channels
      .filter(isConnected)
      .map((channel) => versionOf(source, form, channel, { problems: [], dueAt: post.scheduledAt })),
    mayChange,
    mayCallOff: mayChange && publications.filter(({ state }) => state === "scheduled" || state === "held").length > 1,
    mayDelete: mayChange,
    moving: publications.some(
      ({ state }) => state === "scheduled" || state === "publishing" || state === "confirming" || state === "in_inbox",
    ),
  };
}

/** The section as it stands now; `speed` in bytes a second where it was measured. */
export function liveSection(
  rooms: Omit<ShowRooms, "channels"> & { channels: Pick<Channels, "find"> },
  workspace: { id: string; timeZone: string },
  post: FullPost,
  publication: PublicationView,
  mayChange: boolean,
  speed: number | null = null,
): SectionView {
  const version = post.channels.find(({ channelId }) => channelId === publication.channelId);
  const files = rooms.media.facts(workspace.id, version?.media ?? post.media);
  return sectionOf({
    publication,
    channel: rooms.channels.find(workspace.id, publication.channelId),
    timeline: rooms.publishing.timeline(workspace.id, publication.id),
    timeZone: workspace.timeZone,
    now: rooms.house.clock.now(),
    mayChange,
    hasVideo: files.some((file) => file.kind === "video"),
    hasMedia: files.length > 0,
    speed,
  });
}

/** The text after its first line; all of it where the title had to cut that line. */
function restOf(text: string, title: string): string {
  const [first = "", ...rest] = text.trim().split("\n");
  return first.trim() === title ? rest.join("\n").trim() : text.trim();
}

function lineOf(rooms: ShowRooms, post: FullPost, timeZone: string): string {
  const author = post.createdBy
    ? rooms.house.db.get<{ name: string }>("SELECT accounts.name FROM accounts WHERE accounts.id = ?", [post.createdBy])
    : undefined;
  const now = rooms.house.clock.now();
  const time =
    post.scheduledAt === null
      ? ""
      : `for ${words.dayAndTime(post.scheduledAt, timeZone, now)}, ${words.zoneName(timeZone)}`;
  const draft = time === "" ? `saved ${words.distance(post.updatedAt, now)}` : time;
  return [post.state === "draft" ? "Draft" : "Post", author ? `by ${author.name}` : "", draft]
    .filter(Boolean)
    .join(" · ");
}

function isConnected(channel: ChannelView): boolean {
  return channel.state !== "disconnected";
}
