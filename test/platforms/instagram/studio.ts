/** A signed-in Instagram account in a sandbox of one's own, with files served from this machine, for the tests beside this file. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import type { TestContext } from "node:test";
import sharp from "sharp";
import {
  PlatformError,
  type DeliveryMedia,
  type MediaFacts,
  type Outcome,
  type Platform,
  type Verdict,
} from "../../../src/platforms/contract.ts";
import type { InstagramCheckpoint } from "../../../src/platforms/instagram/checkpoint.ts";
import { instagram } from "../../../src/platforms/instagram/index.ts";
import type { InstagramOptions } from "../../../src/platforms/instagram/options.ts";
import { delivery, openSandbox, signIn, type RecordedDelivery } from "../../support/sandbox.ts";
import { film, type FilmFacts } from "./film.ts";

export const platform = instagram as unknown as Platform<InstagramOptions, InstagramCheckpoint>;
/** The same platform with its second way in the place of the first, so that the usual sign-in walks it. */
export const byFacebook: Platform = { ...instagram, oauth: instagram.ways![0]!.oauth };

export const IG = "graph.instagram.com/v26.0/";
export const PUBLISH = `POST ${IG}17841400000000011/media_publish`;
export const CREATE = `POST ${IG}17841400000000011/media`;
export const CONTAINER = `GET ${IG}1790`;

export type TestDelivery = RecordedDelivery<InstagramOptions, InstagramCheckpoint>;

export interface DeliverFacts {
  media: DeliveryMedia[];
  text?: string;
  options?: object;
  assets?: DeliveryMedia[];
}

type Choice = Parameters<typeof signIn>[2] & { way?: "facebook" };

/** Opens everything and closes it when the test ends. `asked`: what was fetched from us; `sent`: calls to the platform. */
export async function openStudio(t: TestContext, { way, ...choice }: Choice = {}) {
  const sandbox = await openSandbox();
  t.after(() => sandbox.close());
  const files = await serve(t);
  const session = await signIn(sandbox, way ? byFacebook : instagram, choice);
  const sent: string[] = [];
  const request = session.request.bind(session);
  session.request = (call) => {
    sent.push(`${call.method} ${new URL(call.url).pathname.replace(/^\/v26\.0/, "")}`);
    return request(call);
  };
  let made = 0;

  function offered(body: Buffer, facts: Partial<MediaFacts> & Pick<MediaFacts, "kind" | "mime">): DeliveryMedia {
    const name = `${(made += 1)}.${facts.kind === "image" ? "jpg" : "mp4"}`;
    const address = files.add(name, body, facts.kind === "image" ? "image/jpeg" : facts.mime);
    return {
      id: `media-${made}`,
      name,
      bytes: body.length,
      width: null,
      height: null,
      durationMs: null,
      videoCodec: null,
      audioCodec: null,
      frameRate: null,
      rotation: 0,
      altText: "",
      ...facts,
      read: (start, end) => Readable.from([body.subarray(start, end)]),
      publicUrl: async (_minutes, as) => (facts.kind === "image" && as !== "jpeg" ? null : address),
    };
  }

  async function photo(width = 1080, height = 1350, facts: Partial<MediaFacts> = {}): Promise<DeliveryMedia> {
    const body = await sharp({ create: { width, height, channels: 3, background: "#446" } })
      .jpeg()
      .toBuffer();
    return offered(body, { kind: "image", mime: "image/jpeg", width, height, ...facts });
  }

  function clip(measures: FilmFacts = {}, facts: Partial<MediaFacts> = {}): DeliveryMedia {
    const { durationMs = 5000, width = 1080, height = 1920 } = measures;
    return offered(film(measures), { kind: "video", mime: "video/mp4", durationMs, width, height, ...facts });
  }

  function deliver({ text = "First light.", ...facts }: DeliverFacts): TestDelivery {
    return delivery(platform, session, { text, ...facts });
  }

  /** Works as the engine does, the clock pushed from look to look, until nothing more is to be done. */
  async function drive(job: TestDelivery, most = 80): Promise<End> {
    const course = new Course(sandbox.clock, job);
    for (let step = 0; step < most && !(await course.step()); step += 1);
    return course.end;
  }

  const { world, clock } = sandbox;
  const containers = () => world.collection<{ id: string; child: boolean }>("instagram.containers").all();
  return { sandbox, world, clock, session, sent, files, offered, photo, clip, deliver, drive, containers };
}

interface Files {
  add(name: string, body: Buffer, type: string): string;
  asked: string[];
}

async function serve(t: TestContext): Promise<Files> {
  const kept = new Map<string, { body: Buffer; type: string }>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const name = (request.url ?? "").slice(1);
    const file = kept.get(name);
    if (!file) return void response.writeHead(404).end();
    asked.push(name);
    response.writeHead(200, { "content-type": file.type, "content-length": file.body.length }).end(file.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { asked, add: (name, body, type) => (kept.set(name, { body, type }), `${origin}/${name}`) };
}

export interface End {
  state: "published" | "failed" | "unconfirmed" | "waiting";
  outcome: Extract<Outcome<InstagramCheckpoint>, { state: "published" }> | null;
  warnings: string[];
  problem: PlatformError | null;
  problems: PlatformError[];
  verdicts: Verdict<InstagramCheckpoint>["verdict"][];
}

interface Clock {
  now(): number;
  push(ms: number): void;
}

const stored = (checkpoint: InstagramCheckpoint) => platform.checkpoint.parse(JSON.parse(JSON.stringify(checkpoint)));

/** The engine's own rules in small: what opens the fence, what is asked about, when to come back. */
class Course {
  readonly end: End = { state: "waiting", outcome: null, warnings: [], problem: null, problems: [], verdicts: [] };
  readonly #clock: Clock;
  readonly #job: TestDelivery;
  #fence: "open" | "committed" | "answered" = "open";
  #at: InstagramCheckpoint | undefined;
  #seen: number;

  constructor(clock: Clock, job: TestDelivery) {
    this.#clock = clock;
    this.#job = job;
    this.#seen = job.calls.length;
  }

  /** One step; true when nothing more is to be done. */
  async step(): Promise<boolean> {
    const asking = this.#fence === "committed";
    try {
      if (asking) return this.#judge(await platform.reconcile(this.#job, this.#at!));
      const at = this.#at;
      const outcome = at === undefined ? await platform.publish(this.#job) : await platform.resume(this.#job, at);
      this.#read();
      return this.#settle(outcome);
    } catch (error) {
      assert.ok(error instanceof PlatformError, String((error as Error).stack));
      this.#read();
      return this.#fail(error, asking);
    }
  }

  #read(): void {
    for (const { kind, checkpoint } of this.#job.calls.slice(this.#seen)) {
      this.#at = checkpoint;
      this.#fence = kind === "commit" ? "committed" : this.#fence === "open" ? "open" : "answered";
    }
    this.#seen = this.#job.calls.length;
  }

  #settle(outcome: Outcome<InstagramCheckpoint>): boolean {
    if (outcome.checkpoint) this.#at = stored(outcome.checkpoint);
    this.#wait(outcome.lookAgainAt ?? 0);
    if (outcome.state !== "published") return false;
    const known = this.end.outcome;
    const { remoteId, url, warnings = [] } = outcome;
    this.end.state = "published";
    this.end.outcome = { ...outcome, remoteId: remoteId ?? known?.remoteId ?? null, url: url ?? known?.url ?? null };
    this.end.warnings.push(...warnings);
    this.#fence = "answered";
    return outcome.lookAgainAt === undefined;
  }

  #judge(verdict: Verdict<InstagramCheckpoint>): boolean {
    this.end.verdicts.push(verdict.verdict);
    if (verdict.verdict === "landed") return this.#settle(verdict.outcome);
    if (verdict.verdict === "unknown") {
      this.end.state = "unconfirmed";
      return true;
    }
    if (verdict.checkpoint) this.#at = stored(verdict.checkpoint);
    if (verdict.verdict === "absent") this.#fence = "open";
    else this.#wait(verdict.lookAgainAt);
    return false;
  }

  #fail(error: PlatformError, asking: boolean): boolean {
    this.end.problem = error;
    this.end.problems.push(error);
    if (error.kind === "rejected") this.end.state = "failed";
    if (error.kind === "rejected" || error.kind === "signed_out") return true;
    const surelyNot = error.kind === "rate_limited" || !error.sent;
    if (this.#fence === "committed" && surelyNot && !asking) this.#fence = "open";
    this.#wait(error.until ?? this.#clock.now() + 2000);
    return false;
  }

  #wait(until: number): void {
    this.#clock.push(Math.max(0, until - this.#clock.now()));
  }
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

export function graphRefusal(code: number, subcode?: number, message = "Refused"): string {
  return JSON.stringify({ error: { message, type: "OAuthException", code, error_subcode: subcode, fbtrace_id: "A" } });
}
