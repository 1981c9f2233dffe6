/** The choice between several destinations that one consent brought. */
import type { Platform } from "../platforms/contract.ts";
import type { Channels } from "./channels.ts";
import type { Whose } from "./flows.ts";

export interface Candidate {
  remoteId: string;
  name: string;
  handle: string;
  /** data: address of a small picture, or null. */
  picture: string | null;
  connected: boolean;
  /** Why it cannot be chosen; null when it can. */
  barred: string | null;
}

export interface ChoicePage {
  title: string;
  flowId: string;
  platform: Platform;
  candidates: Candidate[];
  problem: string;
}

/** Null when there is nothing to choose from any more. */
export function choicePage(channels: Channels, flowId: string, whose: Whose): ChoicePage | null {
  const found = channels.consents.found(flowId, whose);
  const platform = channels.platforms.find((one) => one.id === found?.platform);
  if (!found || !platform) return null;
  return {
    title: "Which of these?",
    flowId,
    platform,
    candidates: found.destinations.map((one) => ({
      remoteId: one.remoteId,
      name: one.name,
      handle: one.handle,
      picture: one.avatar === null ? null : `data:image/webp;base64,${one.avatar}`,
      connected: channels.consents.isConnected(whose.workspaceId, platform.id, one.remoteId),
      barred: one.barred ?? null,
    })),
    problem: "",
  };
}
