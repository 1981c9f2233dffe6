/** Talking to the platform: requests, replies, and the signed-in side of a channel. */
import type { Readable } from "node:stream";

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
