/** What the API says: every resource with its exact names, and how rows and views become them. */
import { z } from "zod";
import type { ChannelView, Receipt } from "../channels/index.ts";
import type { MediaRow } from "../database/index.ts";
import type { FullPost } from "../posts/index.ts";
import type { PublicationView, TimelineLine } from "../publishing/index.ts";

export const iso = (at: number): string => new Date(at).toISOString();
const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));

const time = z.iso.datetime().describe("ISO 8601, UTC");
const timeOrNull = time.nullable();
const optionValues = z.record(z.string(), z.unknown());

export const channel = z.object({
  id: z.string(),
  platform: z.string(),
  name: z.string(),
  handle: z.string(),
  avatarUrl: z.string().nullable(),
  state: z.enum(["ready", "expiring", "signed_out", "revoked"]),
  scopes: z.array(z.string()),
  accessExpiresAt: timeOrNull,
  refreshExpiresAt: timeOrNull,
});

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

export const receipt = z.object({
  channelId: z.string(),
  platform: z.string(),
  disconnectedAt: time,
  revoked: z.boolean().describe("The platform confirmed that the grant is withdrawn"),
  revocation: z.string(),
  erased: z.array(z.string()),
  kept: z.array(z.string()),
  cancelledPublications: z.number().int(),
});

export function receiptBody(given: Receipt): z.infer<typeof receipt> {
  return { ...given, disconnectedAt: iso(given.disconnectedAt) };
}

export const media = z.object({
  id: z.string(),
  state: z.enum(["processing", "ready", "failed"]),
  problem: z.string().nullable(),
  name: z.string(),
  title: z.string(),
  altText: z.string(),
  labels: z.array(z.string()),
  kind: z.enum(["image", "video", "audio"]).nullable(),
  mime: z.string().nullable(),
  bytes: z.number().nullable(),
  sha256: z.string().nullable(),
  width: z.number().nullable(),
  height: z.number().nullable(),
  durationMs: z.number().nullable(),
  videoCodec: z.string().nullable(),
  audioCodec: z.string().nullable(),
  frameRate: z.number().nullable(),
  rotation: z.number().nullable(),
  createdAt: time,
});

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

export const publication = z.object({
  id: z.string(),
  postId: z.string(),
  channelId: z.string(),
  platform: z.string(),
  state: z.enum([
    "scheduled",
    "publishing",
    "confirming",
    "published",
    "in_inbox",
    "held",
    "unconfirmed",
    "failed",
    "cancelled",
  ]),
  dueAt: time,
  startedAt: timeOrNull,
  publishedAt: timeOrNull,
  remoteId: z.string().nullable(),
  url: z.string().nullable(),
  attempt: z.number().int(),
  problem: z.object({ kind: z.string(), code: z.string(), message: z.string(), remedy: z.string() }).nullable(),
  timeline: z.array(z.object({ at: time, event: z.string(), detail: z.string() })),
});

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

export const post = z.object({
  id: z.string(),
  text: z.string(),
  media: z.array(z.string()),
  state: z.enum(["draft", "planned"]),
  scheduledAt: timeOrNull,
  timeZone: z.string(),
  version: z.number().int(),
  createdAt: time,
  updatedAt: time,
  channels: z.array(
    z.object({
      channelId: z.string(),
      text: z.string().nullable(),
      media: z.array(z.string()).nullable(),
      options: optionValues,
    }),
  ),
  publications: z.array(publication),
});

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

export const problem = z.object({
  path: z.string().describe("Where in the request: channels.0.options.title"),
  message: z.string(),
  channelId: z.string().nullable().optional(),
  field: z.string().optional(),
  remedy: z.string().optional(),
});

export const errorBody = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  errors: z.array(problem).optional(),
});
