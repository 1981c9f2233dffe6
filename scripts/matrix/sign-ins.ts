/** Every way of signing a channel in and of disconnecting it, with the publication that shows that a channel is whole. */
import { flows, type Flow } from "./flows.ts";

export interface SignInFlow {
  platform: string;
  name: string;
  does: "connect" | "disconnect";
  /** What is pressed on the page of the channels. */
  button: string;
  /** Whose name is chosen on the consent page; the first one unless said. */
  account?: string;
  /** How many channels it brings. */
  channels: number;
  /** The channel exists and its sign-in has ended. */
  again?: true;
  /** The access token has run out when it begins, so it is renewed first. */
  expired?: true;
  /** How it ends when nothing breaks. */
  end: "connected" | "withdrawn" | "not withdrawn";
  proof: Flow;
}

/** Manages several Pages, some lent by a portfolio, one only to look at. */
const MANY_PAGES = "100090000000002";

const proofOf = (platform: string, name: string): Flow =>
  flows.find((flow) => flow.platform === platform && flow.name === name)!;

const tiktok = {
  platform: "tiktok",
  button: "Connect TikTok",
  channels: 1,
  proof: proofOf("tiktok", "video"),
} as const;
const youtube = {
  platform: "youtube",
  button: "Connect YouTube",
  channels: 1,
  proof: proofOf("youtube", "video"),
} as const;
const instagram = {
  platform: "instagram",
  button: "Connect Instagram",
  channels: 1,
  proof: proofOf("instagram", "photo"),
} as const;
const throughPage = { ...instagram, button: "Connect Instagram through a Facebook Page" } as const;
const facebook = {
  platform: "facebook",
  button: "Connect Facebook",
  channels: 1,
  proof: proofOf("facebook", "text"),
} as const;
const manyPages = { ...facebook, account: MANY_PAGES, channels: 3 } as const;

const connect = { does: "connect", end: "connected" } as const;
const disconnect = { does: "disconnect", end: "withdrawn" } as const;
const byHand = { does: "disconnect", end: "not withdrawn" } as const;

export const signInFlows: readonly SignInFlow[] = [
  { ...tiktok, ...connect, name: "signing in" },
  { ...tiktok, ...connect, name: "signing in again", again: true },
  { ...tiktok, ...disconnect, name: "disconnecting" },
  { ...tiktok, ...disconnect, name: "disconnecting, token run out", expired: true },
  { ...youtube, ...connect, name: "signing in" },
  { ...youtube, ...disconnect, name: "disconnecting" },
  { ...youtube, ...disconnect, name: "disconnecting, token run out", expired: true },
  { ...instagram, ...connect, name: "signing in" },
  { ...throughPage, ...connect, name: "signing in through a Page", account: MANY_PAGES },
  { ...instagram, ...byHand, name: "disconnecting" },
  { ...throughPage, ...disconnect, name: "disconnecting through a Page" },
  { ...facebook, ...connect, name: "signing in again", again: true },
  { ...manyPages, ...connect, name: "signing in with several Pages" },
  { ...facebook, ...disconnect, name: "disconnecting" },
  { ...manyPages, ...byHand, name: "disconnecting one of several Pages" },
];
