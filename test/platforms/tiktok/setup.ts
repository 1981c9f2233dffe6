/** A signed-in TikTok channel in a sandbox of its own, files of any size, and the walk to the end of a publication. */
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestContext } from "node:test";
import type { DeliveryMedia, Draft, MediaFacts, Outcome } from "../../../src/platforms/contract.ts";
import type { Checkpoint } from "../../../src/platforms/tiktok/checkpoint.ts";
import { tiktok } from "../../../src/platforms/tiktok/index.ts";
import {
  delivery,
  mediaFile,
  openSandbox,
  signIn,
  type RecordedDelivery,
  type TestSandbox,
  type TestSession,
} from "../../support/sandbox.ts";

export const API = "open.tiktokapis.com/v2";
export const UPLOAD = "PUT open-upload.tiktokapis.com/video/";
export const INIT = `POST ${API}/post/publish/video/init/`;
export const STATUS = `POST ${API}/post/publish/status/fetch/`;

/** What a person chose for a public direct post. */
export const DIRECT = { mode: "direct", privacyLevel: "PUBLIC_TO_EVERYONE", musicConsent: true };

export interface Stage {
  sandbox: TestSandbox;
  session: TestSession;
  folder: string;
  /** A sparse file of `bytes`, ending in a mark so that order matters. */
  video(bytes: number, facts?: Partial<MediaFacts>): DeliveryMedia;
  deliver(facts: Parameters<typeof delivery>[2]): TikTokDelivery;
}

export type TikTokDelivery = RecordedDelivery<unknown, unknown>;

export async function stage(t: TestContext, choice: Parameters<typeof signIn>[2] = {}): Promise<Stage> {
  const sandbox = await openSandbox();
  const folder = mkdtempSync(path.join(tmpdir(), "postern-tiktok-"));
  t.after(async () => {
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const session = await signIn(sandbox, tiktok, choice);
  return {
    sandbox,
    session,
    folder,
    video(bytes, facts = {}) {
      const file = path.join(folder, `video-${bytes}.mp4`);
      writeFileSync(file, "the beginning".slice(0, bytes));
      truncateSync(file, bytes);
      return mediaFile(file, { kind: "video", mime: "video/mp4", bytes, ...facts });
    },
    deliver: (facts) => delivery(tiktok, session, facts),
  };
}

export function checkpointOf(outcome: Outcome<unknown>): Checkpoint {
  if (!("checkpoint" in outcome) || outcome.checkpoint === undefined) throw new Error("no checkpoint");
  return tiktok.checkpoint.parse(JSON.parse(JSON.stringify(outcome.checkpoint))) as Checkpoint;
}

/** Resumes as an engine would, pushing the clock, until `enough` says so or nothing is left to look at. */
export async function follow(
  { sandbox }: Stage,
  going: TikTokDelivery,
  from: Outcome<unknown>,
  enough: (outcome: Outcome<unknown>) => boolean = (outcome) => !("lookAgainAt" in outcome && outcome.lookAgainAt),
): Promise<Outcome<unknown>> {
  let outcome = from;
  for (let step = 0; step < 40 && !enough(outcome); step += 1) {
    if (!("lookAgainAt" in outcome) || !outcome.lookAgainAt) return outcome;
    sandbox.clock.push(Math.max(0, outcome.lookAgainAt - sandbox.clock.now()));
    outcome = await tiktok.resume(going, checkpointOf(outcome));
  }
  return outcome;
}

export function media(facts: Partial<MediaFacts> = {}): MediaFacts {
  return {
    id: "media-1",
    kind: "video",
    name: "clock.mp4",
    mime: "video/mp4",
    bytes: 1_000_000,
    width: 1080,
    height: 1920,
    durationMs: 5000,
    videoCodec: "avc",
    audioCodec: "aac",
    frameRate: 30,
    rotation: 0,
    altText: "",
    ...facts,
  };
}

export function photo(facts: Partial<MediaFacts> = {}): MediaFacts {
  return media({
    kind: "image",
    name: "clock.jpg",
    mime: "image/jpeg",
    height: 1350,
    durationMs: null,
    videoCodec: null,
    audioCodec: null,
    frameRate: null,
    ...facts,
  });
}

export function draft(facts: Partial<Draft> = {}): Draft {
  return { text: "A clock.", media: [media()], options: {}, assets: {}, dueAt: null, ...facts };
}

export const creator = {
  nickname: "Harbour Clockworks",
  username: "harbourclockworks",
  avatarUrl: null,
  privacyLevels: ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"],
  commentDisabled: false,
  duetDisabled: false,
  stitchDisabled: false,
  maxVideoSeconds: 300,
};

export function prepared(facts: Record<string, unknown> = {}) {
  return {
    creator,
    header: { name: "Harbour Clockworks", handle: "@harbourclockworks", avatarUrl: null },
    canPostDirectly: true,
    canSendDrafts: true,
    block: null,
    ...facts,
  };
}
