/** What a platform module promises and what it is handed: data and functions, no base class. */
import type { Readable } from "node:stream";
import type { z } from "zod";

/** What went wrong, in the only five ways the publishing engine knows how to act on. */
export type ProblemKind = "transient" | "rate_limited" | "signed_out" | "rejected" | "unknown_outcome";

/**
 * The one error a platform module throws.
 * `code` is the vendor's own code, `message` plain words, `remedy` the next step for a person.
 * `until` (UTC ms) says when a rate limit ends; `sent: false` promises that the request never left this machine.
 */
export class PlatformError extends Error {
  readonly kind: ProblemKind;
  readonly code: string;
  readonly remedy: string;
  readonly until: number | null;
  readonly sent: boolean;

  constructor(
    kind: ProblemKind,
    facts: { code: string; message: string; remedy?: string; until?: number; sent?: boolean; cause?: unknown },
  ) {
    super(facts.message, { cause: facts.cause });
    this.name = "PlatformError";
    this.kind = kind;
    this.code = facts.code;
    this.remedy = facts.remedy ?? "";
    this.until = facts.until ?? null;
    this.sent = facts.sent ?? true;
  }
}

// ---------------------------------------------------------------- talking to the platform

/** One HTTP request to the platform's real address; `outbound/` decides where it really goes. */
export interface PlatformRequest {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Absolute https address of the real platform, or one that the platform handed out (an upload address). */
  url: string;
  /** Added to the address's own query; undefined values are left out. */
  query?: Record<string, string | number | undefined>;
  headers?: Record<string, string>;
  /** At most one of these bodies. A stream needs its exact `length`. */
  json?: unknown;
  form?: Record<string, string>;
  stream?: { body: Readable; length: number; onSent?: (bytes: number) => void };
  /** "bearer" (default) sends the channel's access token as Authorization; "none" sends nothing. */
  auth?: "bearer" | "none";
  /** Milliseconds until the reply's headers must have come; default 30 000 (streams: 300 000 without progress). */
  timeout?: number;
  signal?: AbortSignal;
}

/** Redirects are never followed: a 3xx comes back as it is (YouTube's 308 is a progress report). */
export interface PlatformResponse {
  status: number;
  /** Lower-case names. */
  headers: Record<string, string>;
  text: string;
  /** Parsed body, undefined when it is not JSON. Integers beyond 2^53 arrive as strings, digits intact. */
  json: unknown;
}

/** The signed-in side of one channel. Tokens are renewed behind it; a module never stores one. */
export interface Session {
  /** The channel's id at the platform; "" while destinations are looked up right after consent. */
  remoteId: string;
  handle: string;
  /** Scopes that were really granted. */
  scopes: readonly string[];
  /** Small facts that `destinations` asked to keep with the channel. */
  extra: Readonly<Record<string, string>>;
  app: { clientId: string; clientSecret: string };
  /** Throws PlatformError("transient", { code: "network" }) when no whole reply came (`sent` says if it may have arrived). */
  request(request: PlatformRequest): Promise<PlatformResponse>;
  /** A token with at least a minute to live, for the few calls that do not take a header. */
  accessToken(): Promise<string>;
  /** After the platform called the token invalid: renews it once. Throws signed_out when that is final. */
  renew(): Promise<void>;
  now(): number;
}

// ---------------------------------------------------------------- OAuth as data

export interface Scope {
  id: string;
  /** What it allows, in words a creator uses: "post videos for you". */
  words: string;
  /** Without it the channel cannot be connected at all. */
  required: boolean;
}

/** Tokens as read from a reply. `refreshToken: null` means: none in this reply, keep the stored one. */
export interface TokenSet {
  accessToken: string;
  /** UTC ms; null = does not expire. */
  accessExpiresAt: number | null;
  refreshToken: string | null;
  refreshExpiresAt: number | null;
  /** null = the reply does not say: what was granted before (or asked for) still holds. */
  scopes: string[] | null;
}

export interface OAuthProfile {
  authorizeUrl: string;
  tokenUrl: string;
  clientIdParam: "client_id" | "client_key";
  scopes: readonly Scope[];
  scopeSeparator: " " | ",";
  pkce: "S256" | "none";
  /** Extra query of the authorize address. */
  authorizeParams?: Readonly<Record<string, string>>;
  /** Reads a success reply of the token endpoint; throws PlatformError on an error reply, whatever its status. */
  readTokens(reply: PlatformResponse, now: number): TokenSet;
  /** Scopes listed on the callback itself, where the vendor does so. */
  callbackScopes?(query: Readonly<Record<string, string>>): string[] | null;
  /** Runs after the code exchange where the vendor wants a second trade (short for long tokens). */
  afterExchange?(tokens: TokenSet, session: Session): Promise<TokenSet>;
  /** Replaces the standard refresh_token grant where the vendor has its own. */
  renew?(tokens: { accessToken: string; refreshToken: string | null }, session: Session): Promise<TokenSet>;
}

/** Another way to sign the same kind of channel in: its own profile, and the app credentials of the platform named in `app`. */
export interface SignInWay {
  /** Kept with the channel as `extra.way`; "" is the platform's own `oauth`. */
  id: string;
  /** "through a Facebook Page" */
  label: string;
  /** When to choose it, in one sentence. */
  about: string;
  app: string;
  oauth: OAuthProfile;
}

/** What can be connected after consent. `tokens` where the destination has its own (Pages). */
export interface Destination {
  remoteId: string;
  name: string;
  handle: string;
  avatarUrl: string | null;
  extra?: Record<string, string>;
  tokens?: TokenSet;
}

// ---------------------------------------------------------------- what is posted

/** One file as it was measured at arrival. Sizes in bytes and pixels, times in ms. */
export interface MediaFacts {
  id: string;
  kind: "image" | "video" | "audio";
  /** File name as the person knows it; never a path. */
  name: string;
  mime: string;
  bytes: number;
  width: number | null;
  height: number | null;
  durationMs: number | null;
  videoCodec: string | null;
  audioCodec: string | null;
  frameRate: number | null;
  rotation: number | null;
  altText: string;
}

/** What the person wrote for one channel. `options` is unchecked input: a module parses it with its own schema. */
export interface Draft {
  text: string;
  media: readonly MediaFacts[];
  options: Readonly<Record<string, unknown>>;
  /** Files named in options (thumbnailMediaId, coverMediaId), by id. */
  assets: Readonly<Record<string, MediaFacts>>;
  /** UTC ms, null = not decided. */
  dueAt: number | null;
}

/** A reason why this draft cannot go out as it is. `field` is "text", "media" or an option's name. */
export interface Problem {
  field: string;
  message: string;
  remedy: string;
}

/** Facts `prepare` fetched for the form; the module's own JSON, kept for minutes only, never in the database. */
export type Preparation = unknown;

// ---------------------------------------------------------------- the compose panel as data

export interface Choice {
  value: string;
  label: string;
  disabled?: boolean;
  /** Shown when hovered or focused: why it is greyed. */
  hint?: string;
}

/** Text with links in it: strings are escaped, links open the vendor's page. */
export type RichText = ReadonlyArray<string | { text: string; href: string }>;

export interface Field {
  name: string;
  label: string;
  kind: "text" | "textarea" | "select" | "radio" | "toggle" | "tags" | "media" | "number";
  /** What the form shows now: string, "true"/"false" for toggles, comma list for tags. */
  value: string;
  choices?: readonly Choice[];
  /** First entry of a select without a default: "Choose…". */
  placeholder?: string;
  disabled?: boolean;
  hint?: RichText;
  /** Counter shown beside the label. */
  counter?: Counter;
  /** Fields with the same group stand together under this heading. */
  group?: string;
  /** For media fields: which kind may be picked. */
  accept?: "image" | "video";
}

export interface Counter {
  label: string;
  used: number;
  max: number;
  unit: "characters" | "bytes" | "hashtags" | "mentions";
}

export interface Notice {
  tone: "plain" | "waiting" | "broken" | "live";
  text: RichText;
}

export interface Panel {
  /** Who it will be posted as, fresh from the platform where the vendor demands it. */
  header?: { name: string; handle: string; avatarUrl: string | null };
  /** Counters of the post's text by the platform's own rule. */
  counters: readonly Counter[];
  notices: readonly Notice[];
  fields: readonly Field[];
  /** Declarations that must stand just before the publish button. */
  consent: readonly Notice[];
  preview: Preview;
}

/** How the post will look; one template draws all of them. */
export interface Preview {
  shape: "phone" | "watch" | "feed" | "pin";
  /** What the platform will call it: "Short", "Reel", "Video", "Draft in your inbox". */
  as: string;
  title: string | null;
  text: string;
  /** Which media are drawn, in order. */
  mediaIds: readonly string[];
  mediaFit: "cover" | "contain";
}

// ---------------------------------------------------------------- publishing

/** A file that can be sent: by byte range (never whole in memory) or, for platforms that pull, by a signed public address. */
export interface DeliveryMedia extends MediaFacts {
  /** Bytes [start, end). */
  read(start: number, end: number): Readable;
  /** A signed address good for `minutes`, or null when this install has no public https address. `as: "jpeg"` converts images. */
  publicUrl(minutes: number, as?: "jpeg"): Promise<string | null>;
}

export interface Delivery<Options, Checkpoint> {
  session: Session;
  text: string;
  media: readonly DeliveryMedia[];
  options: Options;
  asset(mediaId: string): DeliveryMedia | null;
  /** UTC ms at which this publication first started; for matching what is found at the platform. */
  startedAt: number;
  now(): number;
  /** Aborted when the process stops or the person cancels before the fence. */
  signal: AbortSignal;
  /** Writes the checkpoint durably before returning. After a `commit` it also says: the deciding request was answered. */
  save(checkpoint: Checkpoint): void;
  /**
   * Written durably just before the one request that can make the post public.
   * If the process dies, or the request ends in doubt, after this, `reconcile` is asked and `publish` is never called again.
   * A definite refusal of that request is thrown as rejected, rate_limited or signed_out and reopens the fence.
   */
  commit(checkpoint: Checkpoint): void;
  /** A line of the timeline, in plain words; never a token, an upload address or a handle. */
  note(event: string, detail?: string): void;
  /** Bytes sent so far of all bytes to send; drives the bar, cheap to call often. */
  progress(sent: number, total: number): void;
}

export type Outcome<Checkpoint> =
  /** Live, says the platform. With `checkpoint` and `lookAgainAt`, `resume` is called later to fill in a missing id or link. */
  | {
      state: "published";
      remoteId: string | null;
      url: string | null;
      /** What the person should know although it worked: "The thumbnail was refused: …". */
      warnings?: string[];
      checkpoint?: Checkpoint;
      lookAgainAt?: number;
    }
  /** In the creator's inbox at the platform; they finish it there. */
  | { state: "in_inbox"; checkpoint: Checkpoint; lookAgainAt: number; expiresAt: number | null }
  /** Not finished: `resume` is called at `lookAgainAt` (UTC ms). */
  | { state: "waiting"; checkpoint: Checkpoint; lookAgainAt: number };

export type Verdict<Checkpoint> =
  | { verdict: "landed"; outcome: Outcome<Checkpoint> }
  /** Surely not there. With a checkpoint `resume` goes on from it (same upload), without one `publish` starts anew. */
  | { verdict: "absent"; checkpoint?: Checkpoint }
  | { verdict: "later"; lookAgainAt: number; checkpoint?: Checkpoint }
  /** The platform cannot tell: a person is asked. */
  | { verdict: "unknown" };

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
}

/** Ties a module's own option and checkpoint types together once; the engine then treats all alike. */
export function definePlatform<O, C>(platform: Platform<O, C>): Platform {
  return platform as unknown as Platform;
}
