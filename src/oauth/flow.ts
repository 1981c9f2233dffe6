/** The three steps of the authorization-code flow, driven by a platform's profile. */
import { createHash, randomBytes } from "node:crypto";
import type { OAuthProfile, PlatformResponse, Session, TokenSet } from "../platforms/contract.ts";

/** What the steps need besides the profile: the app's credentials and the ways to send a form without a token. */
export interface OAuthClient {
  clientId: string;
  clientSecret: string;
  redirectUri: string;
  post(url: string, form: Record<string, string>): Promise<PlatformResponse>;
  get(url: string, query: Record<string, string>): Promise<PlatformResponse>;
  now(): number;
}

/** 32 random bytes, base64url: unguessable and single use. */
export function newState(): string {
  return randomBytes(32).toString("base64url");
}

/** A PKCE verifier of 43 characters (RFC 7636 §4.1). */
export function newVerifier(): string {
  return randomBytes(32).toString("base64url");
}

/** The address a browser is sent to for consent; still the real platform's, `outbound.browserUrl` decides where it goes. */
export function authorizeAddress(
  profile: OAuthProfile,
  client: Pick<OAuthClient, "clientId" | "redirectUri"> & { configuration?: string | undefined },
  flow: { state: string; verifier: string },
): string {
  const url = new URL(profile.authorizeUrl);
  url.searchParams.set(profile.clientIdParam, client.clientId);
  const scope = profile.scopes.map((one) => one.id).join(profile.scopeSeparator);
  const configured = client.configuration === undefined ? undefined : profile.configured?.(client.configuration);
  for (const [name, value] of Object.entries(configured ?? { scope })) url.searchParams.set(name, value);
  url.searchParams.set("response_type", "code");
  url.searchParams.set("redirect_uri", client.redirectUri);
  url.searchParams.set("state", flow.state);
  for (const [name, value] of Object.entries(profile.authorizeParams ?? {})) url.searchParams.set(name, value);
  const challenge = challengeOf(profile, client.redirectUri, flow.verifier);
  if (challenge !== null) {
    url.searchParams.set("code_challenge", challenge);
    url.searchParams.set("code_challenge_method", "S256");
  }
  return url.href;
}

/** Null where this profile, or this redirect address, goes without PKCE. */
function challengeOf({ pkce }: OAuthProfile, redirectUri: string, verifier: string): string | null {
  const hash = createHash("sha256").update(verifier);
  switch (pkce) {
    case "S256":
      return hash.digest("base64url");
    case "hex on loopback":
      return ["localhost", "127.0.0.1"].includes(new URL(redirectUri).hostname) ? hash.digest("hex") : null;
    case "none":
      return null;
  }
}

/** Trades the code for tokens. Throws PlatformError as the profile's `readTokens` does. */
export async function tradeCode(
  profile: OAuthProfile,
  client: OAuthClient,
  flow: { code: string; verifier: string },
): Promise<TokenSet> {
  const form: Record<string, string> = {
    [profile.clientIdParam]: client.clientId,
    client_secret: client.clientSecret,
    code: flow.code,
    grant_type: "authorization_code",
    redirect_uri: client.redirectUri,
  };
  if (challengeOf(profile, client.redirectUri, flow.verifier) !== null) form["code_verifier"] = flow.verifier;
  const reply =
    profile.tokenMethod === "GET" ? client.get(profile.tokenUrl, form) : client.post(profile.tokenUrl, form);
  return profile.readTokens(await reply, client.now());
}

/** Renews a pair of tokens, the vendor's own way where it has one. Throws PlatformError; signed_out is final. */
export async function renewTokens(
  profile: OAuthProfile,
  client: OAuthClient,
  tokens: { accessToken: string; refreshToken: string | null },
  session: Session,
): Promise<TokenSet> {
  if (profile.renew) return profile.renew(tokens, session);
  const form = {
    [profile.clientIdParam]: client.clientId,
    client_secret: client.clientSecret,
    grant_type: "refresh_token",
    refresh_token: tokens.refreshToken ?? "",
  };
  return profile.readTokens(await client.post(profile.tokenUrl, form), client.now());
}
