/** What a post is made of, as pages and API hand it in and get it back. Times are UTC milliseconds. */
import type { PublicationView } from "../publishing/index.ts";

/** A version for one channel: null or missing text and media mean the post's own. */
export interface ChannelInput {
  channelId: string;
  text?: string | null;
  media?: string[] | null;
  options?: Record<string, unknown>;
}

export interface PostInput {
  text: string;
  media: string[];
  scheduledAt: number | null;
  /** "2026-12-01T17:30" in `timeZone`; wins over scheduledAt when given. */
  wallTime?: string | null;
  /** An IANA name: "Europe/Paris". */
  timeZone: string;
  channels: ChannelInput[];
}

/** A reason why a post cannot go out as it is; channelId null = it concerns the post itself. */
export interface PostProblem {
  channelId: string | null;
  field: string;
  message: string;
  remedy: string;
}

export interface PostChannel {
  channelId: string;
  text: string | null;
  media: string[] | null;
  options: Record<string, unknown>;
}

export interface FullPost {
  id: string;
  workspaceId: string;
  createdBy: string | null;
  text: string;
  media: string[];
  state: "draft" | "planned";
  scheduledAt: number | null;
  wallTime: string | null;
  timeZone: string;
  version: number;
  createdAt: number;
  updatedAt: number;
  channels: PostChannel[];
  publications: PublicationView[];
}

export interface PostFilter {
  state?: "draft" | "planned";
  channelId?: string;
  /** Words that must each begin a word of the post, of one of its versions or of a title. */
  search?: string;
  /** Scheduled at or after, and before. */
  from?: number;
  to?: number;
  /** 1 to 100. */
  limit: number;
  cursor: string | null;
}
