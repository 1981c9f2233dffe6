/** The invented people who have a TikTok account in the sandbox. */
import type { World } from "../world.ts";

export interface Creator {
  openId: string;
  unionId: string;
  username: string;
  nickname: string;
  bio: string;
  /** Longest video this creator may post directly, in seconds. */
  maxVideoSeconds: number;
  commentDisabled: boolean;
  duetDisabled: boolean;
  stitchDisabled: boolean;
  followers: number;
}

export const creators: readonly Creator[] = [
  {
    openId: "afd97af1-b87b-48b9-ac98-harbourclock",
    unionId: "c9c60f44-harbour",
    username: "harbourclockworks",
    nickname: "Harbour Clockworks",
    bio: "Clocks, slowly.",
    maxVideoSeconds: 600,
    commentDisabled: false,
    duetDisabled: false,
    stitchDisabled: false,
    followers: 48_213,
  },
  {
    openId: "1d0e4c7a-52f3-4a1e-9b1f-quietkitchen",
    unionId: "5b7a9d10-kitchen",
    username: "quietkitchen",
    nickname: "Quiet Kitchen",
    bio: "Food without talking.",
    maxVideoSeconds: 180,
    commentDisabled: false,
    duetDisabled: true,
    stitchDisabled: true,
    followers: 913,
  },
  {
    openId: "77b2a6f0-0c3d-4e58-8a44-northbindery",
    unionId: "e2418f66-bindery",
    username: "north.bindery",
    nickname: "North Bindery",
    bio: "Books by hand.",
    maxVideoSeconds: 300,
    commentDisabled: true,
    duetDisabled: true,
    stitchDisabled: true,
    followers: 12,
  },
];

export function findCreator(openId: string): Creator | undefined {
  return creators.find((creator) => creator.openId === openId);
}

/** The privacy levels TikTok offers: a public account never sees "followers", a private one never sees "everyone". */
export function privacyOptions(world: World): string[] {
  const widest = world.behaviour("tiktok", "account") === "private" ? "FOLLOWER_OF_CREATOR" : "PUBLIC_TO_EVERYONE";
  return [widest, "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"];
}
