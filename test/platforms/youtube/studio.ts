/** A signed-in YouTube channel in a sandbox of one's own, with videos made of holes, for the tests beside this file. */
import assert from "node:assert/strict";
import { truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { TestContext } from "node:test";
import {
  PlatformError,
  type DeliveryMedia,
  type MediaFacts,
  type Outcome,
  type Platform,
  type Verdict,
} from "../../../src/platforms/contract.ts";
import type { YoutubeCheckpoint } from "../../../src/platforms/youtube/checkpoint.ts";
import { youtube } from "../../../src/platforms/youtube/index.ts";
import type { YoutubeOptions } from "../../../src/platforms/youtube/options.ts";
import { delivery, mediaFile, openSandbox, signIn, type RecordedDelivery } from "../../support/sandbox.ts";

export const MB = 1024 * 1024;
export const UPLOAD = "PUT www.googleapis.com/upload/youtube/v3/videos";
export const platform = youtube as unknown as Platform<YoutubeOptions, YoutubeCheckpoint>;

export type TestDelivery = RecordedDelivery<YoutubeOptions, YoutubeCheckpoint>;

export const chosen = { title: "First light", privacyStatus: "public", madeForKids: false };

/** Opens everything and closes it when the test ends. `sent` records each byte range that was put, probes as "*". */
export async function openStudio(t: TestContext, account: { account?: string; without?: string[] } = {}) {
  const sandbox = await openSandbox();
  t.after(() => sandbox.close());
  const session = await signIn(sandbox, youtube, account);
  const ranges: string[] = [];
  const request = session.request.bind(session);
  session.request = (call) => {
    const range = call.headers?.["content-range"];
    if (range) ranges.push(range.replace("bytes ", "").replace(/\/\d+$/, ""));
    return request(call);
  };

  function video(bytes: number, facts: Partial<MediaFacts> = {}): DeliveryMedia {
    const file = path.join(sandbox.world.folder, `video-${bytes}.mp4`);
    writeFileSync(file, "");
    truncateSync(file, bytes);
    return mediaFile(file, { kind: "video", mime: "video/mp4", bytes, width: 1920, height: 1080, ...facts });
  }

  function image(bytes = 2000): DeliveryMedia {
    const file = path.join(sandbox.world.folder, "thumbnail.png");
    writeFileSync(file, Buffer.alloc(bytes, 7));
    return mediaFile(file, { id: "thumbnail", kind: "image", mime: "image/png", bytes });
  }

  function deliver(bytes: number, options: object = {}, media: Partial<MediaFacts> = {}): TestDelivery {
    return delivery(platform, session, {
      text: "What the morning looked like.",
      media: [video(bytes, media)],
      options: { ...chosen, ...options },
      assets: [image()],
    });
  }

  /** Resumes as the engine would, the clock pushed to each look, until the outcome is no longer "waiting". */
  async function follow(job: TestDelivery, outcome: Outcome<YoutubeCheckpoint>, most = 10) {
    let current = outcome;
    for (let looks = 0; current.state === "waiting" && looks < most; looks += 1) {
      sandbox.clock.push(Math.max(0, current.lookAgainAt - sandbox.clock.now()));
      current = await platform.resume(job, platform.checkpoint.parse(current.checkpoint));
    }
    return current;
  }

  return { sandbox, world: sandbox.world, clock: sandbox.clock, session, ranges, video, image, deliver, follow };
}

/** What was remembered last. */
export function lastCheckpoint(job: TestDelivery): YoutubeCheckpoint {
  const last = job.calls.at(-1);
  assert.ok(last, "nothing was saved");
  return last.checkpoint;
}

export function landedIn(verdict: Verdict<YoutubeCheckpoint>): Outcome<YoutubeCheckpoint> {
  assert.equal(verdict.verdict, "landed");
  assert.ok(verdict.verdict === "landed");
  return verdict.outcome;
}

/** The PlatformError that an act throws; fails when it throws none. */
export async function problemOf(act: Promise<unknown>): Promise<PlatformError> {
  const error = await act.then(
    () => assert.fail("nothing was thrown"),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof PlatformError, String(error));
  return error;
}

export function googleRefusal(reason: string, facts: { code: number; message?: string; domain?: string }): string {
  const { code, message = reason, domain = "youtube.video" } = facts;
  return JSON.stringify({ error: { code, message, errors: [{ message, domain, reason }] } });
}
