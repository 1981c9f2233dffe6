/** One publication as its section of the post page shows it: state, progress, problem, actions and timeline. */
import type { ChannelView } from "../../channels/index.ts";
import { findPlatform, type Platform } from "../../platforms/index.ts";
import type { PublicationView, TimelineLine } from "../../publishing/index.ts";
import { words } from "../../web/index.ts";
import { actionsOf, type Action } from "./actions.ts";

export interface SectionView {
  publication: PublicationView;
  platform: Platform | null;
  label: string;
  state: { word: string; hue: string; hollow: boolean };
  /** "for today 17:30", "since 10:12": the one time that matters in this state. */
  when: string;
  progress: Progress | null;
  /** What was kept, where the problem itself does not say so. */
  kept: string;
  actions: Action[];
  /** Newest first. */
  lines: Array<TimelineLine & { hue: string; clock: string; iso: string }>;
}

export interface Progress {
  sent: number;
  total: number;
  percent: number;
  /** "41 of 64 MB · about 12 seconds left" */
  text: string;
}

export interface SectionFacts {
  publication: PublicationView;
  channel: ChannelView | null;
  timeline: readonly TimelineLine[];
  timeZone: string;
  now: number;
  mayChange: boolean;
  /** What the post is made of, for the sentence that says it is kept. */
  hasVideo: boolean;
  hasMedia: boolean;
  /** Bytes a second, measured while the page is open. */
  speed?: number | null;
}

export function sectionOf(facts: SectionFacts): SectionView {
  const { publication, channel, timeZone, now } = facts;
  const platform = findPlatform(publication.platform) ?? null;
  const platformName = platform?.name ?? publication.platform;
  const state = words.stateWords(publication.state);
  const signedOut = channel?.state === "signed_out" || channel?.state === "revoked";
  const disconnected = channel === null || channel.state === "disconnected";
  const newest = [...facts.timeline].reverse();
  return {
    publication,
    platform,
    label: channel?.label ?? `disconnected ${platformName}`,
    state,
    when: whenOf(publication, timeZone, now),
    progress: progressOf(publication, facts.speed ?? null),
    kept: keptOf(facts),
    actions: actionsOf({ publication, platformName, signedOut, disconnected, mayChange: facts.mayChange }),
    lines: newest.map((line, index) => ({
      ...line,
      hue: index === 0 ? state.hue : "",
      clock: clockOf(line.at, timeZone, now),
      iso: new Date(line.at).toISOString(),
    })),
  };
}

/** Seconds matter today; before that the day does. */
function clockOf(at: number, timeZone: string, now: number): string {
  const today = words.isoDay(at, timeZone) === words.isoDay(now, timeZone);
  return today ? words.clockSeconds(at, timeZone) : `${words.shortDay(at, timeZone)} ${words.clockTime(at, timeZone)}`;
}

function whenOf(publication: PublicationView, timeZone: string, now: number): string {
  const said = (at: number): string => words.dayAndTime(at, timeZone, now);
  switch (publication.state) {
    case "scheduled":
      if (publication.dueAt <= now + 5000) return "It starts as soon as there is room.";
      return `for ${said(publication.dueAt)}, ${words.distance(publication.dueAt, now)}`;
    case "published":
      return publication.publishedAt === null ? "" : said(publication.publishedAt);
    case "in_inbox":
      return publication.expiresAt === null ? "" : `It is expected to expire ${said(publication.expiresAt)}.`;
    case "confirming":
      return "Everything is sent; the platform is working on it.";
    default:
      return "";
  }
}

function progressOf(publication: PublicationView, speed: number | null): Progress | null {
  const { sentBytes: sent, totalBytes: total, state } = publication;
  if (state !== "publishing" || total <= 0) return null;
  const left = speed !== null && speed > 0 && sent < total ? ` · about ${span((total - sent) / speed)} left` : "";
  const percent = Math.min(100, Math.floor((sent / total) * 100));
  return { sent, total, percent, text: `${amounts(sent, total)}${left}` };
}

/** "41 of 64 MB", "900 kB of 64 MB" */
export function amounts(sent: number, total: number): string {
  const [have, haveUnit] = words.fileSize(sent).split(" ");
  const whole = words.fileSize(total);
  return whole.endsWith(` ${haveUnit}`) ? `${have} of ${whole}` : `${words.fileSize(sent)} of ${whole}`;
}

function span(seconds: number): string {
  if (seconds < 90) return words.count(Math.max(1, Math.ceil(seconds)), "second");
  if (seconds < 5400) return words.count(Math.round(seconds / 60), "minute");
  return words.count(Math.round(seconds / 3600), "hour");
}

function keptOf({ publication, hasVideo, hasMedia }: SectionFacts): string {
  const { problem, state } = publication;
  if (!problem || !["failed", "held"].includes(state)) return "";
  const said = `${problem.message} ${problem.remedy}`;
  const what = hasVideo
    ? "Your text and video are kept."
    : hasMedia
      ? "Your text and media are kept."
      : "Your text is kept.";
  const kept = /\bkept\b|nothing is lost/i.test(said) ? [] : [what];
  const none = publication.sentBytes === 0 && state === "failed" && hasMedia && !/nothing was uploaded/i.test(said);
  return [...kept, ...(none && problem.code === "invalid" ? ["Nothing was uploaded."] : [])].join(" ");
}
