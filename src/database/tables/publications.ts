/** Rows of publications, their deliveries and their timeline. */

export type PublicationState =
  | "scheduled"
  | "publishing"
  | "confirming"
  | "published"
  | "in_inbox"
  | "held"
  | "unconfirmed"
  | "failed"
  | "cancelled";

export type Fence = "open" | "committed" | "answered";

export interface PublicationRow {
  id: string;
  workspace_id: string;
  post_id: string;
  channel_id: string;
  platform: string;
  state: PublicationState;
  due_at: number;
  started_at: number | null;
  published_at: number | null;
  attempt: number;
  fence: Fence;
  checkpoint_sealed: string | null;
  sent_bytes: number;
  total_bytes: number;
  remote_id: string | null;
  url: string | null;
  expires_at: number | null;
  problem: string | null;
  created_at: number;
  updated_at: number;
}

export interface PublicationEventRow {
  id: number;
  publication_id: string;
  at: number;
  event: string;
  detail: string;
}
