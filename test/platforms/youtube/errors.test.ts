/** YouTube's refusals become the right kind of problem, with the right end. */
import assert from "node:assert/strict";
import test from "node:test";
import type { PlatformResponse } from "../../../src/platforms/contract.ts";
import { nextPacificMidnight } from "../../../src/platforms/shared/google/index.ts";
import { needsRenewal, refusal } from "../../../src/platforms/youtube/errors.ts";
import { reasons, sameAs } from "../../../src/platforms/youtube/reasons.ts";
import { googleRefusal, MB, openStudio, platform, problemOf } from "./studio.ts";

const NOON = Date.UTC(2026, 10, 22, 20);
const HOUR = 3_600_000;

function reply(status: number, text: string, headers: Record<string, string> = {}): PlatformResponse {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  return { status, headers, text, json };
}

const perDay =
  "Quota exceeded for quota metric 'Video Uploads' and limit 'Video Uploads per day' of service 'youtube.googleapis.com'";
const midnight = Date.UTC(2026, 10, 23, 8);
const cases: Array<[string, number, string, string, number | null]> = [
  ["rateLimitExceeded", 429, perDay, "rate_limited", midnight],
  ["rateLimitExceeded", 403, "Too fast", "rate_limited", NOON + 60_000],
  ["userRateLimitExceeded", 403, "Too fast", "rate_limited", NOON + 60_000],
  ["quotaExceeded", 403, "exceeded your <a href='x'>quota</a>", "rate_limited", midnight],
  ["dailyLimitExceeded", 403, "Daily Limit Exceeded", "rate_limited", midnight],
  ["uploadLimitExceeded", 400, "The user has exceeded the number of videos", "rate_limited", NOON + 24 * HOUR],
  ["uploadRateLimitExceeded", 429, "slow", "rate_limited", NOON + HOUR],
  ["authError", 401, "Invalid Credentials", "signed_out", null],
  ["insufficientPermissions", 403, "Insufficient Permission", "signed_out", null],
  ["accessNotConfigured", 403, "Access Not Configured", "rejected", null],
  ["forbidden", 403, "Forbidden", "rejected", null],
  ["internalError", 500, "Internal Error", "transient", null],
  ["backendError", 503, "Backend Error", "transient", null],
  ["somethingNew", 400, "A <b>new</b> rule", "rejected", null],
];

for (const [reason, status, message, kind, until] of cases) {
  test(`${status} ${reason}, "${message.slice(0, 24)}": ${kind}`, () => {
    const error = refusal(reply(status, googleRefusal(reason, { code: status, message })), NOON);
    assert.deepEqual([error.kind, error.code, error.until], [kind, reason, until]);
    assert.ok(error.message.endsWith(".") || reason === "somethingNew");
    assert.ok(!/[<>]/.test(error.message));
    assert.ok(error.remedy);
  });
}

test("an odd field of the envelope hides none of the others", () => {
  for (const [odd, kind, code] of [
    [{ errors: [{ reason: "quotaExceeded", domain: 7, message: null }] }, "rate_limited", "quotaExceeded"],
    [{ errors: "none", status: "UNAUTHENTICATED" }, "signed_out", "UNAUTHENTICATED"],
    [{ errors: [], details: [{ "@type": "x", metadata: {} }], message: {} }, "rejected", "http_403"],
    [{ errors: [{ reason: "constructor" }] }, "rejected", "constructor"],
  ] as const) {
    const error = refusal(reply(403, JSON.stringify({ error: { code: "403", ...odd } })), NOON);
    assert.deepEqual([error.kind, error.code], [kind, code]);
  }
});

test("a fault that asks for time gets it, in seconds or as a date", () => {
  for (const value of ["90", new Date(NOON + 90_000).toUTCString()]) {
    const error = refusal(reply(503, "", { "retry-after": value }), NOON);
    assert.deepEqual([error.kind, error.until], ["transient", NOON + 90_000]);
  }
});

test("replies that are no envelope are judged by their status", () => {
  const kinds = (status: number) => refusal(reply(status, "<html>Error</html>"), NOON).kind;
  assert.deepEqual([500, 502, 504, 408, 429, 401, 404, 200].map(kinds), [
    "transient",
    "transient",
    "transient",
    "transient",
    "rate_limited",
    "signed_out",
    "rejected",
    "transient",
  ]);
});

test("Retry-After lengthens a short limit", () => {
  const body = googleRefusal("rateLimitExceeded", { code: 429, message: "slow" });
  assert.equal(refusal(reply(429, body, { "retry-after": "300" }), NOON).until, NOON + 300_000);
});

test("a missing channel is not a dead token", () => {
  const body = googleRefusal("youtubeSignupRequired", { code: 401, domain: "youtube.header" });
  assert.equal(needsRenewal(reply(401, body)), false);
  assert.match(refusal(reply(401, body), NOON).message, /no YouTube channel/);
  assert.equal(needsRenewal(reply(401, googleRefusal("authError", { code: 401, domain: "global" }))), true);
});

test("the newer details count where the older reason is missing", () => {
  const body = { error: { code: 403, message: "x", details: [{ reason: "ACCESS_TOKEN_SCOPE_INSUFFICIENT" }] } };
  assert.equal(refusal(reply(403, JSON.stringify(body)), NOON).kind, "signed_out");
});

test("every other name leads to a row", () => {
  for (const row of Object.values(sameAs)) assert.ok(reasons[row], row);
});

test("Google's day ends at midnight in California, in winter, in summer and on the days between", () => {
  assert.equal(nextPacificMidnight(Date.UTC(2026, 0, 10, 7, 59, 59)), Date.UTC(2026, 0, 10, 8));
  assert.equal(nextPacificMidnight(Date.UTC(2026, 0, 10, 8)), Date.UTC(2026, 0, 11, 8));
  assert.equal(nextPacificMidnight(Date.UTC(2026, 6, 10, 12)), Date.UTC(2026, 6, 11, 7));
  // Clocks go forward on 8 March 2026 and back on 1 November 2026.
  assert.equal(nextPacificMidnight(Date.UTC(2026, 2, 8, 9)), Date.UTC(2026, 2, 9, 7));
  assert.equal(nextPacificMidnight(Date.UTC(2026, 10, 1, 7)), Date.UTC(2026, 10, 2, 8));
  assert.equal(nextPacificMidnight(Date.UTC(2026, 11, 31, 12)), Date.UTC(2027, 0, 1, 8));
});

test("the day's uploads are used up: held until Pacific midnight, then it goes through", async (t) => {
  const { deliver, world, clock } = await openStudio(t);
  world.setBehaviour("youtube", "quota", "uploads_per_day");
  const problem = await problemOf(platform.publish(deliver(MB)));
  assert.equal(problem.kind, "rate_limited");
  assert.equal(problem.until, nextPacificMidnight(problem.until! - 1));
  assert.ok(problem.until! > clock.now());
  world.setBehaviour("youtube", "quota", "");
  assert.equal((await platform.publish(deliver(MB))).state, "waiting");
});

test("the channel's own limit holds the post for a day, and opens no upload", async (t) => {
  const { deliver, world, clock } = await openStudio(t);
  world.setBehaviour("youtube", "quota", "channel");
  const job = deliver(MB);
  const problem = await problemOf(platform.publish(job));
  assert.deepEqual([problem.kind, problem.code], ["rate_limited", "uploadLimitExceeded"]);
  assert.ok(Math.abs((problem.until ?? 0) - clock.now() - 24 * HOUR) < 10_000);
  assert.deepEqual(job.calls, []);
});
