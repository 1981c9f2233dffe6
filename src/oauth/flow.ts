/** The three steps of the authorization-code flow, driven by a platform's profile. */
import { createHash, randomBytes } from "node:crypto";
import type { OAuthProfile, PlatformResponse, Session, TokenSet } from "../platforms/contract.ts";

/** What the steps need besides the profile: the app's credentials and a way to send a form without a token. */
export interface OAuthClient {
  clientId: string;
  clientSecret: string;
  redirectUri: string;
  post(url: string, form: Record<string, string>): Promise<PlatformResponse>;
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
  client: Pick<OAuthClient, "clientId" | "redirectUri">,
  flow: { state: string; verifier: string },
): string {
  const url = new URL(profile.authorizeUrl);
  url.searchParams.set(profile.clientIdParam, client.clientId);
  url.searchParams.set("scope", profile.scopes.map((scope) => scope.id).join(profile.scopeSeparator));
  url.searchParams.set("response_type", "code");
  url.searchParams.set("redirect_uri", client.redirectUri);
  url.searchParams.set("state", flow.state);
  for (const [name, value] of Object.entries(profile.authorizeParams ?? {})) url.searchParams.set(name, value);
  if (profile.pkce === "S256") {
    url.searchParams.set("code_challenge", createHash("sha256").update(flow.verifier).digest("base64url"));
    url.searchParams.set("code_challenge_method", "S256");
  }
  return url.href;
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
  if (profile.pkce === "S256") form["code_verifier"] = flow.verifier;
  return profile.readTokens(await client.post(profile.tokenUrl, form), client.now());
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
