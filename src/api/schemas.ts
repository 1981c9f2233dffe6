/** What the API says: every resource with its exact names and what they mean. */
import { z } from "zod";

/** Schemas that have a name of their own in the document. */
export const named = z.registry<{ id: string }>();

const time = z.iso.datetime().describe("ISO 8601, UTC");
const timeOrNull = (says: string) => time.nullable().describe(`${says}; ISO 8601, UTC`);
const id = (says: string) => z.string().describe(says);

export const channel = z
  .object({
    id: id("Stays the same for as long as the channel is connected"),
    platform: z.string().describe("Id of its platform: tiktok, youtube…"),
    name: z.string(),
    handle: z.string().describe("As the platform shows it, with its @; the name where there is none"),
    avatarUrl: z.string().nullable().describe("A picture for people who are signed in to the pages"),
    state: z
      .enum(["ready", "expiring", "signed_out", "revoked"])
      .describe("signed_out and revoked: a person must connect it again; its posts wait"),
    scopes: z.array(z.string()).describe("What the platform granted, in its own words"),
    accessExpiresAt: timeOrNull("End of the current access token, which is renewed before"),
    refreshExpiresAt: timeOrNull("When a person must sign in again; null when not known, or never"),
  })
  .describe("A channel that is connected")
  .register(named, { id: "Channel" });

export const receipt = z
  .object({
    channelId: id("Of the channel that was disconnected"),
    platform: z.string(),
    disconnectedAt: time,
    revoked: z.boolean().describe("The platform confirmed that the grant is withdrawn"),
    revocation: z.string().describe("What the platform said to it"),
    erased: z.array(z.string()),
    kept: z.array(z.string()),
    cancelledPublications: z.number().int(),
  })
  .describe("What disconnecting did")
  .register(named, { id: "Receipt" });

export const media = z
  .object({
    id: id("Goes into a post's media"),
    state: z.enum(["processing", "ready", "failed"]).describe("Only ready files can be posted"),
    problem: z.string().nullable().describe("Why it failed"),
    name: z.string().describe("As it was called where it came from"),
    title: z.string(),
    altText: z.string().describe("For people who do not see the picture"),
    labels: z.array(z.string()),
    kind: z.enum(["image", "video", "audio"]).nullable().describe("null until it is measured, like all that follows"),
    mime: z.string().nullable(),
    bytes: z.number().int().nullable(),
    sha256: z.string().nullable(),
    width: z.number().nullable().describe("Pixels, as shown"),
    height: z.number().nullable().describe("Pixels, as shown"),
    durationMs: z.number().nullable(),
    videoCodec: z.string().nullable(),
    audioCodec: z.string().nullable(),
    frameRate: z.number().nullable(),
    rotation: z.number().nullable().describe("Degrees that a player must turn it"),
    createdAt: time,
  })
  .describe("A file and what was measured of it")
  .register(named, { id: "Media" });

export const PUBLICATION_STATES = [
  "scheduled",
  "publishing",
  "confirming",
  "published",
  "in_inbox",
  "held",
  "unconfirmed",
  "failed",
  "cancelled",
] as const;

export const publication = z
  .object({
    id: id("Of this post on this channel"),
    postId: z.string(),
    channelId: z.string(),
    platform: z.string(),
    state: z
      .enum(PUBLICATION_STATES)
      .describe(
        "held waits for a sign-in, in_inbox for a person at the platform, unconfirmed for a person's word: it may be there",
      ),
    dueAt: time,
    startedAt: timeOrNull("First attempt"),
    publishedAt: timeOrNull("Seen there, or said to be there"),
    remoteId: z.string().nullable().describe("The platform's id for it"),
    url: z.string().nullable().describe("Where it can be seen"),
    attempt: z.number().int().describe("Attempts so far"),
    problem: z
      .object({
        kind: z.string().describe("transient, rate_limited, signed_out, rejected or unknown_outcome"),
        code: z.string().describe("The platform's own code"),
        message: z.string(),
        remedy: z.string().describe("What to do next"),
      })
      .nullable(),
    timeline: z
      .array(z.object({ at: time, event: z.string(), detail: z.string() }))
      .describe("What happened, in order"),
  })
  .describe("How one post stands on one channel")
  .register(named, { id: "Publication" });

export const post = z
  .object({
    id: z.string(),
    text: z.string(),
    media: z.array(z.string()).describe("Media ids, in order"),
    state: z.enum(["draft", "planned"]).describe("planned: handed over; what became of it is in publications"),
    scheduledAt: timeOrNull("When it goes out"),
    timeZone: z.string().describe("IANA name"),
    version: z.number().int().describe("Grows with every change; send it back with a change"),
    createdAt: time,
    updatedAt: time,
    channels: z.array(
      z.object({
        channelId: z.string(),
        text: z.string().nullable().describe("null: the post's own"),
        media: z.array(z.string()).nullable().describe("null: the post's own"),
        options: z.record(z.string(), z.unknown()),
      }),
    ),
    publications: z.array(publication),
  })
  .describe("What somebody wrote, its version for each channel, and how it stands there")
  .register(named, { id: "Post" });

export const problem = z
  .object({
    path: z.string().describe("Where in the request: channels.0.options.title; empty for all of it"),
    message: z.string(),
    channelId: z.string().nullable().optional().describe("null: it concerns the post itself"),
    field: z.string().optional(),
    remedy: z.string().optional().describe("What to do about it"),
  })
  .describe("One reason")
  .register(named, { id: "Problem" });

export const problems = z
  .object({ problems: z.array(problem).describe("Empty: it could go out") })
  .register(named, { id: "Problems" });

export const errorBody = z
  .object({
    type: z.string().describe("urn:postern:refused and so on; one for each status"),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().describe("What happened, what was kept, what to do next"),
    errors: z.array(problem).optional(),
  })
  .describe("RFC 9457 problem details")
  .register(named, { id: "Error" });

export const platform = z
  .object({
    id: z.string(),
    name: z.string(),
    configured: z.boolean().describe("App credentials are present"),
    limits: z.record(z.string(), z.unknown()).describe("Every number a post is held to"),
    options: z.record(z.string(), z.unknown()).describe("JSON Schema of a post's options for this platform"),
  })
  .describe("A platform that can be connected")
  .register(named, { id: "Platform" });
