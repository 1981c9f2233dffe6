/** Google sign-in: addresses, token replies and withdrawal, the same for every Google platform. */
import { z } from "zod";
import {
  PlatformError,
  type OAuthProfile,
  type PlatformResponse,
  type Session,
  type TokenSet,
} from "../../contract.ts";

/** Seconds, which may come as digits; anything else counts as not said. */
const seconds = z.coerce.number().positive().optional().catch(undefined);
/** Only the access token decides; the rest may be missing, null or empty. */
const tokens = z.object({
  access_token: z.string().min(1),
  expires_in: seconds,
  refresh_token: z.string().min(1).optional().catch(undefined),
  refresh_token_expires_in: seconds,
  scope: z.string().optional().catch(undefined),
});
const refusal = z.object({ error: z.string().min(1), error_description: z.string().catch("") });

/** The parts of a profile that every Google platform shares. Scopes are the platform's own. */
export const googleOAuth: Omit<OAuthProfile, "scopes"> = {
  authorizeUrl: "https://accounts.google.com/o/oauth2/v2/auth",
  tokenUrl: "https://oauth2.googleapis.com/token",
  clientIdParam: "client_id",
  scopeSeparator: " ",
  pkce: "S256",
  // 2026-11: a refresh token comes only with offline access, a new one only with prompt=consent, and the chooser of
  // brand channels only with select_account. https://developers.google.com/identity/protocols/oauth2/web-server
  authorizeParams: { access_type: "offline", prompt: "select_account consent", include_granted_scopes: "true" },
  readTokens,
  callbackScopes: (query) => split(query["scope"]),
};

/**
 * Tokens of a reply. A renewal brings no refresh token: null, keep the stored one.
 * Throws PlatformError: signed_out when the grant is gone, rejected when the app's credentials are wrong, else transient.
 */
export function readTokens(reply: PlatformResponse, now: number): TokenSet {
  const refused = refusal.safeParse(reply.json);
  if (refused.success) throw tokenRefusal(reply.status, refused.data.error, refused.data.error_description);
  const parsed = tokens.safeParse(reply.json);
  if (!parsed.success) {
    throw new PlatformError("transient", {
      code: `token_http_${reply.status}`,
      message: "Google's sign-in answered with something that is not a token.",
      remedy: "Nothing to do: it is tried again.",
    });
  }
  const data = parsed.data;
  return {
    accessToken: data.access_token,
    accessExpiresAt: data.expires_in === undefined ? null : now + data.expires_in * 1000,
    refreshToken: data.refresh_token ?? null,
    refreshExpiresAt: data.refresh_token_expires_in === undefined ? null : now + data.refresh_token_expires_in * 1000,
    scopes: split(data.scope),
  };
}

function tokenRefusal(status: number, code: string, description: string): PlatformError {
  if (
    status >= 500 ||
    status === 429 ||
    ["temporarily_unavailable", "server_error", "internal_failure"].includes(code)
  ) {
    return new PlatformError("transient", {
      code,
      message: "Google's sign-in is not available at the moment.",
      remedy: "Nothing to do: it is tried again.",
    });
  }
  if (["invalid_grant", "admin_policy_enforced", "invalid_rapt", "access_denied"].includes(code)) {
    return new PlatformError("signed_out", {
      code,
      message:
        "Google no longer accepts this sign-in: it was withdrawn, has expired, or was left unused for six months.",
      remedy:
        "Connect the channel again. If this happens every seven days, the Google Cloud project is still in testing: publish its consent screen.",
    });
  }
  return new PlatformError("rejected", {
    code,
    message: `Google did not accept this app's sign-in details (${description || code}).`,
    remedy:
      "An administrator must compare the client id, the client secret and the redirect address with the Google Cloud console.",
  });
}

/** Withdraws the grant with all its scopes. Throws PlatformError("transient") when Google did not confirm it. */
export async function revokeGrant(session: Session): Promise<void> {
  const reply = await session.request({
    method: "POST",
    url: "https://oauth2.googleapis.com/revoke",
    form: { token: await session.accessToken() },
    auth: "none",
  });
  // 2026-11: "If the revocation succeeds", the status is 200; a page that somebody in between answers with has it, too.
  // https://developers.google.com/identity/protocols/oauth2/web-server#tokenrevoke
  if (reply.status === 200 && (reply.text === "" || isObject(reply.json))) return;
  const refused = refusal.safeParse(reply.json);
  // A token that Google no longer knows is as withdrawn as it can be.
  if (refused.success && refused.data.error === "invalid_token") return;
  throw new PlatformError("transient", {
    code: refused.success ? refused.data.error : `revoke_http_${reply.status}`,
    message: "Google did not confirm that access was withdrawn.",
    remedy: "Withdraw it by hand at https://myaccount.google.com/permissions.",
  });
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function split(scope: string | undefined): string[] | null {
  return scope === undefined ? null : scope.split(/\s+/).filter(Boolean);
}
