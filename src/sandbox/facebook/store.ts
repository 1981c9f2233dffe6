/** What the sandbox's Facebook remembers: photos, posts, videos on their way and done, stories and comments. */
import type { FeedItem, World } from "../world.ts";

export type StoredFile = FeedItem["files"][number];

export interface Photo {
  id: string;
  pageId: string;
  file: StoredFile;
  altText: string;
  uploadedAt: number;
  /** The post or story it is in; "" while it is in none. */
  usedIn: string;
}

export interface Post {
  id: string;
  pageId: string;
  message: string;
  link: string;
  photoIds: string[];
  videoId: string;
  createdAt: number;
  published: boolean;
}

export interface Video {
  id: string;
  pageId: string;
  kind: "video" | "reel" | "story";
  /** Bytes announced, 0 while nobody said; and stored so far. */
  bytes: number;
  stored: number;
  /** The pieces as they came. */
  pieces: string[];
  file: StoredFile | null;
  /** The upload host is fetching it itself, or could not. */
  fetching: "" | "under_way" | "failed";
  sessionId: string;
  openedAt: number;
  title: string;
  description: string;
  /** When the deciding request came, UTC ms; null = it has not. */
  finishedAt: number | null;
  state: "open" | "processing" | "live" | "failed";
  /** Meta's code for what is wrong with the file, found while it is processed; "" when nothing is. */
  flaw: string;
  /** Meta's code for why it failed. */
  failure: string;
  /** The number after the Page's in the post's id. */
  postNumber: string;
}

export interface Story {
  id: string;
  pageId: string;
  mediaId: string;
  mediaType: "photo" | "video";
  createdAt: number;
}

export interface Comment {
  id: string;
  target: string;
  message: string;
  pageId: string;
  createdAt: number;
}

export function facebookStore(world: World) {
  return {
    photos: world.collection<Photo>("facebook.photos"),
    posts: world.collection<Post>("facebook.posts"),
    videos: world.collection<Video>("facebook.videos"),
    stories: world.collection<Story>("facebook.stories"),
    comments: world.collection<Comment>("facebook.comments"),
  };
}

/** Video ids begin alike, so that a fault can be armed for reading them. */
export const VIDEO_PREFIX = "9107";
