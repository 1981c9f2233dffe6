/** What the sandbox's Instagram remembers: sign-ins, containers, published media and comments. */
import type { World } from "../world.ts";

export interface Code {
  code: string;
  clientId: string;
  redirectUri: string;
  accountId: string;
  scopes: string[];
  expiresAt: number;
  used: boolean;
}

export interface Token {
  token: string;
  accountId: string;
  scopes: string[];
  /** A short one lasts an hour and can be traded once for a long one of sixty days. */
  long: boolean;
  issuedAt: number;
  expiresAt: number;
}

export interface StoredFile {
  fileId: string;
  bytes: number;
  sha256: string;
  mime: string;
}

export interface Container {
  id: string;
  accountId: string;
  /** As it was asked for; "" = one image. */
  mediaType: "" | "VIDEO" | "REELS" | "STORIES" | "CAROUSEL";
  child: boolean;
  caption: string;
  /** The other choices, as they will be shown. */
  choices: Record<string, unknown>;
  children: string[];
  /** Its bytes are still to be sent. */
  awaitsBytes: boolean;
  file: StoredFile | null;
  createdAt: number;
  /** When all its bytes were there. */
  arrivedAt: number;
  /** The subcode with which it failed, or "". */
  failure: string;
  /** Publishing was asked for and is held up by a switch. */
  stuck: boolean;
  mediaId: string;
}

export interface Media {
  id: string;
  accountId: string;
  caption: string;
  mediaType: "IMAGE" | "VIDEO" | "CAROUSEL_ALBUM";
  productType: "FEED" | "REELS" | "STORY";
  permalink: string;
  publishedAt: number;
}

export interface Comment {
  id: string;
  mediaId: string;
  username: string;
  text: string;
  at: number;
}

export function instagramStore(world: World) {
  return {
    codes: world.collection<Code>("instagram.codes"),
    tokens: world.collection<Token>("instagram.tokens"),
    containers: world.collection<Container>("instagram.containers"),
    media: world.collection<Media>("instagram.media"),
    comments: world.collection<Comment>("instagram.comments"),
  };
}

/** A new id of 17 digits, too big for a JavaScript number; the first four tell what it is of. */
export const newId = (world: World, kind: "1790" | "1800" | "1801") => kind + world.digits(13);

/** True once when the switch stands at `value`; then it is off again. */
export function spent(world: World, name: string, value: string): boolean {
  if (world.behaviour("instagram", name) !== value) return false;
  world.setBehaviour("instagram", name, "");
  return true;
}
