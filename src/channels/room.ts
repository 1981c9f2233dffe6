/** What the files of this room hand each other. */
import type { House } from "../house.ts";
import type { OAuthProfile, Platform } from "../platforms/contract.ts";
import type { Apps } from "./apps.ts";
import type { Listeners } from "./listeners.ts";
import type { RateWindows } from "./rates.ts";
import type { ChannelRows } from "./rows.ts";

export interface Room {
  house: House;
  platforms: readonly Platform[];
  rows: ChannelRows;
  apps: Apps;
  rates: RateWindows;
  listeners: Listeners;
}

/** How a channel was, or is to be, signed in: the platform's own way (""), or one of its other ways. */
export interface Way {
  id: string;
  /** Platform whose app credentials are used. */
  app: string;
  oauth: OAuthProfile;
}

/** The way with this id; the platform's own when there is none of that name. */
export function wayOf(platform: Platform, id: string): Way {
  const found = platform.ways?.find((way) => way.id === id);
  return found ?? { id: "", app: platform.id, oauth: platform.oauth };
}

/** Where a creator withdraws access that was given this way. */
export function manageAccessUrl(platform: Platform, way: string): string {
  return platform.ways?.find((one) => one.id === way)?.manageAccessUrl ?? platform.guide.manageAccessUrl;
}

export function platformIn(room: Room, id: string): Platform {
  const found = room.platforms.find((platform) => platform.id === id);
  if (!found) throw new Error(`There is no platform ${id}.`);
  return found;
}
