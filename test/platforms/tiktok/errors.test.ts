/** TikTok's codes, in the kinds the engine acts on. */
import assert from "node:assert/strict";
import test from "node:test";
import type { ProblemKind } from "../../../src/platforms/contract.ts";
import { vendorError } from "../../../src/platforms/tiktok/errors.ts";
import { failedPost, worthAnotherTry } from "../../../src/platforms/tiktok/failures.ts";

const NOW = Date.UTC(2026, 10, 22, 15, 30);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const KINDS: Array<[code: string, status: number, kind: ProblemKind]> = [
  ["access_token_invalid", 401, "signed_out"],
  ["scope_not_authorized", 401, "signed_out"],
  ["scope_permission_missed", 400, "signed_out"],
  ["invalid_param", 400, "rejected"],
  ["invalid_params", 400, "rejected"],
  ["invalid_file_upload", 400, "rejected"],
  ["rate_limit_exceeded", 429, "rate_limited"],
  ["internal_error", 500, "transient"],
  ["spam_risk_too_many_posts", 200, "rate_limited"],
  ["spam_risk_user_banned_from_posting", 403, "rejected"],
  ["spam_risk", 200, "rejected"],
  ["spam_risk_of_a_new_kind", 200, "rejected"],
  ["spam_risk_too_many_pending_share", 403, "rate_limited"],
  ["reached_active_user_cap", 403, "rate_limited"],
  ["unaudited_client_can_only_post_to_private_accounts", 403, "rejected"],
  ["url_ownership_unverified", 403, "rejected"],
  ["privacy_level_option_mismatch", 403, "rejected"],
  ["app_version_check_failed", 400, "rejected"],
  ["invalid_publish_id", 400, "unknown_outcome"],
  ["invalid_grant", 400, "signed_out"],
  ["invalid_client", 401, "rejected"],
  ["temporarily_unavailable", 400, "transient"],
  ["never_heard_of", 400, "rejected"],
  ["never_heard_of", 502, "transient"],
  ["never_heard_of", 429, "rate_limited"],
];

test("every code has its kind, plain words and a next step", () => {
  for (const [code, status, kind] of KINDS) {
    const error = vendorError({ code, status, now: NOW });
    assert.equal(error.kind, kind, code);
    assert.equal(error.code, code);
    assert.ok(error.message.length > 10 && error.remedy.length > 10, code);
    assert.equal(error.until === null, kind !== "rate_limited", code);
    assert.doesNotMatch(error.message + error.remedy, /!/);
  }
});

test("waits end when TikTok's limits do", () => {
  const until = (code: string, waitMs?: number) => vendorError({ code, status: 429, now: NOW, waitMs }).until ?? 0;
  const within = (value: number, from: number) =>
    assert.ok(value >= from && value <= from + 10_000, String(value - from));
  within(until("rate_limit_exceeded"), NOW + MINUTE);
  within(until("rate_limit_exceeded", 300_000), NOW + 5 * MINUTE);
  within(until("spam_risk_too_many_posts"), NOW + 24 * HOUR);
  within(until("spam_risk_too_many_pending_share"), NOW + HOUR);
  within(until("reached_active_user_cap"), Date.UTC(2026, 10, 23) + MINUTE);
});

test("what TikTok said is kept for refusals, and its log number for faults", () => {
  const refused = vendorError({ code: "invalid_params", status: 400, said: "The chunk size is invalid", now: NOW });
  assert.match(refused.message, /“The chunk size is invalid”/);
  const fault = vendorError({ code: "internal_error", status: 500, logId: "20261122ABC", now: NOW });
  assert.match(fault.remedy, /20261122ABC/);
});

test("fail reasons are plain, and only TikTok's own faults are worth a new upload", () => {
  for (const reason of [
    "file_format_check_failed",
    "duration_check_failed",
    "frame_rate_check_failed",
    "picture_size_check_failed",
    "publish_cancelled",
    "auth_removed",
    "spam_risk_too_many_posts",
    "spam_risk_user_banned_from_posting",
    "spam_risk_text",
    "spam_risk",
    "something_new",
    "constructor",
    "",
  ]) {
    const error = failedPost(reason);
    assert.equal(error.kind, "rejected", reason);
    assert.ok(error.remedy.length > 10, reason);
    assert.equal(worthAnotherTry(reason), false, reason);
  }
  for (const reason of ["internal", "video_pull_failed", "photo_pull_failed"])
    assert.equal(worthAnotherTry(reason), true);
});
