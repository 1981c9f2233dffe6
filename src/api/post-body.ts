/** The body of a post as clients send it, and how it becomes the input of the posts room. */
import { z } from "zod";
import type { FullPost, PostInput } from "../posts/index.ts";
import { named } from "./schemas.ts";

const instant = z.iso
  .datetime({ offset: true, message: "must be a time with an offset: 2026-12-01T17:30:00+01:00" })
  .describe("ISO 8601 with an offset");

const channelBody = z
  .strictObject({
    channelId: z.string().min(1).max(64),
    text: z.string().nullable().optional().describe("Instead of the post's text"),
    media: z.array(z.string().max(64)).nullable().optional().describe("Instead of the post's media"),
    options: z
      .record(z.string(), z.unknown())
      .optional()
      .describe("What the platform wants to know; its JSON Schema is in GET /platforms"),
  })
  .describe("The version for one channel")
  .register(named, { id: "ChannelVersion" });

const publish = z.enum(["draft", "schedule", "now"]);

export const newPost = z
  .strictObject({
    text: z.string().default("").describe("For all channels; what a platform calls caption or description"),
    media: z.array(z.string().max(64)).default([]).describe("Media ids, in order"),
    scheduledAt: instant.nullable().default(null),
    timeZone: z.string().max(64).optional().describe("IANA name; default: the workspace's"),
    publish: publish.default("draft"),
    channels: z.array(channelBody).default([]),
  })
  .register(named, { id: "NewPost" });

/** A body that works once the ids are yours. */
export const newPostExample = {
  text: "The sea, early",
  media: ["019ab0c2-7f1e-7c44-9d27-2f4b7a1e6a10"],
  scheduledAt: "2027-06-01T17:30:00+02:00",
  timeZone: "Europe/Paris",
  publish: "schedule",
  channels: [{ channelId: "019ab0c1-35a0-7e0f-8f3c-5d1f0a9b7c42", options: { mode: "inbox" } }],
};

export const changedPost = z
  .strictObject({
    text: z.string().optional(),
    media: z.array(z.string().max(64)).optional(),
    scheduledAt: instant.nullable().optional(),
    timeZone: z.string().max(64).optional(),
    publish: publish.optional().describe("Default: a draft stays a draft, a planned post stays planned"),
    channels: z.array(channelBody).optional(),
    version: z.number().int().min(1).optional().describe("The version that was read; 409 when it is not current"),
  })
  .register(named, { id: "PostChanges" });

export function inputFrom(body: z.infer<typeof newPost>, workspaceTimeZone: string): PostInput {
  return {
    text: body.text,
    media: body.media,
    scheduledAt: body.scheduledAt === null ? null : Date.parse(body.scheduledAt),
    timeZone: body.timeZone ?? workspaceTimeZone,
    channels: body.channels,
  };
}

/** The stored post with what was sent laid over it. A new time or zone stands for itself: the old wall time goes. */
export function changedInput(post: FullPost, body: z.infer<typeof changedPost>): PostInput {
  const retimed = body.scheduledAt !== undefined || body.timeZone !== undefined;
  const sent = body.scheduledAt == null ? body.scheduledAt : Date.parse(body.scheduledAt);
  return {
    text: body.text ?? post.text,
    media: body.media ?? post.media,
    scheduledAt: sent === undefined ? post.scheduledAt : sent,
    wallTime: retimed ? null : post.wallTime,
    timeZone: body.timeZone ?? post.timeZone,
    channels: body.channels ?? post.channels,
  };
}
