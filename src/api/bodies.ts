/** How rows and views become what the API says; the names are those of schemas.ts. */
import type { z } from "zod";
import type { ChannelView, Receipt } from "../channels/index.ts";
import type { MediaRow } from "../database/index.ts";
import type { FullPost } from "../posts/index.ts";
import type { PublicationView, TimelineLine } from "../publishing/index.ts";
import type { channel, media, post, publication, receipt } from "./schemas.ts";

export const iso = (at: number): string => new Date(at).toISOString();
const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));

/** Only for channels that are connected. */
export function channelBody(view: ChannelView, publicUrl: string): z.infer<typeof channel> {
  return {
    id: view.id,
    platform: view.platform.id,
    name: view.name,
    handle: view.handle,
    avatarUrl: view.avatarPath === null ? null : new URL(view.avatarPath, publicUrl).href,
    state: view.state === "disconnected" ? "revoked" : view.state,
    scopes: view.scopes,
    accessExpiresAt: isoOrNull(view.accessExpiresAt),
    refreshExpiresAt: isoOrNull(view.refreshExpiresAt),
  };
}

export function receiptBody(given: Receipt): z.infer<typeof receipt> {
  return { ...given, disconnectedAt: iso(given.disconnectedAt) };
}

export function mediaBody(row: MediaRow): z.infer<typeof media> {
  return {
    id: row.id,
    state: row.state,
    problem: row.problem,
    name: row.name,
    title: row.title,
    altText: row.alt_text,
    labels: JSON.parse(row.labels) as string[],
    kind: row.kind,
    mime: row.mime,
    bytes: row.bytes,
    sha256: row.sha256,
    width: row.width,
    height: row.height,
    durationMs: row.duration_ms,
    videoCodec: row.video_codec,
    audioCodec: row.audio_codec,
    frameRate: row.frame_rate,
    rotation: row.rotation,
    createdAt: iso(row.created_at),
  };
}

export function publicationBody(view: PublicationView, timeline: readonly TimelineLine[]): z.infer<typeof publication> {
  return {
    id: view.id,
    postId: view.postId,
    channelId: view.channelId,
    platform: view.platform,
    state: view.state,
    dueAt: iso(view.dueAt),
    startedAt: isoOrNull(view.startedAt),
    publishedAt: isoOrNull(view.publishedAt),
    remoteId: view.remoteId,
    url: view.url,
    attempt: view.attempt,
    problem: view.problem && {
      kind: view.problem.kind,
      code: view.problem.code,
      message: view.problem.message,
      remedy: view.problem.remedy,
    },
    timeline: timeline.map((line) => ({ at: iso(line.at), event: line.event, detail: line.detail })),
  };
}

export function postBody(
  full: FullPost,
  timeline: (publication: PublicationView) => TimelineLine[],
): z.infer<typeof post> {
  return {
    id: full.id,
    text: full.text,
    media: full.media,
    state: full.state,
    scheduledAt: isoOrNull(full.scheduledAt),
    timeZone: full.timeZone,
    version: full.version,
    createdAt: iso(full.createdAt),
    updatedAt: iso(full.updatedAt),
    channels: full.channels,
    publications: full.publications.map((one) => publicationBody(one, timeline(one))),
  };
}
