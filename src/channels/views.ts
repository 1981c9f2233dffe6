/** What other rooms and pages see of a channel: its row with the state worked out, never a token. */
import type { Platform } from "../platforms/contract.ts";
import { manageAccessUrl } from "./room.ts";
import type { Channel } from "./rows.ts";

export type ChannelHealth = "ready" | "expiring" | "signed_out" | "revoked" | "disconnected";

/** Times are UTC ms. `label` is what a person reads: the name, or "disconnected TikTok". */
export interface ChannelView {
  id: string;
  workspaceId: string;
  platform: Platform;
  remoteId: string | null;
  name: string;
  handle: string;
  hasAvatar: boolean;
  avatarPath: string | null;
  label: string;
  state: ChannelHealth;
  stateReason: string | null;
  scopes: string[];
  accessExpiresAt: number | null;
  refreshExpiresAt: number | null;
  lastSuccessAt: number | null;
  connectedAt: number;
  disconnectedAt: number | null;
  extra: Readonly<Record<string, string>>;
  /** Where the person withdraws access at the platform. */
  manageAccessUrl: string;
}

/** What disconnecting did. Never names the channel. */
export interface Receipt {
  channelId: string;
  platform: string;
  /** UTC ms. */
  disconnectedAt: number;
  /** In words: what the platform said to withdrawing the grant. */
  revocation: string;
  revoked: boolean;
  erased: string[];
  kept: string[];
  cancelledPublications: number;
  /** Where access is withdrawn by hand; absent in old receipts. */
  manageAccessUrl?: string;
}

/** A sign-in that ends within this time is shown as ending. */
export const EXPIRING_MS = 7 * 24 * 3600_000;

export interface ViewFacts {
  platform: Platform;
  extra: Record<string, string>;
  /** Whether the access token can be renewed without the person. */
  renews: boolean;
  now: number;
}

export function viewOf(row: Channel, facts: ViewFacts): ChannelView {
  const { platform } = facts;
  const connected = row.disconnected_at === null;
  const hasAvatar = row.has_avatar === 1;
  return {
    id: row.id,
    workspaceId: row.workspace_id,
    platform,
    remoteId: row.remote_id,
    name: row.name ?? "",
    handle: row.handle ?? "",
    hasAvatar,
    avatarPath: hasAvatar ? `/channels/${row.id}/avatar.webp` : null,
    label: connected ? row.name || row.handle || platform.name : `disconnected ${platform.name}`,
    state: healthOf(row, facts),
    stateReason: row.state_reason,
    scopes: JSON.parse(row.scopes) as string[],
    accessExpiresAt: row.access_expires_at,
    refreshExpiresAt: row.refresh_expires_at,
    lastSuccessAt: row.last_success_at,
    connectedAt: row.connected_at,
    disconnectedAt: row.disconnected_at,
    extra: facts.extra,
    manageAccessUrl: manageAccessUrl(platform, facts.extra["way"] ?? ""),
  };
}

/** When the person must sign in again, UTC ms; null = not known, or never. */
export function endOf(row: Pick<Channel, "access_expires_at" | "refresh_expires_at">, renews: boolean): number | null {
  return row.refresh_expires_at ?? (renews ? null : row.access_expires_at);
}

function healthOf(row: Channel, facts: ViewFacts): ChannelHealth {
  if (row.disconnected_at !== null) return "disconnected";
  if (row.state !== "ready") return row.state;
  const ends = endOf(row, facts.renews);
  return ends !== null && ends - facts.now < EXPIRING_MS ? "expiring" : "ready";
}
