/** Every reason why a post cannot go out as it is: its time, its files, its channels, and what each platform says. */
import { z } from "zod";
import type { Channels, ChannelView } from "../channels/index.ts";
import type { House } from "../house.ts";
import type { MediaLibrary } from "../media/index.ts";
import { PlatformError, type Platform, type Preparation } from "../platforms/index.ts";
import { assetIds, buildDraft } from "./drafts.ts";
import { timingOf } from "./schedule.ts";
import { MAX_CHANNELS, mediaIdsOf, problem, storageProblems } from "./storable.ts";
import type { ChannelInput, PostInput, PostProblem } from "./shapes.ts";

/** A time this little ago still means now: clocks differ and forms take a moment. */
export const GRACE_MS = 60_000;
/** How long a platform may take to say what the form should know; then the check goes on without. */
const PREPARE_WITHIN_MS = 5000;

export interface Rooms {
  house: House;
  channels: Channels;
  media: MediaLibrary;
}

export interface Judging {
  /** true: asks the platforms afresh, within a time limit; false: only what is known at this moment. */
  fresh?: boolean;
  /** What is about to be done; without it the post is only being written. */
  when?: "now" | "schedule";
}

/** Ordered: the post's own problems first, then channel by channel. A platform that does not answer is no problem. */
export async function judge(rooms: Rooms, workspaceId: string, input: PostInput, how: Judging): Promise<PostProblem[]> {
  const structural = storageProblems(rooms.house.db, workspaceId, input);
  const own = [
    ...structural,
    ...timeProblems(input, rooms.house.clock.now(), how),
    ...mediaStateProblems(rooms, workspaceId, input),
  ];
  if (how.when && input.channels.length === 0) {
    own.push(problem(null, "channels", "No channel is chosen.", "Choose at least one channel."));
  }
  const strangers = new Set(structural.filter((one) => one.field === "channelId").map((one) => one.channelId));
  const judged = await Promise.all(
    input.channels.slice(0, MAX_CHANNELS).map((version) => {
      const channel = rooms.channels.find(workspaceId, version.channelId);
      if (channel) return channelProblems(rooms, input, channel, version, how);
      return strangers.has(version.channelId) ? [] : [unusable(version.channelId)];
    }),
  );
  return [...own, ...judged.flat()];
}

function unusable(channelId: string): PostProblem {
  const message = "This channel is of a platform that this version of Postern does not know.";
  return problem(channelId, "channelId", message, "Choose another channel.");
}

function timeProblems(input: PostInput, now: number, how: Judging): PostProblem[] {
  if (how.when === "now") return [];
  const at = dueAtOf(input);
  if (at === null && how.when === "schedule" && !input.wallTime) {
    return [problem(null, "scheduledAt", "No time is chosen.", "Choose a time, or publish it now.")];
  }
  if (at !== null && at < now - GRACE_MS) {
    return [problem(null, "scheduledAt", "That time has passed.", "Choose a later time, or publish it now.")];
  }
  return [];
}

/** UTC ms; null when no time is given or it cannot be read (which storage names as a problem). */
function dueAtOf(input: PostInput): number | null {
  return timingOf(input)?.scheduledAt ?? null;
}

function mediaStateProblems(rooms: Rooms, workspaceId: string, input: PostInput): PostProblem[] {
  const states = mediaStates(rooms, workspaceId, mediaIdsOf(input));
  const of = (channelId: string | null, ids: readonly string[]): PostProblem[] =>
    [...new Set(ids)].flatMap((id) => {
      const row = states.get(id);
      if (row?.state === "processing") {
        return [problem(channelId, "media", `${row.name} is still being measured.`, "Wait until it is ready.")];
      }
      if (row?.state !== "failed") return [];
      return [
        problem(
          channelId,
          "media",
          `${row.name} cannot be used: ${row.problem ?? "it could not be read."}`,
          "Choose another file.",
        ),
      ];
    });
  const versions = input.channels.flatMap((version) =>
    of(version.channelId, [...(version.media ?? []), ...assetIds(version.options ?? {})]),
  );
  return [...of(null, input.media), ...versions];
}

interface MediaState {
  id: string;
  state: string;
  problem: string | null;
  name: string;
}

function mediaStates(rooms: Rooms, workspaceId: string, ids: readonly string[]): Map<string, MediaState> {
  const rows = rooms.house.db.all<MediaState>(
    `SELECT media.id, media.state, media.problem, media.name FROM media
     WHERE +media.workspace_id = ? AND media.id IN (SELECT value FROM json_each(?))`,
    [workspaceId, JSON.stringify(ids)],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

async function channelProblems(
  rooms: Rooms,
  input: PostInput,
  channel: ChannelView,
  version: ChannelInput,
  how: Judging,
): Promise<PostProblem[]> {
  const standing = standingProblem(channel);
  if (standing && channel.state === "disconnected") return [standing];
  const heard = standing ? { preparation: null } : await preparationOf(rooms, channel, how);
  const said = heard.signedOut ?? standing;
  return [...(said ? [said] : []), ...contentProblems(rooms, input, channel, version, heard.preparation)];
}

function standingProblem(channel: ChannelView): PostProblem | null {
  switch (channel.state) {
    case "ready":
    case "expiring":
      return null;
    case "signed_out":
    case "revoked":
      return signedOut(channel);
    case "disconnected":
      return problem(
        channel.id,
        "channelId",
        `This ${channel.platform.name} channel was disconnected.`,
        "Choose another channel, or connect it again.",
      );
  }
}

function signedOut(channel: ChannelView): PostProblem {
  const message = `${channel.label} is signed out at ${channel.platform.name}.`;
  return problem(channel.id, "channelId", message, "Connect it again under Channels; the post stays as it is.");
}

interface Heard {
  preparation: Preparation | null;
  signedOut?: PostProblem;
}

/** Silence is not a problem: the engine checks again before it sends. */
async function preparationOf(rooms: Rooms, channel: ChannelView, how: Judging): Promise<Heard> {
  const atHand = (): Heard => ({ preparation: rooms.channels.preparationNow(channel.workspaceId, channel.id) });
  if (!how.fresh) return atHand();
  let timer: NodeJS.Timeout | undefined;
  const tired = new Promise<Heard>((resolve) => (timer = setTimeout(() => resolve(atHand()), PREPARE_WITHIN_MS)));
  try {
    const asked = rooms.channels
      .preparation(channel.workspaceId, channel.id)
      .then((preparation): Heard => ({ preparation }));
    return await Promise.race([asked, tired]);
  } catch (error) {
    if (error instanceof PlatformError && error.kind === "signed_out")
      return { preparation: null, signedOut: signedOut(channel) };
    return atHand();
  } finally {
    clearTimeout(timer);
  }
}

/** What the platform itself says of the version; options it has no schema for are named even where the module forgets to. */
function contentProblems(
  rooms: Rooms,
  input: PostInput,
  channel: ChannelView,
  version: ChannelInput,
  preparation: Preparation | null,
): PostProblem[] {
  const { platform, id, workspaceId } = channel;
  const media = version.media ?? input.media;
  const options = version.options ?? {};
  const draft = buildDraft(
    { text: version.text ?? input.text, media, options },
    (ids) => rooms.media.facts(workspaceId, ids),
    dueAtOf(input),
    rooms.media.canBeFetched,
  );
  // Files that are missing or not yet measured are named once, by name, and not again as "needs a video".
  const complete = draft.media.length === media.length;
  const said = platform
    .validate(draft, preparation)
    .filter((one) => complete || one.field !== "media")
    .map((one) => problem(id, one.field, one.message, one.remedy));
  const named = new Set(said.map((one) => one.field));
  return [...said, ...optionProblems(platform, id, options).filter((one) => !named.has(one.field))];
}

function optionProblems(platform: Platform, channelId: string, options: Record<string, unknown>): PostProblem[] {
  const names = optionNames(platform);
  const unknown = Object.keys(options)
    .filter((name) => !names.has(name))
    .map((name) => problem(channelId, name, `${platform.name} has no option called ${name}.`, "Remove it."));
  const issues = platform.options.safeParse(options).error?.issues ?? [];
  const fields = new Set(issues.flatMap((issue) => (issue.path.length > 0 ? [String(issue.path[0])] : [])));
  const unreadable = [...fields].map((name) =>
    problem(channelId, name, `${platform.name} cannot read this choice.`, "Choose again."),
  );
  return [...unknown, ...unreadable];
}

const namesByPlatform = new WeakMap<Platform, Set<string>>();

function optionNames(platform: Platform): Set<string> {
  let names = namesByPlatform.get(platform);
  if (!names) {
    const schema = z.toJSONSchema(platform.options, { io: "input", unrepresentable: "any" });
    namesByPlatform.set(platform, (names = new Set(Object.keys(schema.properties ?? {}))));
  }
  return names;
}
