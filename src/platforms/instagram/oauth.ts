/** Instagram's own sign-in: no Page needed; tokens of sixty days that are renewed with themselves. */
import { z } from "zod";
import type { OAuthProfile, PlatformResponse, Session, TokenSet } from "../contract.ts";
import { faultIn, maybe, numeric, refusalOf, unreadable } from "../shared/meta/index.ts";
import { reasons } from "./reasons.ts";

const HOUR = 3_600_000;
const HOST = "https://graph.instagram.com";

// 2026-11: https://developers.facebook.com/documentation/instagram-platform/instagram-api-with-instagram-login/business-login
export const oauth: OAuthProfile = {
  authorizeUrl: "https://www.instagram.com/oauth/authorize",
  tokenUrl: "https://api.instagram.com/oauth/access_token",
  clientIdParam: "client_id",
  scopes: [
    { id: "instagram_business_basic", words: "see your name, your picture and your posts", required: true },
    { id: "instagram_business_content_publish", words: "post for you", required: true },
    { id: "instagram_business_manage_comments", words: "write the first comment under your posts", required: false },
    { id: "instagram_business_manage_insights", words: "see the numbers of your posts", required: false },
  ],
  scopeSeparator: ",",
  pkce: "none",
  // Otherwise whoever is signed in at Instagram is taken, and a second account could never be chosen.
  authorizeParams: { enable_fb_login: "0", force_reauth: "true" },
  readTokens,
  afterExchange: lengthen,
  renew,
};

const grant = z.object({
  access_token: z.string().min(1),
  expires_in: maybe(numeric),
  permissions: maybe(z.union([z.string(), z.array(z.string())])),
});
// 2026-11: the guide shows the reply inside `data`, clients get it flat.
const tokenReply = z.union([
  grant,
  z.object({ data: z.tuple([grant], z.unknown()) }).transform(({ data: [first] }) => first),
]);

/**
 * The token of a reply, in any of its shapes. The account's id in it is not read: the profile gives it again as text.
 * Throws PlatformError: rejected when Instagram does not accept the code or the app, signed_out for a dead token.
 */
export function readTokens(reply: PlatformResponse, now: number): TokenSet {
  if (faultIn(reply) || reply.status >= 400) throw refusalOf(reply, now, reasons);
  const parsed = tokenReply.safeParse(reply.json);
  if (!parsed.success) throw unreadable(reply.status);
  const { access_token: accessToken, expires_in: seconds, permissions } = parsed.data;
  return {
    accessToken,
    accessExpiresAt: now + (seconds === undefined ? HOUR : seconds * 1000),
    refreshToken: null,
    refreshExpiresAt: null,
    scopes:
      typeof permissions === "string" ? permissions.split(",").map((scope) => scope.trim()) : (permissions ?? null),
  };
}

/** Trades the token of one hour for one of sixty days. */
async function lengthen(tokens: TokenSet, session: Session): Promise<TokenSet> {
  const reply = await session.request({
    method: "GET",
    url: `${HOST}/access_token`,
    query: {
      grant_type: "ig_exchange_token",
      client_secret: session.app.clientSecret,
      access_token: tokens.accessToken,
    },
    auth: "none",
  });
  return { ...readTokens(reply, session.now()), scopes: tokens.scopes };
}

// 2026-11: there is no refresh token; a token is renewed with itself, from its second day until its end. Without a refresh
// token the channels room renews thirty days ahead, so a token is never too young for it.
// https://developers.facebook.com/documentation/instagram-platform/reference/refresh_access_token
/**
 * A new token of sixty days for the old one.
 * Throws signed_out when the old one has run out or was withdrawn: only signing in again helps then. Any other refusal (a token
 * of the first day) leaves the old one as good as it was.
 */
async function renew({ accessToken }: { accessToken: string }, session: Session): Promise<TokenSet> {
  const reply = await session.request({
    method: "GET",
    url: `${HOST}/refresh_access_token`,
    query: { grant_type: "ig_refresh_token", access_token: accessToken },
    auth: "none",
  });
  return { ...readTokens(reply, session.now()), scopes: null };
}
