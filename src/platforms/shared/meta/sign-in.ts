/** Signing in through Facebook: dialog, code, short token, long token, and the scopes that were really granted. */
import { z } from "zod";
import {
  PlatformError,
  type OAuthProfile,
  type PlatformResponse,
  type Session,
  type TokenSet,
} from "../../contract.ts";
import { appToken, call } from "./client.ts";
import { faultIn } from "./envelope.ts";
import { graphId, maybe, numeric } from "./ids.ts";
import { refusalOf, unreadable } from "./refusal.ts";
import { DIALOG, GRAPH } from "./version.ts";

const SIXTY_DAYS_MS = 60 * 24 * 3_600_000;
const TOKEN_URL = `${GRAPH}/oauth/access_token`;

/** The parts of a profile that every platform behind Facebook's sign-in shares. Scopes are the platform's own. */
export const facebookSignIn: Omit<OAuthProfile, "scopes"> = {
  authorizeUrl: DIALOG,
  tokenUrl: TOKEN_URL,
  // 2026-11: https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow
  tokenMethod: "GET",
  clientIdParam: "client_id",
  scopeSeparator: ",",
  pkce: "none",
  // 2026-11: with Facebook Login for Business the app's configuration holds the permissions, and a scope may not be named.
  // https://developers.facebook.com/docs/facebook-login/facebook-login-for-business
  configured: (configuration) => ({ config_id: configuration, override_default_response_type: "true" }),
  // Asks again for what was unticked last time; without it a declined permission can never be given later.
  authorizeParams: { auth_type: "rerequest" },
  readTokens,
  // No `renew`: a Page's token ends only when Meta ends it, and then only signing in again helps.
  afterExchange: lengthen,
};

const tokenReply = z.object({ access_token: z.string().min(1), expires_in: maybe(numeric) });

/** Throws PlatformError: rejected for a code or app that Meta does not accept, else as the table of reasons says. */
export function readTokens(reply: PlatformResponse, now: number): TokenSet {
  const fault = faultIn(reply);
  if (fault && /client secret|validating application/i.test(fault.message)) {
    throw new PlatformError("rejected", {
      code: String(fault.code ?? "app"),
      message: "Meta does not accept this install's app id or secret.",
      remedy: "An administrator compares both with the app's settings at Meta.",
    });
  }
  if (fault || reply.status >= 400) throw refusalOf(reply, now);
  const parsed = tokenReply.safeParse(reply.json);
  if (!parsed.success) throw unreadable(reply.status);
  const { access_token: accessToken, expires_in: seconds } = parsed.data;
  return {
    accessToken,
    accessExpiresAt: now + (seconds === undefined ? SIXTY_DAYS_MS : seconds * 1000),
    refreshToken: null,
    refreshExpiresAt: null,
    scopes: null,
  };
}

/**
 * Trades the token of two hours for one of sixty days: Page tokens made with a short one die with it.
 * 2026-11: https://developers.facebook.com/docs/facebook-login/guides/access-tokens/get-long-lived
 */
async function lengthen(tokens: TokenSet, session: Session): Promise<TokenSet> {
  const { clientId, clientSecret } = session.app;
  const reply = await session.request({
    method: "GET",
    url: TOKEN_URL,
    query: {
      grant_type: "fb_exchange_token",
      client_id: clientId,
      client_secret: clientSecret,
      fb_exchange_token: tokens.accessToken,
    },
    auth: "none",
  });
  const long = readTokens(reply, session.now());
  return { ...long, scopes: await grantedScopes(session, long.accessToken) };
}

const permissionList = z.object({ data: z.array(z.object({ permission: z.string(), status: maybe(z.string()) })) });

/** What the person really left ticked. Throws as `call` does. */
export async function grantedScopes(session: Session, token?: string): Promise<string[]> {
  const { data } = await call(session, { method: "GET", path: "/me/permissions", token }, permissionList);
  return data.data.filter(({ status }) => status === "granted").map(({ permission }) => permission);
}

const tokenFacts = z.object({
  data: z.object({
    is_valid: z.boolean().default(false),
    type: maybe(z.string()),
    expires_at: maybe(numeric),
    data_access_expires_at: maybe(numeric),
    user_id: maybe(graphId),
    scopes: maybe(z.array(z.string())),
    granular_scopes: maybe(z.array(z.object({ scope: z.string(), target_ids: maybe(z.array(graphId)) }))),
  }),
});

export interface TokenFacts {
  valid: boolean;
  /** "USER", "PAGE", "SYSTEM_USER", "APP", or "". */
  type: string;
  /** UTC ms; null = never. */
  expiresAt: number | null;
  /** UTC ms; about ninety days after the person last signed in, Meta wants to see them again. Null = never. */
  dataAccessEndsAt: number | null;
  userId: string | null;
  scopes: string[];
  /** Every Page and account that the grant covers, by id; null where a scope covers all there are. */
  targets: string[] | null;
  /** Every Page and account that any scope names, whatever the others cover. */
  named: string[];
}

/** What Meta says about a token, asked with the app's own. Throws as `call` does. */
export async function inspectToken(session: Session, token: string): Promise<TokenFacts> {
  const request = {
    method: "GET",
    path: "/debug_token",
    query: { input_token: token, access_token: appToken(session) },
    token: appToken(session),
    header: false,
  } as const;
  const facts = (await call(session, request, tokenFacts)).data.data;
  // A portfolio's own id says nothing about which Pages and accounts are covered.
  const scopes = (facts.granular_scopes ?? []).filter(({ scope }) => /^(pages|instagram)_/.test(scope));
  const lists = scopes.map((granular) => granular.target_ids);
  const named = [...new Set(lists.flatMap((list) => list ?? []))];
  return {
    valid: facts.is_valid,
    type: facts.type ?? "",
    expiresAt: facts.expires_at ? facts.expires_at * 1000 : null,
    dataAccessEndsAt: facts.data_access_expires_at ? facts.data_access_expires_at * 1000 : null,
    userId: facts.user_id ?? null,
    scopes: facts.scopes ?? [],
    targets: lists.length === 0 || lists.includes(undefined) ? null : named,
    named,
  };
}
