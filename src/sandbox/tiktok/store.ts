/** What the sandbox's TikTok remembers: codes, grants, tokens and one task per publish_id. */
import type { Collection, World } from "../world.ts";

export interface Code {
  creatorId: string;
  clientKey: string;
  redirectUri: string;
  scopes: string[];
  /** SHA-256 of the verifier in hex; "" when none is asked for. */
  challenge: string;
  expiresAt: number;
}

export interface Grant {
  id: string;
  creatorId: string;
  clientKey: string;
  scopes: string[];
  refreshToken: string;
  refreshExpiresAt: number;
  revoked: boolean;
}

export interface AccessToken {
  grantId: string;
  expiresAt: number;
}

export interface TaskFile {
  fileId: string;
  bytes: number;
  sha256: string;
  mime: string;
}

export interface Task {
  publishId: string;
  creatorId: string;
  username: string;
  kind: "video" | "photo";
  /** True for drafts: nothing is public before the creator acts in the app. */
  inbox: boolean;
  openedAt: number;
  /** What the app wrote: captions, privacy, toggles. */
  post: Record<string, unknown>;
  state: "uploading" | "downloading" | "processing" | "complete" | "inbox" | "failed" | "cancelled";
  failReason: string;
  /** Set when every byte is there. */
  receivedAt: number | null;
  completedAt: number | null;
  /** Digits; null as long as the post is not public. */
  postId: string | null;
  /** How often the finished state was told: the first time carries no id yet. */
  toldComplete: number;
  files: TaskFile[];
  warnings: string[];
  upload: Upload | null;
  photoUrls: string[];
}

export interface Upload {
  id: string;
  token: string;
  size: number;
  chunk: number;
  count: number;
  storedChunks: number;
  storedBytes: number;
  fileId: string | null;
}

export interface Store {
  codes: Collection<Code>;
  grants: Collection<Grant>;
  access: Collection<AccessToken>;
  /** Every refresh token ever issued, to its grant; only the grant's current one works. */
  refresh: Collection<{ grantId: string }>;
  tasks: Collection<Task>;
  uploads: Collection<{ publishId: string }>;
  calls: Collection<{ times: number[] }>;
}

export function tiktokStore(world: World): Store {
  return {
    codes: world.collection("tiktok.codes"),
    grants: world.collection("tiktok.grants"),
    access: world.collection("tiktok.access"),
    refresh: world.collection("tiktok.refresh"),
    tasks: world.collection("tiktok.tasks"),
    uploads: world.collection("tiktok.uploads"),
    calls: world.collection("tiktok.calls"),
  };
}
