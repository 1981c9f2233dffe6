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
import { graphId } from "./ids.ts";
import { refusalOf, unreadable } from "./refusal.ts";
import { DIALOG, GRAPH } from "./version.ts";

const SIXTY_DAYS_MS = 60 * 24 * 3_600_000;
const TOKEN_URL = `${GRAPH}/oauth/access_token`;

/** The parts of a profile that every platform behind Facebook's sign-in shares. Scopes are the platform's own. */
export const facebookSignIn: Omit<OAuthProfile, "scopes"> = {
  authorizeUrl: DIALOG,
  tokenUrl: TOKEN_URL,
  clientIdParam: "client_id",
  scopeSeparator: ",",
  pkce: "none",
  // Asks again for what was unticked last time; without it a declined permission can never be given later.
  authorizeParams: { auth_type: "rerequest" },
  readTokens,
  afterExchange: lengthen,
  renew: noRenewal,
};

const tokenReply = z.object({ access_token: z.string().min(1), expires_in: z.number().optional() });

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
    method: "POST",
    url: TOKEN_URL,
    form: {
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

/** There is nothing to renew with: a Page token ends only when Meta ends it. */
async function noRenewal(): Promise<TokenSet> {
  throw new PlatformError("signed_out", {
    code: "190",
    message: "Meta no longer accepts this channel's sign-in, and gives out no renewal.",
    remedy: "Connect the channel again.",
  });
}

const permissionList = z.object({ data: z.array(z.object({ permission: z.string(), status: z.string() })) });

/** What the person really left ticked. Throws as `call` does. */
export async function grantedScopes(session: Session, token?: string): Promise<string[]> {
  const { data } = await call(session, { method: "GET", path: "/me/permissions", token }, permissionList);
  return data.data.filter(({ status }) => status === "granted").map(({ permission }) => permission);
}

const tokenFacts = z.object({
  data: z.object({
    is_valid: z.boolean().default(false),
    type: z.string().optional(),
    expires_at: z.number().optional(),
    user_id: graphId.optional(),
    profile_id: graphId.optional(),
    scopes: z.array(z.string()).default([]),
    granular_scopes: z.array(z.object({ scope: z.string(), target_ids: z.array(graphId).optional() })).default([]),
  }),
});

export interface TokenFacts {
  valid: boolean;
  /** "USER", "PAGE", "SYSTEM_USER", "APP", or "". */
  type: string;
  /** UTC ms; null = never. */
  expiresAt: number | null;
  userId: string | null;
  /** Every Page and account that the grant covers, by id; null where a scope covers all there are. */
  targets: string[] | null;
}

/** What Meta says about a token, asked with the app's own. Throws as `call` does. */
export async function inspectToken(session: Session, token: string): Promise<TokenFacts> {
  const request = {
    method: "GET",
    path: "/debug_token",
    query: { input_token: token },
    token: appToken(session),
  } as const;
  const facts = (await call(session, request, tokenFacts)).data.data;
  // A portfolio's own id says nothing about which Pages and accounts are covered.
  const scopes = facts.granular_scopes.filter(({ scope }) => /^(pages|instagram)_/.test(scope));
  const lists = scopes.map((granular) => granular.target_ids);
  return {
    valid: facts.is_valid,
    type: facts.type ?? "",
    expiresAt: facts.expires_at ? facts.expires_at * 1000 : null,
    userId: facts.user_id ?? null,
    targets: lists.length === 0 || lists.includes(undefined) ? null : [...new Set(lists.flatMap((list) => list ?? []))],
  };
}
