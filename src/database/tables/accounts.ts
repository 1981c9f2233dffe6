/** Rows of accounts, workspaces, memberships, sessions, invites and API keys. */

export interface AccountRow {
  id: string;
  email: string;
  email_folded: string;
  name: string;
  password_hash: string;
  time_zone: string;
  is_owner: 0 | 1;
  created_at: number;
}

export interface WorkspaceRow {
  id: string;
  name: string;
  time_zone: string;
  missed_grace_ms: number;
  created_at: number;
}

export interface SessionRow {
  id: string;
  secret_hash: string;
  account_id: string;
  device: string;
  address: string;
  created_at: number;
  last_seen_at: number;
  expires_at: number;
  revoked_at: number | null;
  confirmed_at: number;
}

export interface InviteRow {
  id: string;
  token_hash: string;
  created_by: string;
  note: string;
  created_at: number;
  expires_at: number;
  used_at: number | null;
}

export interface ApiKeyRow {
  id: string;
  account_id: string;
  workspace_id: string;
  name: string;
  hint: string;
  secret_hash: string;
  scopes: string;
  created_at: number;
  expires_at: number | null;
  last_used_at: number | null;
  revoked_at: number | null;
}
