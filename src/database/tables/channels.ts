/** Rows of channels, their apps and consent flows. */

export type ChannelState = "ready" | "signed_out" | "revoked";

export interface ChannelRow {
  id: string;
  workspace_id: string;
  platform: string;
  remote_id: string | null;
  name: string | null;
  handle: string | null;
  avatar: Buffer | null;
  scopes: string;
  extra_sealed: string | null;
  state: ChannelState;
  state_reason: string | null;
  access_token_sealed: string | null;
  access_expires_at: number | null;
  refresh_token_sealed: string | null;
  refresh_expires_at: number | null;
  connected_at: number;
  renewed_at: number | null;
  last_success_at: number | null;
  created_at: number;
  disconnected_at: number | null;
  receipt: string | null;
}

export interface PlatformAppRow {
  id: string;
  platform: string;
  client_id: string;
  client_secret_sealed: string;
  updated_at: number;
}

export interface OAuthFlowRow {
  id: string;
  state_hash: string;
  session_id: string;
  workspace_id: string;
  platform: string;
  channel_id: string | null;
  verifier_sealed: string;
  found_sealed: string | null;
  created_at: number;
  expires_at: number;
  used_at: number | null;
}
