/** What stands on /channels: every connected channel's health in words, and what can be connected. */
import type { House } from "../house.ts";
import { canBeFetchedFrom } from "../outbound/index.ts";
import type { Platform, Scope } from "../platforms/contract.ts";
import { words, type Visitor } from "../web/index.ts";
import type { Channels } from "./channels.ts";
import { wayOf } from "./room.ts";
import type { ChannelHealth, ChannelView } from "./views.ts";

export interface Card {
  channel: ChannelView;
  state: { word: string; hue: string };
  /** One sentence for what needs the person, null when nothing does. */
  notice: string | null;
  may: string[];
  mayNot: string[];
  facts: Array<{ term: string; text: string }>;
  reconnect: boolean;
}

export interface Offer {
  platform: Platform;
  configured: boolean;
  /** What cannot go out, because platforms cannot reach this install; null when they can, or it makes no difference. */
  cannot: string | null;
  asksFor: readonly Scope[];
  ways: Array<{ id: string; label: string; about: string }>;
}

export function listPage(house: House, channels: Channels, visitor: Visitor) {
  const now = house.clock.now();
  const cards = channels
    .list(visitor.workspace.id)
    .map((channel) => cardOf(channels, channel, { now, timeZone: visitor.workspace.timeZone }));
  // What needs the person comes first.
  cards.sort((one, other) => Number(other.reconnect) - Number(one.reconnect));
  return {
    title: titleOf(cards),
    cards,
    offers: channels.platforms.map((platform) => offerOf(house, channels, platform)),
  };
}

function offerOf(house: House, channels: Channels, platform: Platform): Offer {
  const ways = (platform.ways ?? []).filter((way) => channels.app(way.app) !== null);
  return {
    platform,
    configured: channels.app(platform.id) !== null,
    cannot: canBeFetchedFrom(house.publicUrl, house.config.platformMode)
      ? null
      : (platform.guide.withoutAddress ?? null),
    asksFor: platform.oauth.scopes,
    ways: ways.map(({ id, label, about }) => ({ id, label, about })),
  };
}

function titleOf(cards: readonly Card[]): string {
  const all = cards.length;
  const needing = cards.filter((card) => card.reconnect).length;
  if (all === 0) return "No channel is connected yet";
  const many = `${words.number(all)} ${all === 1 ? "channel" : "channels"}`;
  if (needing === 0) return all === 1 ? "One channel, signed in" : `${many}, all signed in`;
  if (all === 1) return "One channel, and it needs you";
  if (needing === all) return `${many}, all need you`;
  return `${many}, ${words.number(needing).toLowerCase()} ${needing === 1 ? "needs" : "need"} you`;
}

interface When {
  now: number;
  timeZone: string;
}

function cardOf(channels: Channels, channel: ChannelView, when: When): Card {
  const scopes = wayOf(channel.platform, channel.extra["way"] ?? "").oauth.scopes;
  const granted = (scope: Scope): boolean => channel.scopes.includes(scope.id);
  return {
    channel,
    state: stateWords(channel.state),
    notice: noticeOf(channels, channel, when),
    may: scopes.filter(granted).map((scope) => scope.words),
    mayNot: scopes.filter((scope) => !granted(scope)).map((scope) => scope.words),
    facts: factsOf(channels, channel, when),
    reconnect: channel.state !== "ready",
  };
}

export function stateWords(state: ChannelHealth): { word: string; hue: string } {
  switch (state) {
    case "ready":
      return { word: "Signed in", hue: "live" };
    case "expiring":
      return { word: "Ends soon", hue: "waiting" };
    case "signed_out":
      return { word: "Signed out", hue: "broken" };
    case "revoked":
      return { word: "Access withdrawn", hue: "broken" };
    case "disconnected":
      return { word: "Disconnected", hue: "" };
  }
}

function noticeOf(channels: Channels, channel: ChannelView, { now, timeZone }: When): string | null {
  if (channel.state === "expiring") {
    const ends = channels.endsAt(channel);
    if (ends !== null && ends <= now)
      return `${channel.platform.name} wanted you to sign in again by ${words.fullDate(ends, timeZone)}, and may end the sign-in any time. Reconnect and nothing stops.`;
    return `The sign-in at ${channel.platform.name} ends ${ends === null ? "soon" : words.distance(ends, now)}. Reconnect before then and nothing stops.`;
  }
  if (channel.state === "ready") return null;
  const waiting = channels.scheduledCount(channel.id);
  const posts =
    waiting === 0 ? "" : ` ${capital(words.count(waiting, "post"))} ${waiting === 1 ? "waits" : "wait"} for it.`;
  const end = channels.erasedAt(channel);
  const until =
    end === null
      ? ""
      : ` If it is not reconnected by ${words.fullDate(end, timeZone)}, Postern erases it, as the platforms ask.`;
  return `${channel.stateReason ?? `${channel.platform.name} has signed Postern out.`}${posts}${until}`;
}

function factsOf(channels: Channels, channel: ChannelView, { now, timeZone }: When): Card["facts"] {
  const used = channel.lastSuccessAt;
  const facts = [
    { term: "Last heard from", text: heardFrom(used, now) },
    { term: "Connected", text: words.fullDate(channel.connectedAt, timeZone) },
  ];
  if (channel.state !== "ready" && channel.state !== "expiring") return facts;
  return [
    { term: "Sign-in", text: signInEnd(channels, channel, { now, timeZone }) },
    { term: "Access token", text: accessEnd(channels, channel, now) },
    ...facts,
  ];
}

function heardFrom(at: number | null, now: number): string {
  if (at === null) return "not yet";
  return now - at < 60_000 ? "just now" : words.distance(at, now);
}

function signInEnd(channels: Channels, channel: ChannelView, { now, timeZone }: When): string {
  const ends = channels.endsAt(channel);
  if (ends === null) return "lasts until it is withdrawn, as long as Postern can renew it";
  return `until ${words.fullDate(ends, timeZone)}, ${words.distance(ends, now)}`;
}

function accessEnd(channels: Channels, channel: ChannelView, now: number): string {
  const ends = channel.accessExpiresAt;
  if (ends === null) return "does not run out";
  if (channels.endsAt(channel) === ends) return `runs out ${words.distance(ends, now)}`;
  return ends <= now ? "renewed at the next use" : `runs out ${words.distance(ends, now)}, renewed by itself`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
