/** Login Kit as data, and revocation. */
import { PlatformError, type OAuthProfile, type PlatformResponse, type Session, type TokenSet } from "../contract.ts";
import { API, asObject, count, text, unreadable, waitAsked } from "./client.ts";
import { vendorError } from "./errors.ts";

// 2026-11: https://developers.tiktok.com/doc/login-kit-web and https://developers.tiktok.com/doc/tiktok-api-scopes
export const oauth: OAuthProfile = {
  authorizeUrl: "https://www.tiktok.com/v2/auth/authorize/",
  tokenUrl: `${API}/v2/oauth/token/`,
  clientIdParam: "client_key",
  scopes: [
    { id: "user.info.basic", words: "see your name and picture", required: true },
    { id: "user.info.profile", words: "see your @name, so that posts can be linked", required: false },
    { id: "video.list", words: "see your public posts and their numbers", required: false },
    { id: "video.publish", words: "post videos and photos straight to your profile", required: false },
    { id: "video.upload", words: "send drafts to your TikTok inbox", required: true },
  ],
  scopeSeparator: ",",
  // 2026-11: TikTok's web platform has no PKCE, the state protects it. A redirect address on this machine belongs to its
  // desktop platform, which demands PKCE in hex. https://developers.tiktok.com/doc/login-kit-desktop
  pkce: "hex on loopback",
  // Always show the consent page: otherwise a second account could never be chosen.
  authorizeParams: { disable_auto_auth: "1" },
  readTokens,
  callbackScopes: (query) => (query["scopes"] === undefined ? null : scopeList(query["scopes"])),
};

function readTokens(reply: PlatformResponse, now: number): TokenSet {
  throwFlatError(reply, now);
  const body = asObject(reply.json);
  const accessToken = text(body["access_token"]);
  if (accessToken === "") throw unreadable(reply.status);
  return {
    accessToken,
    accessExpiresAt: expiry(body["expires_in"], now),
    refreshToken: text(body["refresh_token"]) || null,
    refreshExpiresAt: expiry(body["refresh_expires_in"], now),
    scopes: typeof body["scope"] === "string" ? scopeList(body["scope"]) : null,
  };
}

function expiry(seconds: unknown, now: number): number | null {
  const lasts = count(seconds);
  return lasts === null ? null : now + lasts * 1000;
}

function scopeList(list: string): string[] {
  return list.split(/[\s,]+/).filter((scope) => scope !== "");
}

/** Token and revoke answers are flat: `error` present means refused, whatever the status. */
function throwFlatError(reply: PlatformResponse, now: number): void {
  const { error, error_description: said, log_id: logId } = asObject(reply.json);
  const code = text(error) || text(asObject(error)["code"]);
  const facts = { status: reply.status, now, waitMs: waitAsked(reply, now) };
  if (code !== "" && code !== "ok") throw vendorError({ code, ...facts, said: text(said), logId: text(logId) });
  if (reply.status === 429) throw vendorError({ code: "rate_limit_exceeded", ...facts });
  // Whatever gave no reason was not TikTok's sign-in: it ends none.
  if (reply.status >= 300) throw unreadable(reply.status);
}

/**
 * Withdraws the grant at TikTok. The call takes the access token, so a dead one is renewed first.
 * Throws PlatformError when TikTok did not confirm; never signed_out.
 */
export async function revoke(session: Session): Promise<void> {
  try {
    await revokeRenewed(session);
  } catch (error) {
    if (!(error instanceof PlatformError) || error.kind !== "signed_out") throw error;
    // Each renewal replaces the token that renews. Where its answer was lost ours is refused, and the grant stands.
    throw new PlatformError("rejected", {
      code: error.code,
      message: "TikTok no longer accepts Postern's sign-in, so it could not be asked to withdraw the access.",
      remedy: "If the app is still in the list at https://www.tiktok.com/setting, withdraw it there.",
      sent: false,
      cause: error,
    });
  }
}

async function revokeRenewed(session: Session): Promise<void> {
  try {
    await revokeOnce(session);
  } catch (error) {
    if (!(error instanceof PlatformError) || error.kind === "transient" || error.kind === "rate_limited") throw error;
    await session.renew();
    await revokeOnce(session);
  }
}

async function revokeOnce(session: Session): Promise<void> {
  const reply = await session.request({
    method: "POST",
    url: `${API}/v2/oauth/revoke/`,
    form: {
      client_key: session.app.clientId,
      client_secret: session.app.clientSecret,
      token: await session.accessToken(),
    },
    auth: "none",
  });
  throwFlatError(reply, session.now());
  // TikTok answers with nothing, or with JSON; a page that somebody in between answers with withdraws no grant.
  if (reply.text !== "" && reply.json === undefined) throw unreadable(reply.status);
}
