/** What the sandbox's Google remembers: sign-ins, channels, uploads under way, videos and playlists. */
import type { World } from "../world.ts";

export interface Grant {
  refreshToken: string;
  clientId: string;
  accountId: string;
  scopes: string[];
  revoked: boolean;
}

export interface Token {
  token: string;
  /** The grant's refresh token; "" when the grant has none. */
  grant: string;
  accountId: string;
  scopes: string[];
  expiresAt: number;
  revoked: boolean;
  /** Issued for a refresh token: survives the switch that makes older ones expire. */
  renewed: boolean;
}

export interface Code {
  code: string;
  clientId: string;
  redirectUri: string;
  accountId: string;
  scopes: string[];
  challenge: string;
  offline: boolean;
  expiresAt: number;
  used: boolean;
}

export interface Resource {
  snippet: { title: string; description: string; tags: string[]; categoryId: string };
  status: {
    privacyStatus: string;
    selfDeclaredMadeForKids: boolean | null;
    license: string;
    embeddable: boolean;
    containsSyntheticMedia: boolean;
  };
  hasPaidProductPlacement: boolean;
  notifySubscribers: boolean;
}

export interface Upload {
  uploadId: string;
  channelId: string;
  resource: Resource;
  mime: string;
  /** Bytes announced; null until the first Content-Range names them. */
  total: number | null;
  stored: number;
  fileId: string | null;
  sha256: string;
  videoId: string | null;
  openedAt: number;
}

export interface Video extends Resource {
  id: string;
  channelId: string;
  file: { fileId: string; bytes: number; sha256: string; mime: string };
  uploadedAt: number;
  uploadStatus: "uploaded" | "processed" | "failed" | "rejected";
  reason: string;
  processedAt: number | null;
  thumbnailSetAt: number | null;
}

export interface PlaylistItem {
  id: string;
  playlistId: string;
  videoId: string;
  addedAt: number;
}

export function storeOf(world: World) {
  return {
    codes: world.collection<Code>("youtube.codes"),
    grants: world.collection<Grant>("youtube.grants"),
    tokens: world.collection<Token>("youtube.tokens"),
    uploads: world.collection<Upload>("youtube.uploads"),
    videos: world.collection<Video>("youtube.videos"),
    items: world.collection<PlaylistItem>("youtube.playlist-items"),
    days: world.collection<{ day: string; uploads: number }>("youtube.days"),
  };
}

export type Store = ReturnType<typeof storeOf>;
