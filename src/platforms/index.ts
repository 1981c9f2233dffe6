/** The list: every platform Postern knows, in the order people meet them. */
import type { Platform } from "./contract.ts";
import { facebook } from "./facebook/index.ts";
import { instagram } from "./instagram/index.ts";
import { tiktok } from "./tiktok/index.ts";
import { youtube } from "./youtube/index.ts";

export const platforms: readonly Platform[] = [tiktok, youtube, instagram, facebook];

/** The platform with this id, or undefined. */
export function findPlatform(id: string): Platform | undefined {
  return platforms.find((platform) => platform.id === id);
}

export * from "./contract.ts";
