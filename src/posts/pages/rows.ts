/** A post as one row of a list: its time, its picture, its first words, its channels and its most pressing state. */
import type { Channels } from "../../channels/index.ts";
import type { House } from "../../house.ts";
import type { MediaLibrary } from "../../media/index.ts";
import type { Platform } from "../../platforms/index.ts";
import { findPlatform } from "../../platforms/index.ts";
import type { PublicationView } from "../../publishing/index.ts";
import { words } from "../../web/index.ts";
import type { FullPost } from "../shapes.ts";
import { pictureOf, type PictureView } from "./pictures.ts";
import { amounts } from "./sections.ts";
import { titleOf } from "./titles.ts";

export interface PostRowView {
  id: string;
  href: string;
  /** UTC ms: when it goes out, else when it was last saved. */
  at: number;
  /** When it goes out; "" while that is not decided. */
  time: string;
  iso: string;
  title: string;
  picture: PictureView | null;
  marks: Platform[];
  note: string;
  state: { word: string; hue: string; hollow: boolean };
}

export interface RowRooms {
  house: House;
  channels: Pick<Channels, "find">;
  media: MediaLibrary;
}

/** `timeOf` says how a row's moment is written: "17:30" today, "Wed 17:30" this week, "25 Nov" in the list. */
export function rowOf(
  rooms: RowRooms,
  workspace: { id: string; timeZone: string },
  post: FullPost,
  timeOf: (at: number) => string,
): PostRowView {
  const now = rooms.house.clock.now();
  const at = post.scheduledAt ?? post.updatedAt;
  const pressing = words.mostPressing(post.publications) ?? null;
  const platforms = post.channels.flatMap(
    ({ channelId }) => rooms.channels.find(workspace.id, channelId)?.platform ?? [],
  );
  const gone = post.publications.flatMap(({ platform }) => findPlatform(platform) ?? []);
  const all = platforms.length > 0 ? platforms : gone;
  return {
    id: post.id,
    href: post.state === "draft" ? `/posts/${post.id}/edit` : `/posts/${post.id}`,
    at,
    time: post.scheduledAt === null ? "" : timeOf(at),
    iso: new Date(at).toISOString(),
    title: titleOf(post.text),
    picture: pictureFor(rooms, workspace.id, post),
    marks: [...new Set(all)],
    note: noteOf(post, pressing, now),
    state: post.state === "draft" ? draft : pressing ? words.stateWords(pressing.state) : draft,
  };
}

const draft = { word: "Draft", hue: "", hollow: true };

function noteOf(post: FullPost, pressing: PublicationView | null, now: number): string {
  const total = post.state === "draft" || !pressing ? post.channels.length : post.publications.length;
  const channels = total === 0 ? "no channel yet" : words.count(total, "channel");
  if (post.state === "draft" || !pressing) return `${channels} · saved ${words.distance(post.updatedAt, now)}`;
  const published = post.publications.filter(({ state }) => state === "published").length;
  if (pressing.state === "publishing" && pressing.totalBytes > 0) {
    const percent = Math.floor((pressing.sentBytes / pressing.totalBytes) * 100);
    return `${percent} %, ${amounts(pressing.sentBytes, pressing.totalBytes)}`;
  }
  if (pressing.state === "scheduled" && published === 0) return words.distance(pressing.dueAt, now);
  if (published > 0 && published < total) return `${published} of ${total} published`;
  return channels;
}

function pictureFor(rooms: RowRooms, workspaceId: string, post: FullPost): PictureView | null {
  const first = post.media[0] ?? post.channels.find(({ media }) => media && media.length > 0)?.media?.[0];
  const row = first ? rooms.media.find(workspaceId, first) : null;
  return row ? pictureOf(rooms.media, row) : null;
}
