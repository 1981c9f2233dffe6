/** A publication as pages and API show it. */
import type { PublicationState } from "../database/index.ts";

export interface ProblemView {
  kind: string;
  code: string;
  message: string;
  remedy: string;
}

export interface TimelineLine {
  /** UTC ms */
  at: number;
  event: string;
  detail: string;
}

export interface PublicationView {
  id: string;
  workspaceId: string;
  postId: string;
  channelId: string;
  platform: string;
  state: PublicationState;
  /** UTC ms, like all times here. */
  dueAt: number;
  startedAt: number | null;
  publishedAt: number | null;
  remoteId: string | null;
  url: string | null;
  attempt: number;
  sentBytes: number;
  totalBytes: number;
  /** When an inbox draft is expected to expire. */
  expiresAt: number | null;
  problem: ProblemView | null;
}
