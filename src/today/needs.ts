/** What waits for a person: publications that stopped and channels that are signed out or soon will be. Bounded, newest first. */
import type { ChannelView } from "../channels/index.ts";
import type { PublicationState } from "../database/index.ts";
import { findPlatform, type Platform } from "../platforms/index.ts";
import { titleOf } from "../posts/index.ts";
import { words } from "../web/index.ts";
import type { Wired } from "../wiring.ts";

export interface NeedView {
  hue: "waiting" | "broken" | "unsure";
  /** None when the platform is no longer known. */
  platforms: Platform[];
  title: string;
  text: string;
  action: { label: string; href: string };
  /** A form instead of a link: posted to href. */
  post?: boolean;
}

interface Waiting {
  id: string;
  post_id: string;
  channel_id: string;
  platform: string;
  state: PublicationState;
  started_at: number | null;
  expires_at: number | null;
  updated_at: number;
  problem: string | null;
  text: string;
}

const MOST = 12;
/** A failure is news for three days; afterwards the list of posts still says it. */
const RECENT_MS = 3 * 86_400_000;

export function needsOf(wired: Wired, workspace: { id: string; timeZone: string }): NeedView[] {
  const now = wired.house.clock.now();
  const channels = wired.channels.list(workspace.id);
  const signedOut = new Set(channels.filter(isSignedOut).map((channel) => channel.id));
  const waiting = (["in_inbox", "held", "unconfirmed", "failed"] as const)
    .flatMap((state) => read(wired, workspace.id, state))
    .filter((row) => row.state !== "failed" || row.updated_at >= now - RECENT_MS)
    // A signed-out channel says it once for all of its posts.
    .filter((row) => row.state !== "held" || codeOf(row) !== "signed_out" || !signedOut.has(row.channel_id));
  const stopped = [...Map.groupBy(waiting, togetherWith).values()].map((rows) =>
    rows.length === 1 ? publicationNeed(rows[0]!, workspace.timeZone, now) : postNeed(rows),
  );
  const doors = channels.flatMap((channel) => channelNeed(wired, channel, workspace.timeZone, now));
  return [...doors, ...stopped].slice(0, MOST);
}

function read(wired: Wired, workspaceId: string, state: PublicationState): Waiting[] {
  return wired.house.db.all<Waiting>(
    `SELECT publications.id, publications.post_id, publications.channel_id, publications.platform, publications.state,
            publications.started_at, publications.expires_at, publications.updated_at, publications.problem, posts.text
     FROM publications JOIN posts ON posts.id = publications.post_id
     WHERE publications.workspace_id = ? AND publications.state = ?
     ORDER BY publications.due_at DESC LIMIT ${MOST}`,
    [workspaceId, state],
  );
}

/** What failed, or is held, on several channels of one post is said once; the rest is decided one by one. */
function togetherWith(row: Waiting): string {
  return row.state === "failed" || row.state === "held" ? `${row.state} ${row.post_id}` : row.id;
}

/** Several channels of one post, all failed or all held. */
function postNeed(rows: readonly Waiting[]): NeedView {
  const [first] = rows as [Waiting];
  const platforms = [...new Set(rows.flatMap(({ platform }) => findPlatform(platform) ?? []))];
  const messages = [...new Set(rows.map((row) => problemOf(row).message))];
  const failed = first.state === "failed";
  return {
    hue: failed ? "broken" : "waiting",
    platforms,
    title: `“${titleOf(first.text, 48)}” ${failed ? "failed" : "is held"} on ${rows.length} channels`,
    text: messages.length === 1 ? messages[0]! : `${messages[0]} The others say why on the post's page.`,
    action: { label: failed ? "See why" : "See and decide", href: `/posts/${first.post_id}` },
  };
}

function publicationNeed(row: Waiting, timeZone: string, now: number): NeedView {
  const platforms = [findPlatform(row.platform) ?? []].flat();
  const name = platforms[0]?.name ?? row.platform;
  const quoted = `“${titleOf(row.text, 48)}”`;
  const href = `/posts/${row.post_id}#p-${row.id}`;
  const { message } = problemOf(row);
  switch (row.state) {
    case "in_inbox": {
      const since = `${quoted} is in your inbox since ${words.dayAndTime(row.updated_at, timeZone, now).replace("today ", "")}.`;
      const end = row.expires_at === null ? "" : ` It expires ${words.dayAndTime(row.expires_at, timeZone, now)}.`;
      const action = { label: "I have posted it", href: `/posts/${row.post_id}/publications/${row.id}/landed` };
      return { hue: "waiting", platforms, title: `Finish in the ${name} app`, text: since + end, action, post: true };
    }
    case "unconfirmed":
      return {
        hue: "unsure",
        platforms,
        title: "Did this one appear?",
        text: `${quoted}: ${name} cannot say. Postern will not send it again by itself.`,
        action: { label: "Look and decide", href },
      };
    case "held":
      return {
        hue: "waiting",
        platforms,
        title: `${quoted} is held`,
        text: message,
        action: { label: "See and decide", href },
      };
    default:
      return { hue: "broken", platforms, title: `${quoted} failed`, text: message, action: { label: "See why", href } };
  }
}

function channelNeed(wired: Wired, channel: ChannelView, timeZone: string, now: number): NeedView[] {
  const { platform } = channel;
  const action = { label: "Reconnect", href: "/channels" };
  if (isSignedOut(channel)) {
    const waiting = wired.channels.scheduledCount(channel.id);
    const posts =
      waiting === 0
        ? ""
        : `${words.count(waiting, "scheduled post")} ${waiting === 1 ? "waits" : "wait"}. `.replace(/^o/, "O");
    const title = `${platform.name} signed Postern out`;
    return [
      { hue: "broken", platforms: [platform], title, text: `${channel.label}: ${posts}Nothing is lost.`, action },
    ];
  }
  if (channel.state !== "expiring") return [];
  const ends = wired.channels.endsAt(channel);
  const when = ends === null ? "soon" : words.dayAndTime(ends, timeZone, now);
  const text =
    ends !== null && ends <= now
      ? `${channel.label}: the sign-in may end any time. Reconnect and nothing stops.`
      : `${channel.label}: the sign-in ends ${when}. Reconnect before then and nothing stops.`;
  return [
    { hue: "waiting", platforms: [platform], title: `${platform.name} wants you to sign in again`, text, action },
  ];
}

function isSignedOut(channel: ChannelView): boolean {
  return channel.state === "signed_out" || channel.state === "revoked";
}

function problemOf(row: Waiting): { code: string; message: string } {
  const read = row.problem === null ? {} : (JSON.parse(row.problem) as { code?: string; message?: string });
  return { code: read.code ?? "", message: read.message ?? "It needs a decision." };
}

function codeOf(row: Waiting): string {
  return problemOf(row).code;
}
