/** One table from TikTok's codes to the engine's five kinds, with plain words and a next step. */
import { PlatformError, type ProblemKind } from "../contract.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

type Wait = "minute" | "hour" | "day" | "tomorrow";

interface Row {
  kind: ProblemKind;
  message: string;
  remedy: string;
  /** How long a rate limit lasts. */
  wait?: Wait;
}

const RECONNECT = "Open Channels and connect this TikTok account again.";
const CHANGE = "Change the post and send it again; nothing has been published.";

// 2026-11: codes of the Content Posting API and of Login Kit.
// https://developers.tiktok.com/doc/tiktok-api-v2-error-handling
// https://developers.tiktok.com/doc/content-posting-api-reference-direct-post
// https://developers.tiktok.com/doc/oauth-error-handling
const TABLE: Readonly<Record<string, Row>> = {
  access_token_invalid: row("signed_out", "TikTok no longer accepts this channel's sign-in.", RECONNECT),
  scope_not_authorized: row(
    "signed_out",
    "This TikTok account has not allowed Postern to do that.",
    `${RECONNECT} Leave every permission switched on.`,
  ),
  scope_permission_missed: row(
    "signed_out",
    "This TikTok account has not allowed Postern to read that.",
    `${RECONNECT} Leave every permission switched on.`,
  ),
  invalid_param: row("rejected", "TikTok refused the post as it was written.", CHANGE),
  invalid_params: row("rejected", "TikTok refused the post as it was written.", CHANGE),
  invalid_file_upload: row(
    "rejected",
    "TikTok refused the file.",
    "Use an MP4 file with H.264 video and send it again.",
  ),
  rate_limit_exceeded: row(
    "rate_limited",
    "TikTok asks for a pause: too many requests in a minute.",
    "Nothing to do; Postern goes on by itself.",
    "minute",
  ),
  internal_error: row("transient", "TikTok had a fault of its own.", "Nothing to do; Postern tries again."),
  spam_risk_too_many_posts: row(
    "rate_limited",
    "TikTok lets this account post no more today; the limit counts every app together.",
    "Postern tries again in 24 hours. Posting in the TikTok app may still work.",
    "day",
  ),
  spam_risk_user_banned_from_posting: row(
    "rejected",
    "TikTok has banned this account from posting.",
    "Open the TikTok app: the notice there says why and how to appeal.",
  ),
  spam_risk_too_many_pending_share: row(
    "rate_limited",
    "Five drafts already wait in this account's TikTok inbox, and TikTok takes no more.",
    "Finish or delete drafts in the TikTok app. Postern tries again every hour; after 24 hours the old ones no longer count.",
    "hour",
  ),
  spam_risk: row(
    "rejected",
    "TikTok takes no posts from this account at the moment: it looks like spam to TikTok.",
    "Look at the notice in the TikTok app, and send the post again later.",
  ),
  reached_active_user_cap: row(
    "rate_limited",
    "The TikTok app registered for this install has reached the number of accounts it may post for today. The account is not at fault.",
    "Postern tries again tomorrow. An app that TikTok has audited gets a higher number.",
    "tomorrow",
  ),
  unaudited_client_can_only_post_to_private_accounts: row(
    "rejected",
    "TikTok has not audited this install's app, so it posts directly only to private accounts, and only as Only me.",
    "Send it to the TikTok inbox instead, or make the account private and choose Only me.",
  ),
  url_ownership_unverified: row(
    "rejected",
    "TikTok fetches photos only from addresses whose owner it knows.",
    "In the TikTok developer portal, add this install's public address under URL properties and verify it.",
  ),
  privacy_level_option_mismatch: row(
    "rejected",
    "This account does not offer the chosen privacy any more.",
    "Open the post, choose again who can see it, and send it.",
  ),
  app_version_check_failed: row(
    "rejected",
    "The TikTok app on the creator's phone is too old for photo drafts.",
    "Update TikTok on the phone (31.8 or later) and send the post again.",
  ),
  invalid_publish_id: row(
    "unknown_outcome",
    "TikTok does not know this upload any more.",
    "Look at the profile in TikTok and say here whether the post is there.",
  ),
  token_not_authorized_for_specified_publish_id: row(
    "unknown_outcome",
    "TikTok says that this upload belongs to another account.",
    "Look at the profile in TikTok and say here whether the post is there.",
  ),
  access_denied: row(
    "rejected",
    "Access was refused at TikTok.",
    "Connect again and choose Continue on TikTok's page.",
  ),
  invalid_client: row(
    "rejected",
    "TikTok does not accept this install's client key or secret.",
    "The operator compares TIKTOK_CLIENT_ID and TIKTOK_CLIENT_SECRET with the TikTok developer portal.",
  ),
  invalid_grant: row("signed_out", "The sign-in at TikTok has ended or was withdrawn.", RECONNECT),
  invalid_request: row(
    "rejected",
    "TikTok could not read the sign-in request.",
    "The operator checks that the redirect address in the TikTok developer portal is exactly the one shown on the Channels page.",
  ),
  invalid_scope: row(
    "rejected",
    "The TikTok app lacks a permission that Postern asks for.",
    "The operator adds Login Kit, Content Posting API and their scopes in the TikTok developer portal.",
  ),
  unauthorized_client: config("TikTok does not let this app sign people in."),
  unsupported_grant_type: config("TikTok did not accept the kind of sign-in."),
  unsupported_response_type: config("TikTok did not accept the kind of sign-in."),
  server_error: row("transient", "TikTok had a fault of its own while signing in.", "Try again in a minute."),
  temporarily_unavailable: row("transient", "TikTok's sign-in is down for a moment.", "Try again in a minute."),
};

function row(kind: ProblemKind, message: string, remedy: string, wait?: Wait): Row {
  return { kind, message, remedy, wait };
}

function config(message: string): Row {
  return row("rejected", message, "The operator checks the app's settings in the TikTok developer portal.");
}

export interface VendorFault {
  code: string;
  status: number;
  /** TikTok's own sentence. */
  said?: string;
  logId?: string;
  /** What a Retry-After header asks for, in ms. */
  waitMs?: number | null;
  now: number;
}

/** The error for what TikTok answered. Codes that are not in the table go by status: 5xx transient, 429 limited, others rejected. */
export function vendorError(fault: VendorFault): PlatformError {
  const known = Object.hasOwn(TABLE, fault.code) ? TABLE[fault.code] : undefined;
  const { kind, message, remedy, wait } = known ?? byStatus(fault);
  return new PlatformError(kind, {
    code: fault.code,
    message: quote(message, kind === "rejected" ? fault.said : ""),
    remedy: known && kind !== "transient" ? remedy : withLogId(remedy, fault.logId),
    until:
      kind === "rate_limited"
        ? waitUntil(wait ?? "minute", fault)
        : kind === "transient"
          ? askedUntil(fault)
          : undefined,
    cause: { status: fault.status, said: fault.said, logId: fault.logId },
  });
}

function byStatus(fault: VendorFault): Row {
  if (fault.status === 429) return TABLE["rate_limit_exceeded"]!;
  if (fault.status >= 500) return TABLE["internal_error"]!;
  if (fault.status === 401) return TABLE["access_token_invalid"]!;
  if (fault.code.startsWith("spam_risk")) return TABLE["spam_risk"]!;
  return row("rejected", `TikTok refused with the code ${fault.code}.`, CHANGE);
}

function quote(message: string, said = ""): string {
  return said === "" ? message : `${message} TikTok says: “${said}”`;
}

function withLogId(remedy: string, logId = ""): string {
  return logId === "" ? remedy : `${remedy} TikTok's support asks for this number: ${logId}.`;
}

function askedUntil({ now, waitMs }: VendorFault): number | undefined {
  return waitMs ? now + waitMs : undefined;
}

function waitUntil(wait: Wait, { now, waitMs }: VendorFault): number {
  const jitter = Math.floor(Math.random() * 10_000);
  if (waitMs) return now + waitMs + jitter;
  switch (wait) {
    case "minute":
      return now + MINUTE + jitter;
    case "hour":
      return now + HOUR + jitter;
    case "day":
      return now + DAY + jitter;
    case "tomorrow":
      return (Math.floor(now / DAY) + 1) * DAY + MINUTE + jitter;
  }
}
