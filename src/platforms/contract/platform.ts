/** What a platform module promises: data and functions, no base class. */
import type { z } from "zod";
import type { Delivery, Outcome, Verdict } from "./delivery.ts";
import type { Draft, Preparation, Problem } from "./draft.ts";
import type { Destination, OAuthProfile, SignInWay } from "./oauth.ts";
import type { Panel } from "./panel.ts";
import type { PushedNews, PushedRequest } from "./pushed.ts";
import type { Session } from "./session.ts";
import type { TakingBack } from "./taken-back.ts";

/** A reading of one post's numbers; null where the vendor gives none. */
export interface Metrics {
  views: number | null;
  likes: number | null;
  comments: number | null;
  shares: number | null;
}

/** Counted per channel or per app over a sliding window (ms) or the vendor's own day; kept across restarts. */
export interface Rate {
  /** Method and the path's beginning at the real host: "POST open.tiktokapis.com/v2/post/publish/video/init/". */
  request: string;
  per: "channel" | "platform";
  max: number;
  window: number | { dayIn: string };
}

export interface Limits {
  /** Vendor pages and the date on which they were last compared. */
  sources: readonly string[];
  checkedOn: string;
  rates: readonly Rate[];
  /** How many deliveries may run side by side. */
  concurrency: { perChannel: number; perPlatform: number };
  /** JSON facts for the API and for the sandbox: every number that `validate` holds a draft to. */
  facts: Readonly<Record<string, number | string | readonly string[]>>;
}

export interface AppGuide {
  /** Where an operator registers an app. */
  consoleUrl: string;
  /** Short steps to registration and review, plain sentences. */
  steps: readonly string[];
  /** Where a creator manages or withdraws access at the platform. */
  manageAccessUrl: string;
  /** A sentence: what cannot go out while this install has no public https address. Absent = everything can. */
  withoutAddress?: string;
  /** Legal links shown on the connection card. */
  legal: ReadonlyArray<{ text: string; href: string }>;
}

export interface Platform<Options = unknown, Checkpoint = unknown> {
  /** Lower case, as in addresses and environment names: "tiktok". */
  id: string;
  name: string;
  /** simple-icons slug, or an SVG path (24×24) of our own. */
  icon: { slug: string } | { path: string };
  oauth: OAuthProfile;
  ways?: readonly SignInWay[];
  limits: Limits;
  guide: AppGuide;
  options: z.ZodType<Options>;
  checkpoint: z.ZodType<Checkpoint>;
  destinations(session: Session): Promise<Destination[]>;
  prepare(session: Session): Promise<Preparation>;
  panel(draft: Draft, preparation: Preparation | null): Panel;
  validate(draft: Draft, preparation: Preparation | null): Problem[];
  publish(delivery: Delivery<Options, Checkpoint>): Promise<Outcome<Checkpoint>>;
  resume(delivery: Delivery<Options, Checkpoint>, checkpoint: Checkpoint): Promise<Outcome<Checkpoint>>;
  reconcile(delivery: Delivery<Options, Checkpoint>, checkpoint: Checkpoint): Promise<Verdict<Checkpoint>>;
  metrics(session: Session, remoteIds: readonly string[]): Promise<Record<string, Metrics | null>>;
  /** Withdraws the grant at the platform; throws when it could not. */
  revoke(session: Session): Promise<void>;
  /** Where the vendor calls back when a person takes access back or wants their data gone. */
  takingBack?: TakingBack;
  /** Where the platform has webhooks: checks the signature, throws rejected when it is not the platform's, null = nothing for us. */
  pushed?(request: PushedRequest, facts: { clientSecret: string; now: number }): PushedNews | null;
}

/** Ties a module's own option and checkpoint types together once; the engine then treats all alike. */
export function definePlatform<O, C>(platform: Platform<O, C>): Platform {
  return platform as unknown as Platform;
}
