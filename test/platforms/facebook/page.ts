/** A connected Facebook Page in a sandbox of one's own, with photos and videos, for the tests beside this file. */
import assert from "node:assert/strict";
import { truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { TestContext } from "node:test";
import sharp from "sharp";
import {
  PlatformError,
  type DeliveryMedia,
  type MediaFacts,
  type Outcome,
  type Platform,
  type PlatformRequest,
  type Verdict,
} from "../../../src/platforms/contract.ts";
import type { FacebookCheckpoint, Ready } from "../../../src/platforms/facebook/checkpoint.ts";
import { facebook } from "../../../src/platforms/facebook/index.ts";
import type { FacebookOptions } from "../../../src/platforms/facebook/options.ts";
import { delivery, mediaFile, openSandbox, signIn, type RecordedDelivery } from "../../support/sandbox.ts";

export const KB = 1024;
export const MB = 1024 * KB;
export const MIRA = "270000000000011";
export const platform = facebook as unknown as Platform<FacebookOptions, FacebookCheckpoint>;

export type TestDelivery = RecordedDelivery<FacebookOptions, FacebookCheckpoint>;

/** Paths of the requests that matter: `POST graph.facebook.com/v26.0/<page>/feed`. */
export const at = (edge: string, host = "graph.facebook.com") => `POST ${host}/v26.0/${MIRA}/${edge}`;
export const FEED = at("feed");
export const FINISH_VIDEO = at("videos");
export const PIECE = at("videos", "graph-video.facebook.com");

/** Opens everything and closes it when the test ends. `sent` records each request as "POST /<page>/feed phase". */
export async function openPage(t: TestContext, choice: { account?: string; without?: string[] } = {}) {
  const sandbox = await openSandbox();
  t.after(() => sandbox.close());
  const session = await signIn(sandbox, facebook, choice);
  const sent: string[] = [];
  const requests: PlatformRequest[] = [];
  const request = session.request.bind(session);
  session.request = (call) => {
    const name = new URL(call.url).pathname.replace("/v26.0", "").replace(MIRA, "<page>");
    sent.push([call.method, name, call.form?.["upload_phase"]].filter(Boolean).join(" "));
    requests.push(call);
    return request(call);
  };

  function file(name: string, bytes: number | Buffer): string {
    const place = path.join(sandbox.world.folder, name);
    writeFileSync(place, typeof bytes === "number" ? "" : bytes);
    if (typeof bytes === "number") truncateSync(place, bytes);
    return place;
  }

  function video(bytes: number, facts: Partial<MediaFacts> = {}): DeliveryMedia {
    return mediaFile(file(`video-${bytes}.mp4`, bytes), {
      id: "video",
      kind: "video",
      mime: "video/mp4",
      bytes,
      ...facts,
    });
  }

  async function photo(id: string, kind: "jpeg" | "png" | "webp" = "jpeg", facts: Partial<DeliveryMedia> = {}) {
    const image = sharp({ create: { width: 64, height: 48, channels: 3, background: colourOf(id) } });
    const bytes = await image.toFormat(kind).toBuffer();
    const place = file(`${id}.${kind}`, bytes);
    const about = { id, kind: "image", mime: `image/${kind}`, bytes: bytes.length, durationMs: null } as const;
    return { ...mediaFile(place, about), ...facts };
  }

  function deliver(facts: { text?: string; media?: DeliveryMedia[]; options?: object } = {}): TestDelivery {
    return delivery(platform, session, { text: "What the kiln gave back today.", ...facts });
  }

  /** Resumes as the engine would, the clock pushed to each look, until the outcome is no longer "waiting". */
  async function follow(job: TestDelivery, outcome: Outcome<FacebookCheckpoint>, most = 15) {
    let current = outcome;
    for (let looks = 0; current.state === "waiting" && looks < most; looks += 1) {
      sandbox.clock.push(Math.max(0, current.lookAgainAt - sandbox.clock.now()));
      current = await platform.resume(job, platform.checkpoint.parse(current.checkpoint));
    }
    return current;
  }

  /** Reconciles as the engine would until the verdict is no longer "later". */
  async function settle(job: TestDelivery, from: FacebookCheckpoint, most = 60) {
    let checkpoint = from;
    for (let looks = 0; looks < most; looks += 1) {
      const verdict = await platform.reconcile(job, checkpoint);
      if (verdict.verdict !== "later") return { verdict, looks };
      checkpoint = platform.checkpoint.parse(JSON.parse(JSON.stringify(verdict.checkpoint ?? checkpoint)));
      sandbox.clock.push(Math.max(0, verdict.lookAgainAt - sandbox.clock.now()));
    }
    return assert.fail("it stayed at later");
  }

  const { world, clock } = sandbox;
  return { sandbox, world, clock, session, sent, requests, video, photo, deliver, follow, settle };
}

function colourOf(id: string): { r: number; g: number; b: number } {
  const sum = [...id].reduce((total, sign) => total + sign.charCodeAt(0) * 7, 0);
  return { r: sum % 256, g: (sum * 3) % 256, b: (sum * 5) % 256 };
}

/** The checkpoint that stood at the fence. */
export function fenceOf(job: TestDelivery): Ready {
  const last = job.calls.at(-1);
  assert.equal(last?.kind, "commit");
  assert.ok(last?.checkpoint.phase === "ready");
  return last.checkpoint;
}

/** What was remembered last. */
export function lastCheckpoint(job: TestDelivery): FacebookCheckpoint {
  const last = job.calls.at(-1);
  assert.ok(last, "nothing was saved");
  return last.checkpoint;
}

export function landedIn(verdict: Verdict<FacebookCheckpoint>): Outcome<FacebookCheckpoint> {
  assert.ok(verdict.verdict === "landed", JSON.stringify(verdict));
  return verdict.outcome;
}

export function publishedIn(outcome: Outcome<FacebookCheckpoint>) {
  assert.ok(outcome.state === "published", JSON.stringify(outcome));
  return outcome;
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

/** A refusal as the Graph words it. */
export function graphRefusal(code: number, more: object = {}): string {
  return JSON.stringify({ error: { message: `(#${code}) As Meta says it`, type: "OAuthException", code, ...more } });
}
