/** OAuth as data: a profile with a vendor's quirks, tokens, and what can be connected after consent. */
import type { PlatformResponse, Session } from "./session.ts";

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
  /** How the code is traded: the form goes into the body, or with "GET" into the query, where the vendor documents that. */
  tokenMethod?: "GET";
  clientIdParam: "client_id" | "client_key";
  scopes: readonly Scope[];
  scopeSeparator: " " | ",";
  /** "hex on loopback": only for a redirect address on this machine, with the challenge in hex instead of base64url. */
  pkce: "S256" | "hex on loopback" | "none";
  /** Query of the authorize address that takes the place of the scopes where the app has such a configuration at the vendor. */
  configured?(configuration: string): Readonly<Record<string, string>>;
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
  /** Where a creator withdraws access that was given this way, when it is another place than the guide's. */
  manageAccessUrl?: string;
}

/** What can be connected after consent. `tokens` where the destination has its own (Pages). */
export interface Destination {
  remoteId: string;
  name: string;
  /** As it is to be shown, with its "@" where the platform writes one; the name, or "", where there is none. */
  handle: string;
  avatarUrl: string | null;
  extra?: Record<string, string>;
  tokens?: TokenSet;
  /** Why it cannot be connected as it is, with the way out, in words; it is shown and cannot be chosen. */
  barred?: string;
}
